using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class CrossValidateTests
{
    private sealed class Row
    {
        public float Label { get; set; }

        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public int Group { get; set; }

        public uint PredictedLabel { get; set; }
    }

    /// <summary>Predicts the mean label of its training set.</summary>
    private sealed class MeanEstimator : IEstimator<ScoringModel<float>>
    {
        public ScoringModel<float> Fit(IDataView input)
        {
            var mean = input.GetColumn<float>("Label").Average();
            return new(NumberDataViewType.Single, (in VBuffer<float> _, ref float score) => score = mean);
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    /// <summary>Predicts class 1 for every row.</summary>
    private sealed class ConstantEstimator : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input) => new ScoringModel<VBuffer<float>>(new VectorDataViewType(NumberDataViewType.Single, 2),
            (in VBuffer<float> _, ref VBuffer<float> score) => score = new(2, [0.25f, 0.75f]));

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }

    private static IDataView Data(MLContext context)
        => context.Data.LoadFromEnumerable(Enumerable.Range(0, 100).Select(i => new Row { Label = i, Features = [i, 0], Group = i / 10 }).ToArray());

    [TestMethod]
    public void EveryRowIsHeldOutOnceAndScoredByAModelThatHasNotSeenIt()
    {
        var context = new MLContext(seed: 1);
        var folds = context.Regression.CrossValidate(Data(context), new MeanEstimator(), numberOfFolds: 4);
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, folds.Select(f => f.Fold).ToArray());
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 100).Select(i => (float)i).ToArray(),
            folds.SelectMany(f => f.ScoredHoldOutSet.GetColumn<float>("Label")).ToArray());
        foreach (var fold in folds)
        {
            var heldOut = fold.ScoredHoldOutSet.GetColumn<float>("Label").ToArray();
            Assert.AreEqual((4950 - heldOut.Sum()) / (100 - heldOut.Length), fold.ScoredHoldOutSet.GetColumn<float>("Score").First(), 1e-4);
            Assert.AreEqual(context.Regression.Evaluate(fold.ScoredHoldOutSet).MeanSquaredError, fold.Metrics.MeanSquaredError);
            Assert.IsInstanceOfType<ScoringModel<float>>(fold.Model);
        }
    }

    [TestMethod]
    public void SeedFixesTheFolds()
    {
        float[] First(int contextSeed, int? seed)
        {
            var context = new MLContext(contextSeed);
            return context.Regression.CrossValidate(Data(context), new MeanEstimator(), seed: seed)[0].ScoredHoldOutSet.GetColumn<float>("Label").ToArray();
        }

        CollectionAssert.AreEqual(First(1, 7), First(2, 7));
        CollectionAssert.AreEqual(First(1, null), First(1, null));
        CollectionAssert.AreNotEqual(First(1, 7), First(1, 8));
    }

    [TestMethod]
    public void SamplingKeyKeepsGroupsTogether()
    {
        var context = new MLContext(seed: 1);
        var folds = context.Regression.CrossValidate(Data(context), new MeanEstimator(), numberOfFolds: 2, samplingKeyColumnName: "Group");
        var groups = folds.SelectMany(f => f.ScoredHoldOutSet.GetColumn<int>("Group").Distinct()).ToArray();
        CollectionAssert.AreEquivalent(Enumerable.Range(0, 10).ToArray(), groups);
    }

    [TestMethod]
    public void MulticlassFoldsAreEvaluated()
    {
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 60).Select(i => new Row { Label = i % 2, Features = [i, 0] }).ToArray();
        var folds = context.MulticlassClassification.CrossValidate(context.Data.LoadFromEnumerable(rows), new ConstantEstimator(), numberOfFolds: 3);
        Assert.HasCount(3, folds);
        foreach (var fold in folds)
            Assert.AreEqual(fold.ScoredHoldOutSet.GetColumn<float>("Label").Average(), fold.Metrics.MicroAccuracy, 1e-6);
    }

    [TestMethod]
    public void WrongArgumentsAreRefused()
    {
        var context = new MLContext(seed: 1);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Regression.CrossValidate(Data(context), new MeanEstimator(), numberOfFolds: 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Regression.CrossValidate(Data(context), new MeanEstimator(), labelColumnName: ""));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Regression.CrossValidate(Data(context), new MeanEstimator(), samplingKeyColumnName: "Gone"));
        Assert.ThrowsExactly<ArgumentNullException>(() => context.Regression.CrossValidate(Data(context), null));
        Assert.ThrowsExactly<ArgumentNullException>(() => context.Regression.CrossValidate(null, new MeanEstimator()));
    }
}
