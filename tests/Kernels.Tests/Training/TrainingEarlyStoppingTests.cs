using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Training pulls w from 0 to 2, but the validation data wants w = 1: its loss falls, then rises.</summary>
[TestClass]
public class TrainingEarlyStoppingTests
{
    [TestMethod]
    public void Stops_AfterPatience_AndRestoresTheBestWeights()
    {
        (TrainingResult result, double final, List<double> weights) = Train(new EarlyStopping { Patience = 3 });
        int best = 1 + weights.IndexOf(weights.MinBy(w => Math.Abs(w - 1)));
        Assert.IsGreaterThan(3, best);
        Assert.AreEqual(best, result.BestEpoch);
        Assert.AreEqual(best + 3, result.Epochs);
        Assert.AreEqual(StopReason.EarlyStopping, result.StopReason);
        Assert.IsTrue(result.RestoredBest);
        Assert.AreEqual(weights[best - 1], final);
        Assert.AreEqual(result.History.Epochs.Min(e => e.ValidationLoss), result.History.Epochs[best - 1].ValidationLoss);
    }

    [TestMethod]
    public void Keeps_TheLastWeights_WhenAskedTo()
    {
        (TrainingResult result, double final, List<double> weights) = Train(new EarlyStopping { Patience = 3, RestoreBestWeights = false });
        Assert.AreEqual(result.BestEpoch + 3, result.Epochs);
        Assert.IsFalse(result.RestoredBest);
        Assert.AreEqual(weights[^1], final);
        Assert.AreNotEqual(weights[result.BestEpoch - 1], final);
    }

    [TestMethod]
    public void Restores_AlsoWhenAllEpochsWereDone()
    {
        (TrainingResult result, double final, List<double> weights) = Train(new EarlyStopping { Patience = 1000 });
        Assert.AreEqual(StopReason.Completed, result.StopReason);
        Assert.AreEqual(60, result.Epochs);
        Assert.AreEqual(weights[result.BestEpoch - 1], final);
    }

    [TestMethod]
    public void MinDelta_IgnoresSmallSteps()
    {
        (TrainingResult result, _, _) = Train(new EarlyStopping { Patience = 2, MinDelta = 10 });
        Assert.AreEqual(1, result.BestEpoch);
        Assert.AreEqual(3, result.Epochs);
    }

    [TestMethod]
    public void WithoutValidation_TheTrainingLossIsWatched()
    {
        (TrainingResult result, _, _) = Train(new EarlyStopping { Patience = 2 }, validate: false);
        Assert.AreEqual(StopReason.Completed, result.StopReason);
        Assert.AreEqual(60, result.BestEpoch);
        Assert.IsTrue(double.IsNaN(result.History.Epochs[0].ValidationLoss));
        Assert.IsTrue(double.IsNaN(result.History.Epochs[0].ValidationMetric));
    }

    /// <summary>Accuracy is right from the first epoch on and can't improve, while the loss goes on falling.</summary>
    [TestMethod]
    [DataRow(EarlyStoppingMonitor.Metric, 3)]
    [DataRow(EarlyStoppingMonitor.Loss, 20)]
    public void Monitor_ChoosesTheFigure(EarlyStoppingMonitor monitor, int epochs)
    {
        TrainingData data = new(new DenseRows([1, 0, 0, 1], 2), new ClassRows([0, 1], 2));
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, new(new TensorShape(2), [new Dense(2, weightInitializer: new Constant(0))]), 2);
        TrainingOptions options = new()
        {
            Loss = new SoftmaxCrossEntropy(),
            Optimizer = new Sgd { LearningRate = 0.5 },
            NumberOfEpochs = 20,
            BatchSize = 2,
            EarlyStopping = new EarlyStopping { Patience = 2, Monitor = monitor },
        };
        Assert.AreEqual(epochs, new TrainingLoop<float>(network, options).Run(data, data).Epochs);
    }

    private static (TrainingResult Result, double Final, List<double> Weights) Train(EarlyStopping rule, bool validate = true)
    {
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(0), 3);
        List<double> weights = [];
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredError(),
            Optimizer = new Sgd { LearningRate = 0.01 },
            NumberOfEpochs = 60,
            BatchSize = 3,
            EarlyStopping = rule,
            OnEpoch = _ => weights.Add(Weights(network)[0]),
        };
        TrainingResult result = new TrainingLoop<double>(network, options).Run(Doubles(), validate ? Points([1, 2], [1, 2]) : null);
        return (result, Weights(network)[0], weights);
    }
}
