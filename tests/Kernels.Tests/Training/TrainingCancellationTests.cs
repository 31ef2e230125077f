using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class TrainingCancellationTests
{
    [TestMethod]
    public void Throw_IsTheDefault()
    {
        Run run = new(null, cancelEpoch: 3, cancelBatch: 2);
        Assert.ThrowsExactly<OperationCanceledException>(() => run.Train());
        Assert.AreEqual(run.WeightAtCancel, run.Weight);
        Assert.HasCount(2, run.EpochWeights);
    }

    /// <summary>The validation data wants w = 1, which is passed in an early epoch: the best weights are not the last ones.</summary>
    [TestMethod]
    public void ReturnBest_GivesTheBestEpoch()
    {
        Run run = new(CancellationBehavior.ReturnBest, cancelEpoch: 30, cancelBatch: 2);
        TrainingResult result = run.Train();
        Assert.AreEqual(StopReason.Cancelled, result.StopReason);
        Assert.AreEqual(29, result.Epochs);
        Assert.IsTrue(result.RestoredBest);
        int best = 1 + run.EpochWeights.IndexOf(run.EpochWeights.MinBy(w => Math.Abs(w - 1)));
        Assert.IsLessThan(29, best);
        Assert.AreEqual(best, result.BestEpoch);
        Assert.AreEqual(run.EpochWeights[best - 1], run.Weight);
    }

    [TestMethod]
    public void ReturnBest_WhileValidating_LeavesTheUnfinishedEpochOut()
    {
        Run run = new(CancellationBehavior.ReturnBest, cancelEpoch: 2, cancelBatch: 1, TrainingPhase.Validation);
        TrainingResult result = run.Train();
        Assert.AreEqual(1, result.Epochs);
        Assert.AreEqual(1, result.BestEpoch);
        Assert.AreEqual(run.EpochWeights[0], run.Weight);
    }

    [TestMethod]
    public void ReturnBest_BeforeAnyEpoch_GivesTheWeightsOfThatMoment()
    {
        Run run = new(CancellationBehavior.ReturnBest, cancelEpoch: 1, cancelBatch: 2);
        TrainingResult result = run.Train();
        Assert.AreEqual(StopReason.Cancelled, result.StopReason);
        Assert.AreEqual(0, result.Epochs);
        Assert.AreEqual(0, result.BestEpoch);
        Assert.IsFalse(result.RestoredBest);
        Assert.AreEqual(run.WeightAtCancel, run.Weight);
        Assert.AreNotEqual(0, run.Weight);
    }

    [TestMethod]
    public void ReturnBest_CancelledBeforehand_LeavesTheNetworkAsItWas()
    {
        Run run = new(CancellationBehavior.ReturnBest, cancelEpoch: 0, cancelBatch: 0);
        Assert.AreEqual(StopReason.Cancelled, run.Train().StopReason);
        Assert.AreEqual(0, run.Weight);
    }

    [TestMethod]
    public void ReturnBest_Uncancelled_KeepsTheLastWeights()
    {
        Run run = new(CancellationBehavior.ReturnBest, cancelEpoch: 1000, cancelBatch: 1);
        TrainingResult result = run.Train();
        Assert.AreEqual(StopReason.Completed, result.StopReason);
        Assert.IsFalse(result.RestoredBest);
        Assert.AreEqual(run.EpochWeights[^1], run.Weight);
    }

    [TestMethod]
    public void ForeignCancellation_IsNotSwallowed()
    {
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, Line(0), 1);
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredError(),
            Optimizer = new Sgd(),
            CancellationBehavior = CancellationBehavior.ReturnBest,
            OnEpoch = _ => throw new OperationCanceledException(),
        };
        Assert.ThrowsExactly<OperationCanceledException>(() => new TrainingLoop<float>(network, options).Run(Points([1], [1])));
    }

    private sealed class Run(CancellationBehavior? behavior, int cancelEpoch, int cancelBatch, TrainingPhase phase = TrainingPhase.Training)
    {
        public double Weight { get; private set; }

        public double WeightAtCancel { get; private set; }

        public List<double> EpochWeights { get; } = [];

        public TrainingResult Train()
        {
            using CancellationTokenSource source = new();
            using ReferenceBackend<double> backend = new();
            using Network<double> network = Trainable(backend, Line(0), 1);
            TrainingOptions options = new()
            {
                Loss = new MeanSquaredError(),
                Optimizer = new Sgd { LearningRate = 0.002 },
                NumberOfEpochs = 60,
                BatchSize = 1,
                CancellationToken = source.Token,
                OnEpoch = _ => EpochWeights.Add(Weights(network)[0]),
                OnBatch = b =>
                {
                    if (b.Epoch == cancelEpoch && b.Batch == cancelBatch && b.Phase == phase)
                    {
                        WeightAtCancel = Weights(network)[0];
                        source.Cancel();
                    }
                },
            };
            if (cancelEpoch == 0)
            {
                source.Cancel();
            }

            try
            {
                return new TrainingLoop<double>(network, behavior is { } b ? options with { CancellationBehavior = b } : options).Run(Doubles(), Points([1, 2], [1, 2]));
            }
            finally
            {
                Weight = Weights(network)[0];
            }
        }
    }
}
