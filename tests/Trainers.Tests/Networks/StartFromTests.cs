using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Cnn;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Networks;

/// <summary>Weights come out of a model as safetensors, and a fit starts from weights of elsewhere.</summary>
[TestClass]
public sealed class StartFromTests
{
    private static readonly Layer[] Some = [Conv2D(4, 3, padding: 1), BatchNorm(), ReLU(), MaxPool(2), Flatten(), new Dense(6, new ReLU()), Dense(3)];

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    public void SavedWeights_AreThoseOfTheModel()
    {
        var context = new MLContext(seed: 1);
        var model = context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { HiddenLayers = [5], NumberOfEpochs = 2, Members = 2, Seed = 1 }).Fit(Blobs.Load(context)).Model;
        string path = Path.Combine(TestContext.TestRunDirectory!, $"{nameof(SavedWeights_AreThoseOfTheModel)}.safetensors");
        model.SaveSafetensors(path);
        CollectionAssert.AreEqual(model.Weights.Flat(), Safetensors.Read(model.Definition, path).Flat());
        using var stream = new MemoryStream();
        model.SaveSafetensors(stream);
        CollectionAssert.AreEqual(File.ReadAllBytes(path), stream.ToArray());
    }

    [TestMethod]
    public void AFitThatLearnsNearlyNothing_ScoresAsTheWeightsItStartsFrom()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 30);
        var weights = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(2, 8, 10), Some), 5);
        weights[1, "runningMean"].Fill(0.1f);
        using var written = new MemoryStream();
        Safetensors.Write(weights, written);
        written.Position = 0;
        var read = Safetensors.Read(weights.Definition, written);
        var model = new CnnTrainer(context, Frozen(new CnnTrainer.Options { Layers = Still(Some), StartFrom = Still(read) })).Fit(data);
        AssertScores(Still(weights), OutputLink.Softmax, [.. Strokes.Rows(30).SelectMany(row => row.Features)], EstimatorContract.Scores(model, data));
    }

    [TestMethod]
    public void ARegression_StartsInTheLabelsUnit()
    {
        var context = new MLContext(seed: 1);
        var data = context.Transforms.Conversion.ConvertType("Label", "Weight").Fit(Blobs.Load(context)).Transform(Blobs.Load(context, Rows()));
        var weights = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(4), [new Dense(5, new SiLU()), new Dense(1)]), 3);
        weights[1, "bias"].Fill(7);
        var model = new MlpRegressionTrainer(context, Frozen(new MlpRegressionTrainer.Options { StartFrom = weights })).Fit(data);
        AssertScores(weights, OutputLink.Identity, [.. Rows().SelectMany(row => row.Features)], EstimatorContract.Scores(model, data), 1e-4);

        static List<BlobRow> Rows()
        {
            var rows = Blobs.Rows(40);
            rows.ForEach(row => row.Weight = 100 + (50 * row.Features[0]));
            return rows;
        }
    }

    [TestMethod]
    public void AModelsWeights_BringTheirScale_AndTheHeadOfAnotherTaskStartsFresh()
    {
        var context = new MLContext(seed: 1);
        var first = new MlpTrainer(context, new MlpTrainer.Options { HiddenLayers = [6], NumberOfEpochs = 3, Members = 1, Seed = 1 }).Fit(Blobs.Load(context)).Model;
        var options = Frozen(new MlpRegressionTrainer.Options { StartFrom = first.Weights });
        options.FeatureScaling = FeatureScaling.Auto;
        var rows = Blobs.Rows(60, seed: 2);
        rows.ForEach(row => row.Features[0] *= 9);
        var data = context.Transforms.CopyColumns("Label", "Weight").Fit(Blobs.Load(context, rows)).Transform(Blobs.Load(context, rows));
        var second = new MlpRegressionTrainer(context, options).Fit(data).Model;
        foreach (var slot in first.Definition.Parameters.Where(slot => slot.Layer < first.Definition.Layers.Count - 1))
        {
            CollectionAssert.AreEqual(first.Weights[slot.Layer, slot.Spec.Name].ToArray(), second.Weights[slot.Layer, slot.Spec.Name].ToArray(), $"{slot.Layer} {slot.Spec.Name}");
        }

        Assert.AreEqual(1, second.Definition.OutputShape.Size);
    }

    [TestMethod]
    public void ATrainerKeepsTheWeightsItWasMadeWith()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context, 30);
        var weights = Still(NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(2, 8, 10), Some), 5));
        var trainer = new CnnTrainer(context, Frozen(new CnnTrainer.Options { Layers = Still(Some), StartFrom = weights }));
        float[] expected = EstimatorContract.Scores(trainer.Fit(data), data);
        weights[0, "weight"].Clear();
        CollectionAssert.AreEqual(expected, EstimatorContract.Scores(trainer.Fit(data), data));
    }

    [TestMethod]
    public void ALinearClassifierKeepsTheWeightsItWasMadeWith()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var weights = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(4), [new Dense(3)]), 5);
        var trainer = new SgdMaximumEntropyTrainer(context, Frozen(new SgdMaximumEntropyTrainer.Options { StartFrom = weights }));
        float[] expected = EstimatorContract.Scores(trainer.Fit(data), data);
        weights[0, "weight"].Clear();
        CollectionAssert.AreEqual(expected, EstimatorContract.Scores(trainer.Fit(data), data));
    }

    /// <summary>As an imported pipeline with a normalizer has it: the weights are those of normalized features.</summary>
    [TestMethod]
    public void ALinearClassifierTakesANormalizationInFrontIntoItsWeights()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var plain = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(4), [new Dense(3)]), 5);
        var normalized = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(4), [new Normalization(), new Normalization(), new Dense(3)]), 5);
        float[][] numbers = [[1, 2, 3, 4], [2, 0.5f, 4, 1], [-1, 0.5f, 0, 2], [0.5f, 2, 1, 4]];
        foreach (int layer in (int[])[0, 1])
        {
            numbers[2 * layer].CopyTo(normalized[layer, Normalization.Mean]);
            numbers[(2 * layer) + 1].CopyTo(normalized[layer, Normalization.Scale]);
        }

        // What the two do to a feature: ((x − m₁) · s₁ − m₂) · s₂.
        for (int feature = 0; feature < 4; feature++)
        {
            for (int output = 0; output < 3; output++)
            {
                float weight = plain[0, "weight"][(feature * 3) + output];
                float all = numbers[1][feature] * numbers[3][feature];
                normalized[2, "weight"][(feature * 3) + output] = weight / all;
                normalized[2, "bias"][output] += weight * (numbers[0][feature] + (numbers[2][feature] / numbers[1][feature]));
            }
        }

        float[] Scores(NetworkWeights weights) =>
            EstimatorContract.Scores(new SgdMaximumEntropyTrainer(context, Frozen(new SgdMaximumEntropyTrainer.Options { StartFrom = weights, NewHead = false })).Fit(data), data);
        float[] expected = Scores(plain);
        float[] actual = Scores(normalized);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-4);
        }
    }

    [TestMethod]
    public void OtherLayers_AreNamed_BeforeARowIsRead()
    {
        var context = new MLContext(seed: 1);
        var data = new SpyView(Strokes.Load(context, 30));
        var weights = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(2, 8, 10), Some), 5);
        var options = Frozen(new CnnTrainer.Options { Layers = [Conv2D(5, 3, padding: 1), .. Some[1..]], StartFrom = weights });
        var error = Assert.ThrowsExactly<ArgumentException>(() => new CnnTrainer(context, options).Fit(data));
        StringAssert.Contains(error.Message, "layer 1 is convolution-2d with weight [3, 3, 2, 4]");
        StringAssert.Contains(error.Message, "the trainer's layer 1 is convolution-2d with weight [3, 3, 2, 5]");
        Assert.AreEqual(0, data.Cursors);
    }

    [TestMethod]
    public void EachMemberStartsFromItsOwn_AndAnotherNumberIsRefused()
    {
        var context = new MLContext(seed: 1);
        var ensemble = new MlpTrainer(context, new MlpTrainer.Options { HiddenLayers = [5], Members = 2, NumberOfEpochs = 2, Seed = 1 }).Fit(Blobs.Load(context)).Model;
        var went = new MlpTrainer(context, new MlpTrainer.Options { StartFrom = ensemble, NewHead = true, NumberOfEpochs = 2, FreezeUpTo = 3, Seed = 2 }).Fit(Blobs.Load(context)).Model;
        Assert.AreEqual(ensemble.Definition.ToString(), went.Definition.ToString());
        for (int member = 0; member < 2; member++)
        {
            Same(Ensemble.ParameterName(member, 0, "weight"), true);
            Same(Ensemble.ParameterName(member, 0, "bias"), true);
            Same(Ensemble.ParameterName(member, 2, "weight"), false);
        }

        CollectionAssert.AreNotEqual(
            went.Weights[2, Ensemble.ParameterName(0, 2, "weight")].ToArray(), went.Weights[2, Ensemble.ParameterName(1, 2, "weight")].ToArray());
        var told = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, new MlpTrainer.Options { StartFrom = ensemble, Members = 3 }).Fit(Blobs.Load(context)));
        StringAssert.Contains(told.Message, "StartFrom has 2 members, but Members is 3");

        void Same(string parameter, bool expected) =>
            Assert.AreEqual(expected, ensemble.Weights[2, parameter].SequenceEqual(went.Weights[2, parameter]), parameter);
    }

    [TestMethod]
    public void OneNetworkStartsSeveralMembers()
    {
        var context = new MLContext(seed: 1);
        var one = new MlpTrainer(context, new MlpTrainer.Options { HiddenLayers = [5], Members = 1, NumberOfEpochs = 2, Seed = 1 }).Fit(Blobs.Load(context)).Model;
        var several = new MlpTrainer(context, new MlpTrainer.Options { StartFrom = one, NewHead = true, Members = 2, NumberOfEpochs = 2, FreezeUpTo = 3, Seed = 2 }).Fit(Blobs.Load(context)).Model;
        for (int member = 0; member < 2; member++)
        {
            CollectionAssert.AreEqual(one.Weights[2, "weight"].ToArray(), several.Weights[2, Ensemble.ParameterName(member, 0, "weight")].ToArray());
        }
    }

    /// <summary>Without batch normalization, whose running statistics move in any epoch.</summary>
    private static Layer[] Still(Layer[] layers) => [.. layers.Where(layer => layer is not BatchNormalization)];

    private static NetworkWeights Still(NetworkWeights weights)
    {
        var still = new NetworkWeights(new NetworkDefinition(weights.Definition.InputShape, Still([.. weights.Definition.Layers])));
        foreach (var slot in still.Definition.Parameters)
        {
            weights[slot.Layer > 0 ? slot.Layer + 1 : 0, slot.Spec.Name].CopyTo(still[slot.Layer, slot.Spec.Name]);
        }

        return still;
    }

    private static T Frozen<T>(T options)
        where T : NetworkTrainerOptions => options with
        {
            FeatureScaling = FeatureScaling.None, NumberOfEpochs = 1, BatchSize = 10, Seed = 1, Optimizer = new Sgd(), LearningRate = 1e-30,
        };

    private static void AssertScores(NetworkWeights weights, OutputLink link, float[] rows, float[] scores, double within = 1e-6)
    {
        using var predictor = new Predictor(weights, new PredictorOptions { Link = link });
        float[] expected = new float[scores.Length];
        predictor.Predict(rows, rows.Length / predictor.InputSize, expected);
        for (int i = 0; i < scores.Length; i++)
        {
            Assert.AreEqual(expected[i], scores[i], within * expected.Max(Math.Abs), $"score {i}");
        }
    }
}
