using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Text;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>Permutation feature importance asks our models through each of ML.NET's overloads: the predictor alone, a transformer, a chain.</summary>
[TestClass]
public sealed class PermutationImportanceTests
{
    public static IEnumerable<object[]> RegressionTrainers => HomePipelines.RegressionTrainers.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(RegressionTrainers))]
    public void OfNumbersIsTheSameInAndOutOfAChain(string trainer)
    {
        var data = HomePipelines.Load(new MLContext(), 120);
        var context = new MLContext(seed: 1);
        var chain = HomePipelines.FewFeatures(context).Append(HomePipelines.Trainer(context, trainer)).Fit(data);
        var transformed = chain.Transform(data);
        var predictor = (ISingleFeaturePredictionTransformer<object>)chain.LastTransformer;

        // A context each, since each call takes the next numbers of its seed.
        var generic = Catalog().PermutationFeatureImportance(predictor, transformed, "Price", permutationCount: 2);
        var bare = Catalog().PermutationFeatureImportance(chain.LastTransformer, transformed, "Price", permutationCount: 2);
        var inChain = Catalog().PermutationFeatureImportance(chain, transformed, "Price", permutationCount: 2);
        string[] names = SlotNames(transformed);
        Assert.HasCount(6, names);
        CollectionAssert.AreEquivalent(names, inChain.Keys.ToArray());
        CollectionAssert.AreEqual(generic.Select(p => p.RSquared.Mean).ToArray(), names.Select(name => bare[name].RSquared.Mean).ToArray());
        CollectionAssert.AreEqual(generic.Select(p => p.RSquared.Mean).ToArray(), names.Select(name => inChain[name].RSquared.Mean).ToArray());
        Assert.IsLessThan(-0.3, inChain["Size"].RSquared.Mean);
        Assert.IsGreaterThan(-0.1, inChain["RoomCount"].RSquared.Mean);

        static RegressionCatalog Catalog() => new MLContext(seed: 1).Regression;
    }

    [TestMethod]
    public void OfClassesFindsTheTellingWordsInAndOutOfAChain()
    {
        var context = new MLContext(seed: 1);
        var onlyWords = new TextFeaturizingEstimator.Options { CharFeatureExtractor = null, WordFeatureExtractor = new WordBagEstimator.Options { NgramLength = 1 } };
        var importance = OfClasses(Label(context)
            .Append(context.Transforms.Text.FeaturizeText("Features", onlyWords, "Note"))
            .Append(context.MulticlassClassification.Trainers.Mlp(hiddenLayers: [8], learningRate: 0.02, numberOfEpochs: 30, batchSize: 16)));
        string[] telling = [.. importance.OrderBy(p => p.Value).Take(3).Select(p => p.Key)];
        CollectionAssert.AreEquivalent(new[] { "garden", "lift", "pool" }, telling);
    }

    [TestMethod]
    public void OfAConvolutionalNetworkIsTheSameInAndOutOfAChain()
    {
        var context = new MLContext(seed: 1);
        var options = new CnnTrainer.Options { InputShape = new ImageShape(1, 2, 3), Layers = [Conv2D(4, 2), ReLU()], NumberOfEpochs = 5 };
        var importance = OfClasses(Label(context).Append(HomePipelines.FewFeatures(context)).Append(context.MulticlassClassification.Trainers.Cnn(options)));
        Assert.HasCount(6, importance);
    }

    private static ValueToKeyMappingEstimator Label(MLContext context) => context.Transforms.Conversion.MapValueToKey("Label", "Kind");

    /// <summary>The change of the log-loss reduction by each slot, found equal by all overloads.</summary>
    private static Dictionary<string, double> OfClasses<TTransformer>(EstimatorChain<TTransformer> pipeline)
        where TTransformer : class, ITransformer
    {
        var data = HomePipelines.Load(new MLContext(), 90);
        var chain = pipeline.Fit(data);
        var transformed = chain.Transform(data);
        var generic = Catalog().PermutationFeatureImportance((ISingleFeaturePredictionTransformer<object>)chain.LastTransformer, transformed);
        var bare = Catalog().PermutationFeatureImportance(chain.LastTransformer, transformed);
        var inChain = Catalog().PermutationFeatureImportance(chain, transformed);
        string[] names = SlotNames(transformed);
        CollectionAssert.AreEquivalent(names, inChain.Keys.ToArray());
        CollectionAssert.AreEqual(generic.Select(p => p.LogLossReduction.Mean).ToArray(), names.Select(name => bare[name].LogLossReduction.Mean).ToArray());
        CollectionAssert.AreEqual(generic.Select(p => p.LogLossReduction.Mean).ToArray(), names.Select(name => inChain[name].LogLossReduction.Mean).ToArray());
        return inChain.ToDictionary(p => p.Key, p => p.Value.LogLossReduction.Mean);

        static MulticlassClassificationCatalog Catalog() => new MLContext(seed: 1).MulticlassClassification;
    }

    private static string[] SlotNames(IDataView data)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["Features"].GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
