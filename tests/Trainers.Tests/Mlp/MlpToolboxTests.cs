using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The engine's optimizers, losses, schedules and regularisers through the options of a trainer.</summary>
[TestClass]
public sealed class MlpToolboxTests
{
    public static IEnumerable<object[]> OptimizerNames => Optimizers.All.Select(o => new object[] { o.Name });

    public static IEnumerable<object[]> LossNames => Losses.All.Where(l => l.Link != OutputLink.Softmax).Select(l => new object[] { l.Name });

    public static IEnumerable<object[]> ScheduleNames => Schedules.All.Select(s => new object[] { s.Name });

    [TestMethod]
    [DynamicData(nameof(OptimizerNames))]
    public void EveryOptimizerLearns(string name)
    {
        // Each at its own default rate, so that a user who only names it gets somewhere.
        var history = Fit(o => (o.Optimizer, o.NumberOfEpochs, o.BatchSize) = (Optimizers.Create(name), 20, 8)).History.Epochs;
        Assert.IsLessThan(history[0].TrainingLoss, history[^1].TrainingLoss);
    }

    [TestMethod]
    [DynamicData(nameof(LossNames))]
    public void EveryLossOfNumbersLearns(string name)
    {
        // Labels in (0, 1), which counts and answers of yes or no allow too.
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows(100);
        rows.ForEach(r => r.Label = 1 / (1 + MathF.Exp(-4 * r.Features[0])));
        var data = context.Data.LoadFromEnumerable(rows);
        var model = new MlpRegressionTrainer(context, MlpRegressionTests.Quick(o => o.Loss = Losses.Create(name))).Fit(data);
        Assert.IsLessThan(model.Model.History.Epochs[0].TrainingLoss, model.Model.History.Epochs[^1].TrainingLoss);
        Assert.IsGreaterThan(0.9, context.Regression.Evaluate(model.Transform(data)).RSquared);
    }

    [TestMethod]
    [DynamicData(nameof(ScheduleNames))]
    public void EveryScheduleSetsTheRates(string name)
    {
        var schedule = Schedules.Create(name);
        var history = Fit(o => (o.Schedule, o.NumberOfEpochs) = (schedule, 12)).History.Epochs;
        bool changes = history.Any(e => e.LearningRate != history[0].LearningRate);
        Assert.AreEqual(schedule is not (ConstantRate or ReduceOnPlateau or StepDecay { Epochs: > 12 }), changes);
    }

    [TestMethod]
    public void TwoBatchesAnUpdateAreOneOfTwiceTheSize()
    {
        float[] Weights(int batchSize, int steps) => Fit(o => (o.BatchSize, o.AccumulationSteps, o.NumberOfEpochs) = (batchSize, steps, 3)).Weights.Flat();
        float[] expected = Weights(32, 1);
        float[] actual = Weights(16, 2);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-3f * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    [TestMethod]
    public void TheWeightsOfAUnitStayWithinTheirNorm()
    {
        var model = Fit(o => (o.MaxNorm, o.NormalizeLabel) = (0.5, false));
        var weights = model.Weights[0, "weight"];
        int units = model.Definition.Shapes[1].Size;
        for (int unit = 0; unit < units; unit++)
        {
            double squares = 0;
            for (int i = unit; i < weights.Length; i += units)
            {
                squares += weights[i] * weights[i];
            }

            Assert.IsLessThan(0.5 + 1e-6, Math.Sqrt(squares));
        }
    }

    [TestMethod]
    public void TheMeanOfTheWeightsIsSteadierThanTheLast()
    {
        double Error(double decay)
        {
            var model = Fit(o => (o.AverageDecay, o.BatchSize, o.LearningRate, o.NumberOfEpochs) = (decay, 2, 0.05, 8));
            return model.History.Epochs.TakeLast(4).Average(e => e.ValidationLoss);
        }

        Assert.IsLessThan(Error(0), Error(0.99));
    }

    [TestMethod]
    public void TheirOptionsAreChecked()
    {
        Refused(o => o.AccumulationSteps = 0, "AccumulationSteps");
        Refused(o => o.MaxNorm = 0, "MaxNorm");
        Refused(o => o.AverageDecay = 1, "AverageDecay");
        Refused(o => o.Schedule = null!, "Schedule");

        static void Refused(Action<MlpRegressionTrainer.Options> change, string option) =>
            Assert.AreEqual(option, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Fit(change)).ParamName);
    }

    private static RegressionNetworkModelParameters Fit(Action<MlpRegressionTrainer.Options> change)
    {
        var context = new MLContext(seed: 1);
        return new MlpRegressionTrainer(context, MlpRegressionTests.Quick(change)).Fit(Surface.Load(context, 128), Surface.Load(context, 64, seed: 2)).Model;
    }
}
