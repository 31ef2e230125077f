using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Cnn;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The learning rate range test from the trainers of networks.</summary>
[TestClass]
public sealed class FindLearningRateTests
{
    [TestMethod]
    public void TheSuggestedRateLearns()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var options = new MlpTrainer.Options { HiddenLayers = [16], NumberOfEpochs = 10, BatchSize = 16, Seed = 1, ClassWeights = ClassWeights.Balanced };
        var curve = new MlpTrainer(context, options).FindLearningRate(data);
        Assert.IsGreaterThan(10, curve.Points.Count);
        Assert.IsNotNull(curve.Suggestion);
        options.LearningRate = curve.Suggestion;
        var model = new MlpTrainer(context, options).Fit(data);
        Assert.IsGreaterThan(0.95, context.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
    }

    [TestMethod]
    public void ItLeavesLaterFitsAsTheyAre()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        MlpTrainer Trainer() => new(context, new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 2, Seed = 1 });
        var expected = Trainer().Fit(data).Model.Weights.Flat();
        var trainer = Trainer();
        trainer.FindLearningRate(data);
        CollectionAssert.AreEqual(expected, trainer.Fit(data).Model.Weights.Flat());
    }

    [TestMethod]
    public void NumbersAreSeenAsTrainingSeesThem()
    {
        // Labels of a hundred thousand: without standardising, no loss of the first updates would be near 1.
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows(200);
        rows.ForEach(r => r.Label = 1e5f * r.Label);
        var curve = new MlpRegressionTrainer(context, MlpRegressionTests.Quick()).FindLearningRate(context.Data.LoadFromEnumerable(rows));
        Assert.IsLessThan(10, curve.Points[0].Loss);
        Assert.IsNotNull(curve.Suggestion);
    }

    [TestMethod]
    public void ImagesAreSeenAsTrainingSeesThem()
    {
        var context = new MLContext(seed: 1);
        var options = new CnnTrainer.Options { Layers = [Conv2D(4, 3, padding: 1), ReLU(), GlobalAveragePool()], BatchSize = 16, Seed = 1 };
        var curve = new CnnTrainer(context, options).FindLearningRate(Strokes.Load(context, 96), new LearningRateFinder { Updates = 60, Lowest = 1e-5 });
        Assert.AreEqual(1e-5, curve.Points[0].LearningRate, 1e-12);
        Assert.IsNotNull(curve.Suggestion);
    }

    [TestMethod]
    public void BadSettingsAndSchemasAreRefusedBeforeReading()
    {
        var context = new MLContext(seed: 1);
        var trainer = new MlpTrainer(context, new MlpTrainer.Options());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.FindLearningRate(Blobs.Load(context), new LearningRateFinder { Updates = 1 }));
        var exception = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainer.FindLearningRate(context.Data.LoadFromEnumerable(Blobs.Rows(10))));
        StringAssert.Contains(exception.Message, "Label");
    }
}
