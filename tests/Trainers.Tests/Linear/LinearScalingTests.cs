using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Whatever the scales inside, weights that come in and go out are of the features as they came.</summary>
[TestClass]
public sealed class LinearScalingTests
{
    private static readonly RegressionSet Set = RegressionSet.Generate(200, 4, 100, noise: 0.5, offset: 10, units: true);

    public static IEnumerable<object[]> Scalings => [[FeatureScaling.Standard, false], [FeatureScaling.Standard, true], [FeatureScaling.Robust, false], [FeatureScaling.Auto, null!]];

    /// <summary>A step too short to matter leaves the start as it was.</summary>
    [TestMethod]
    [DynamicData(nameof(Scalings))]
    public void AStartComesBackAsItWas(FeatureScaling scaling, bool? whiten)
    {
        double[] weights = [20, -3, 0.5, 1e-4];
        var options = new GradientDescentTrainer.Options
        {
            FeatureScaling = scaling, Whiten = whiten, LearningRate = 1e-300, NumberOfEpochs = 2, InitialWeights = weights, InitialBias = 7, RecordPath = true,
        };
        var result = new GradientDescentTrainer(new MLContext(seed: 1), options).Fit(Set.Load()).GetTrainingResult()!;
        Assert.HasCount(3, result.Path);
        CollectionAssert.AreEqual(weights, result.Path[0].Weights.ToArray());
        foreach (var model in result.Path.Append(result.Model))
        {
            for (int j = 0; j < weights.Length; j++)
            {
                Assert.AreEqual(weights[j], model.Weights[j], 1e-9 * Math.Abs(weights[j]));
            }

            Assert.AreEqual(7, model.Bias, 1e-6);
        }

        Assert.AreEqual(Set.Loss(new LinearModel(weights, 7)), result.FinalLoss, 1e-9 * result.FinalLoss);
    }

    [TestMethod]
    [DynamicData(nameof(Scalings))]
    public void ALongDescentEndsAtTheSameModel(FeatureScaling scaling, bool? whiten)
    {
        var options = new GradientDescentTrainer.Options { FeatureScaling = scaling, Whiten = whiten };
        var result = new GradientDescentTrainer(new MLContext(seed: 1), options).Fit(Set.Load()).GetTrainingResult()!;
        Assert.IsLessThanOrEqualTo((1 + 1e-4) * Set.LeastLoss(), Set.Loss(result.Model));
        Assert.AreEqual(Set.Loss(result.Model), result.FinalLoss, 1e-9 * result.FinalLoss);
    }

    [TestMethod]
    public void TrainingGoesOnWhereItEnded()
    {
        var context = new MLContext(seed: 1);
        var data = Set.Load();
        var first = new GradientDescentTrainer(context).Fit(data);
        var second = new GradientDescentTrainer(context, new GradientDescentTrainer.Options { NumberOfEpochs = 1 }).Fit(data, first.Model).GetTrainingResult()!;
        Assert.AreEqual(Set.LeastLoss(), second.History.Epochs[0].TrainingLoss, 1e-4 * Set.LeastLoss());
    }

    /// <summary>The scales are those of the training rows, and rows without weight are none.</summary>
    [TestMethod]
    public void RowsThatAreNotTrainedOnHaveNoSay()
    {
        var context = new MLContext(seed: 1);
        float[][] outliers = [.. Set.Features.Select(row => Array.ConvertAll(row, x => 1e6f * x))];
        var both = new RegressionSet([.. Set.Features, .. outliers], [.. Set.Labels, .. Set.Labels]) { Weights = [.. Set.Labels.Select(_ => 1f), .. Set.Labels.Select(_ => 0f)] };
        var options = new GradientDescentTrainer.Options { FeatureScaling = FeatureScaling.Standard, LearningRate = 0.1, NumberOfEpochs = 10, ExampleWeightColumnName = "Weight" };
        var trainer = new GradientDescentTrainer(context, options);
        double[] expected = trainer.Fit(Set.Load()).GetTrainingResult()!.Model.Weights.ToArray();
        CollectionAssert.AreEqual(expected, trainer.Fit(Set.Load(), new RegressionSet(outliers, Set.Labels).Load()).GetTrainingResult()!.Model.Weights.ToArray());
        double[] weighted = trainer.Fit(both.Load()).GetTrainingResult()!.Model.Weights.ToArray();
        for (int j = 0; j < expected.Length; j++)
        {
            Assert.AreEqual(expected[j], weighted[j], 1e-9 * Math.Abs(expected[j]));
        }
    }

    /// <summary>Without an intercept there is nothing to take up a shift, and a constant column is what an intercept would be.</summary>
    [TestMethod]
    public void WithoutAnInterceptAConstantColumnIsLearned()
    {
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 50).Select(i => new FeatureRows.Row { Features = [4, 0.001f * i], Label = 8 + (0.003f * i) });
        var model = new GradientDescentTrainer(context, new GradientDescentTrainer.Options { FitIntercept = false }).Fit(FeatureRows.Load(rows)).Model;
        Assert.AreEqual(2, model.Weights[0], 1e-4);
        Assert.AreEqual(3, model.Weights[1], 1e-2);
        Assert.AreEqual(0, model.Bias);
    }

    /// <summary>Each feature is as long as any other for a penalty, whatever its unit.</summary>
    [TestMethod]
    public void PenaltiesAreOfScaledWeights()
    {
        double[] Weights(double unit)
        {
            var set = RegressionSet.Generate(200, 3, 1, noise: 0.1);
            foreach (float[] row in set.Features)
            {
                row[1] = (float)(row[1] * unit);
            }

            var options = new GradientDescentTrainer.Options { L2Regularization = 1 };
            return new GradientDescentTrainer(new MLContext(seed: 1), options).Fit(set.Load()).GetTrainingResult()!.Model.Weights.ToArray();
        }

        double[] expected = Weights(1);
        double[] other = Weights(1024);
        Assert.AreEqual(expected[1] / 1024, other[1], 1e-6 * Math.Abs(expected[1]) / 1024);
        Assert.AreEqual(expected[0], other[0], 1e-6 * Math.Abs(expected[0]));
    }
}
