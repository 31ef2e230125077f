namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Linear runs that end well, whatever peaks their loss has, are let pass; those that diverge are ended. Rates are in parts of the largest stable one of plain descent.</summary>
[TestClass]
public sealed class LinearDivergenceCasesTests
{
    private const int Rows = 120;

    private static readonly (string Name, Optimizer Optimizer, double Rate, int Batch, LearningRateSchedule Schedule)[] s_healthy =
    [
        ("momentum, small batches", new Sgd { Momentum = 0.9 }, 0.5, 16, LearningRateSchedule.Constant),
        ("momentum, single rows", new Sgd { Momentum = 0.9 }, 0.1, 1, LearningRateSchedule.Constant),
        ("momentum, full batches, one cycle", new Sgd { Momentum = 0.9 }, 1, Rows, new OneCycle()),
        ("much momentum, full batches, one cycle", new Sgd { Momentum = 0.98, Nesterov = true }, 0.05, Rows, new OneCycle()),
        ("much momentum, full batches, warm-up", new Sgd { Momentum = 0.98, Nesterov = true }, 0.05, Rows, new CosineAnnealing { WarmUpEpochs = 10 }),
        ("full batches, a rate that falls", new Sgd(), 1.5, Rows, new ExponentialDecay { Factor = 0.9 }),
        ("full batches, a rate that falls slowly", new Sgd(), 1.1, Rows, new CosineAnnealing()),
        ("full batches, a rate that falls when the loss does not", new Sgd(), 1.1, Rows, new ReduceOnPlateau { Patience = 2, Factor = 0.5 }),
        ("single rows, one cycle", new Sgd(), 1.5, 1, new OneCycle()),
        ("RMSprop, one cycle", new RMSprop(), 10, 1, new OneCycle()),
        ("Adam", new Adam(), 10, 16, LearningRateSchedule.Constant),
    ];

    private static readonly (string Name, Optimizer Optimizer, double Rate, int Batch)[] s_diverging =
    [
        ("full batches", new Sgd(), 1.1, Rows),
        ("full batches, far too large", new Sgd(), 100, Rows),
        ("momentum, full batches", new Sgd { Momentum = 0.9 }, 30, Rows),
        ("much momentum, full batches", new Sgd { Momentum = 0.98, Nesterov = true }, 3, Rows),
        ("small batches", new Sgd(), 3, 16),
        ("single rows", new Sgd(), 3, 1),
        ("momentum, single rows", new Sgd { Momentum = 0.9 }, 1, 1),
        ("Adam", new Adam(), 1e5, 16),
        ("RMSprop, full batches", new RMSprop(), 1e4, Rows),
        ("Lion, small batches", new Lion(), 1e4, 16),
    ];

    public static IEnumerable<object[]> Healthy => s_healthy.Select(item => new object[] { item.Name });

    public static IEnumerable<object[]> Diverging => s_diverging.Select(item => new object[] { item.Name });

    [TestMethod]
    [DynamicData(nameof(Healthy))]
    public void HealthyRuns_Pass(string name)
    {
        var item = s_healthy.Single(item => item.Name == name);
        for (int seed = 1; seed <= 4; seed++)
        {
            LinearData data = new RandomLine(Rows, 5, noise: 0.1, seed).Single();
            LinearOptions options = Options(data, item.Optimizer, item.Rate, item.Batch) with { Schedule = item.Schedule };
            EpochRecord last = new LinearRegression(options).Run(data).History.Epochs[^1];
            Assert.IsLessThan(0.3, last.TrainingLoss, $"{name}, seed {seed}: it is not healthy");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Diverging))]
    public void DivergingRuns_End(string name)
    {
        var item = s_diverging.Single(item => item.Name == name);
        for (int seed = 1; seed <= 2; seed++)
        {
            LinearData data = new RandomLine(Rows, 5, noise: 0.1, seed).Single();
            DivergenceException e = Assert.ThrowsExactly<DivergenceException>(
                () => new LinearRegression(Options(data, item.Optimizer, item.Rate, item.Batch) with { NumberOfEpochs = 1000 }).Run(data), $"{name}, seed {seed}");
            Assert.IsLessThan(300, e.Epoch);
            Assert.IsLessThan(e.LearningRate, e.SuggestedLearningRate!.Value);
        }
    }

    private static LinearOptions Options(LinearData data, Optimizer optimizer, double rate, int batch)
    {
        LinearOptions options = new() { NumberOfEpochs = 100, BatchSize = batch, Seed = 1 };
        double unit = optimizer is Sgd ? new LinearRegression(options).EstimateLearningRate(data).Largest : 0.1;
        return options with { Optimizer = optimizer with { LearningRate = rate * unit } };
    }
}
