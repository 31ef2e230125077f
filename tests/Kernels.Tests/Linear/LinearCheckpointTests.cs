namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>A linear run that goes on from a kept state ends with the bits of one that was never broken off.</summary>
[TestClass]
public class LinearCheckpointTests
{
    public static IEnumerable<object[]> Cases()
    {
        int number = 0;
        foreach (object[] optimizer in Families.OptimizerCases)
        {
            foreach (int batch in new[] { 1, 7, int.MaxValue })
            {
                yield return [optimizer[0], Schedules.All[number % Schedules.All.Count], batch, number++];
            }
        }

        foreach (int batch in new[] { 1, 7, int.MaxValue })
        {
            yield return [new Sgd(), new ReduceOnPlateau { Patience = 0, Threshold = 0.5 }, batch, number++];
            yield return [new Sgd(), LearningRateSchedule.Constant, batch, number++];
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void EveryStateLeadsToTheSameEnd(Optimizer optimizer, LearningRateSchedule schedule, int batch, int number)
    {
        LinearOptions options = new()
        {
            Optimizer = optimizer,
            LearningRate = Math.Min(0.01, optimizer.LearningRate),
            Schedule = schedule,
            NumberOfEpochs = 5,
            BatchSize = batch,
            AverageFromEpoch = number % 4 == 1 ? 2 : null,
            ClipNorm = number % 5 == 1 ? 1 : null,
            L1Regularization = number % 3 == 1 ? 1e-3 : 0,
            RecordPath = number % 2 == 0,
            ValidationFraction = number % 3 == 0 ? 0.25 : 0,
            EarlyStopping = number % 2 == 1 ? new EarlyStopping { Patience = 1, MinDelta = number % 4 == 1 ? 10 : 0 } : null,
            Tolerance = number % 6 == 0 ? 0.5 : null,
            Seed = number,
        };
        LinearData data = new RandomLine(batch == 1 ? 2500 : 60, 9, 0.2, 1, weighted: number % 2 == 0).Single();
        Check(checkpoints => new LinearRegression(options).Run(data, checkpoints: checkpoints));
    }

    /// <summary>Rates that are chosen: accelerated full batches, and cycles.</summary>
    [TestMethod]
    [DataRow(1, 0)]
    [DataRow(1, 1)]
    [DataRow(int.MaxValue, 0)]
    [DataRow(int.MaxValue, 1)]
    [DataRow(8, 0)]
    [DataRow(8, 1)]
    public void SoWithChosenRates(int batch, int loss)
    {
        LinearOptions options = new() { Optimizer = null, NumberOfEpochs = null, BatchSize = batch, Loss = loss == 0 ? new MeanSquaredError() : new Huber() };
        LinearData data = new RandomLine(300, 5, 0.3, 2).Single();
        Check(checkpoints => new ScaledLinearRegression(options, LinearScaling.Standard, whiten: loss == 0).Run(data, checkpoints: checkpoints));
    }

    [TestMethod]
    [DataRow(CancellationBehavior.Throw)]
    [DataRow(CancellationBehavior.ReturnBest)]
    public void ACancelledRunGoesOn(CancellationBehavior behavior)
    {
        LinearData data = new RandomLine(2500, 9, 0.2, 1).Single();
        LinearOptions options = new() { NumberOfEpochs = 6, BatchSize = 1, CancellationBehavior = behavior, LearningRate = 0.001 };
        LinearResult expected = new LinearRegression(options).Run(data);
        for (int epoch = 1; epoch < 6; epoch++)
        {
            using CancellationTokenSource source = new();
            KeptStates kept = new(isDue: (moment, _) => moment == CheckpointMoment.Cancelled);
            LinearOptions cancelled = options with { CancellationToken = source.Token, OnEpoch = record => Cancel(record.Epoch == epoch, source) };
            if (behavior == CancellationBehavior.Throw)
            {
                Assert.ThrowsExactly<OperationCanceledException>(() => new LinearRegression(cancelled).Run(data, checkpoints: kept));
            }
            else
            {
                Assert.AreEqual(StopReason.Cancelled, new LinearRegression(cancelled).Run(data, checkpoints: kept).StopReason);
            }

            Assert.HasCount(1, kept.All);
            AssertSame(expected, new LinearRegression(options).Run(data, checkpoints: new KeptStates(kept.All[0].State)));
        }
    }

    [TestMethod]
    public void DamagedStatesAreRefusedInWords()
    {
        LinearData data = new RandomLine(60, 9, 0.2, 1).Single();
        LinearOptions options = new() { NumberOfEpochs = 6, BatchSize = 7, LearningRate = 0.001, Optimizer = new Adam() };
        KeptStates kept = new();
        new LinearRegression(options).Run(data, checkpoints: kept);
        byte[] state = kept.All[3].State;
        for (int length = 0; length < state.Length; length += 7)
        {
            Assert.ThrowsExactly<FormatException>(() => new LinearRegression(options).Run(data, checkpoints: new KeptStates(state[..length])));
        }

        Assert.ThrowsExactly<FormatException>(() => new LinearRegression(options).Run(data, checkpoints: new KeptStates([.. state, 0])));
        Assert.ThrowsExactly<FormatException>(() => new LinearRegression(options with { Optimizer = new Sgd() }).Run(data, checkpoints: new KeptStates(state)));
        Assert.ThrowsExactly<FormatException>(() => new LinearRegression(options with { RecordPath = true }).Run(data, checkpoints: new KeptStates(state)));
        RandomSource random = new(1);
        for (int i = 0; i < 300; i++)
        {
            byte[] changed = [.. state];
            changed[random.NextInt32(state.Length)] ^= (byte)(1 << random.NextInt32(8));
            try
            {
                new LinearRegression(options).Run(data, checkpoints: new KeptStates(changed));
            }
            catch (Exception exception) when (exception is FormatException or DivergenceException)
            {
                Assert.AreNotEqual("", exception.Message);
            }
        }
    }

    private static void Check(Func<ICheckpointStore?, LinearResult> run)
    {
        LinearResult expected = run(null);
        KeptStates kept = new();
        AssertSame(expected, run(kept));
        Assert.AreEqual(CheckpointMoment.End, kept.All[^1].Moment);
        int step = 1 + (kept.All.Count / 12);
        for (int i = 0; i < kept.All.Count; i += step)
        {
            AssertSame(expected, run(new KeptStates(kept.All[i].State, (_, _) => false)));
        }

        AssertSame(expected, run(new KeptStates(kept.All[^1].State)));
    }

    private static void AssertSame(LinearResult expected, LinearResult other)
    {
        CollectionAssert.AreEqual(Bits(expected.Model), Bits(other.Model));
        CollectionAssert.AreEqual(expected.Path.SelectMany(Bits).ToArray(), other.Path.SelectMany(Bits).ToArray());
        CollectionAssert.AreEqual(expected.History.Epochs.Select(WithoutSeconds).ToArray(), other.History.Epochs.Select(WithoutSeconds).ToArray());
        Assert.AreEqual(expected.StopReason, other.StopReason);
        Assert.AreEqual(expected.BestEpoch, other.BestEpoch);
        Assert.AreEqual(expected.RestoredBest, other.RestoredBest);
        Assert.AreEqual(expected.FinalLoss, other.FinalLoss);
        Assert.AreEqual(expected.Baseline, other.Baseline);
    }

    private static long[] Bits(LinearModel model) => [.. model.Weights.ToArray().Append(model.Bias).Select(BitConverter.DoubleToInt64Bits)];

    private static EpochRecord WithoutSeconds(EpochRecord record) => record with { Seconds = 0 };

    private static void Cancel(bool now, CancellationTokenSource source)
    {
        if (now)
        {
            source.Cancel();
        }
    }
}
