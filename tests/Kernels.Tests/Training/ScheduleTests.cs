using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Schedules against the rates that PyTorch's schedulers give (tests/golden/schedules.py), in a run, and their settings.</summary>
[TestClass]
public sealed class ScheduleTests
{
    private static readonly Golden File = GoldenFile.Read<Golden>("schedules.json");

    private static IEnumerable<object[]> Cases => Enumerable.Range(0, File.Cases.Length).Select(i => new object[] { i });

    /// <summary>The rate of every update of a run.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AgreesWithPyTorch(int index)
    {
        Case golden = File.Cases[index];
        ScheduleRun run = new(golden.Schedule, File.Initial, golden.Epochs, golden.StepsPerEpoch);
        List<double> rates = [];
        for (int epoch = 1; epoch <= golden.Epochs; epoch++)
        {
            for (int step = 0; step < golden.StepsPerEpoch; step++)
            {
                rates.Add(run.Rate(rates.Count + 1, epoch));
            }

            run.EndEpoch(Record(epoch, File.Losses[(epoch - 1) % File.Losses.Length]));
        }

        TestTensors.AreClose(golden.Rates, rates.ToArray(), 1e-14, $"{golden.Schedule}, update");
    }

    /// <summary>A new schedule needs golden rates.</summary>
    [TestMethod]
    public void EveryScheduleHasGoldenRates() =>
        CollectionAssert.IsSubsetOf(Schedules.All.Select(s => s.Name).ToArray(), File.Cases.Select(c => c.Schedule.Name).Distinct().ToArray());

    /// <summary>Rates stay usable in runs as short as one update.</summary>
    [TestMethod]
    public void ShortRunsHaveUsableRates()
    {
        LearningRateSchedule[] schedules = [.. Schedules.All, new CosineAnnealing { WarmUpEpochs = 5 }, new CosineAnnealing { CycleEpochs = 0.01, CycleGrowth = 2 }];
        foreach (LearningRateSchedule schedule in schedules)
        {
            for (int steps = 1; steps <= 5; steps++)
            {
                for (int step = 1; step <= steps; step++)
                {
                    double rate = schedule.LearningRate(0.1, new SchedulePosition(step, 1, 1, steps));
                    Assert.IsTrue(rate is > 0 and <= 0.1 + 1e-15, $"{schedule}: rate {rate} in update {step} of {steps}");
                }
            }
        }
    }

    /// <summary>The end of a polynomial or cosine is a share of the first rate.</summary>
    [TestMethod]
    public void FinalFractionIsWhereItTends()
    {
        SchedulePosition end = new(1_000_000, 10, 10, 100_000);
        Assert.AreEqual(0.02, new PolynomialDecay { FinalFraction = 0.1 }.LearningRate(0.2, end), 1e-6);
        Assert.AreEqual(0.02, new CosineAnnealing { FinalFraction = 0.1 }.LearningRate(0.2, end), 1e-6);
    }

    /// <summary>The plateau is that of the validation loss where there is one, and losses below 0 have plateaus too.</summary>
    [TestMethod]
    public void PlateauByHand()
    {
        ReduceOnPlateau schedule = new() { Patience = 1, Threshold = 0.1 };
        ScheduleMemory memory = default;
        foreach ((double loss, int reductions) in new[] { (-10.0, 0), (-10.5, 0), (-10.9, 1), (-11.2, 1), (-11.0, 1), (-11.0, 2) })
        {
            memory = schedule.Remember(memory, new EpochRecord(1, -100 + memory.Epochs, 0, loss, 0, 0, 0));
            Assert.AreEqual(reductions, memory.Reductions, $"after {loss}");
        }
    }

    /// <summary>A run at rest lowers its rate as told, by its validation loss or without one by its training loss.</summary>
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void PlateauInARun(bool validated)
    {
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(2), 3);
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredError(),
            Optimizer = new Sgd { LearningRate = 0.08 },
            Schedule = new ReduceOnPlateau { Patience = 1, Factor = 0.5 },
            NumberOfEpochs = 7,
            BatchSize = 3,
        };
        TrainingResult result = new TrainingLoop<double>(network, options).Run(Doubles(), validated ? Doubles() : null);
        CollectionAssert.AreEqual(new[] { 0.08, 0.08, 0.08, 0.04, 0.04, 0.02, 0.02 }, result.History.Epochs.Select(e => e.LearningRate).ToArray());
    }

    /// <summary>The same for a linear regression.</summary>
    [TestMethod]
    public void PlateauInALinearRegression()
    {
        LinearOptions options = new() { Optimizer = new Sgd { LearningRate = 0.08 }, Schedule = new ReduceOnPlateau { Patience = 1, Factor = 0.5 }, NumberOfEpochs = 5 };
        LinearResult result = new LinearRegression(options).Run(new LinearData([1.0, 2, 3], 1, [2, 4, 6]), new LinearModel([2], 0));
        CollectionAssert.AreEqual(new[] { 0.08, 0.08, 0.08, 0.04, 0.04 }, result.History.Epochs.Select(e => e.LearningRate).ToArray());
    }

    /// <summary>Settings out of their range are refused by name, also through the options of a run.</summary>
    [TestMethod]
    public void SettingsAreChecked()
    {
        Refused("Epochs", new StepDecay { Epochs = 0 });
        Refused("Factor", new StepDecay { Factor = 1 });
        Refused("Factor", new ExponentialDecay { Factor = 0 });
        Refused("Decay", new InverseTimeDecay { Decay = -1 });
        Refused("Power", new PolynomialDecay { Power = 0 });
        Refused("FinalFraction", new PolynomialDecay { FinalFraction = 1 });
        Refused("WarmUpEpochs", new CosineAnnealing { WarmUpEpochs = -1 });
        Refused("CycleEpochs", new CosineAnnealing { CycleEpochs = double.NaN });
        Refused("CycleGrowth", new CosineAnnealing { CycleGrowth = 0 });
        Refused("FinalFraction", new CosineAnnealing { FinalFraction = -0.1 });
        Refused("PeakFraction", new OneCycle { PeakFraction = 1 });
        Refused("StartDivisor", new OneCycle { StartDivisor = 0 });
        Refused("FinalDivisor", new OneCycle { FinalDivisor = double.PositiveInfinity });
        Refused("Factor", new ReduceOnPlateau { Factor = 1 });
        Refused("Patience", new ReduceOnPlateau { Patience = -1 });
        Refused("Threshold", new ReduceOnPlateau { Threshold = 1 });
        Refused("Cooldown", new ReduceOnPlateau { Cooldown = -1 });
        Refused("FinalFraction", new ReduceOnPlateau { FinalFraction = 1 });

        static void Refused(string setting, LearningRateSchedule schedule)
        {
            Assert.AreEqual(setting, Assert.ThrowsExactly<ArgumentOutOfRangeException>(schedule.Validate).ParamName);
            TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(), Schedule = schedule };
            Assert.AreEqual(setting, Assert.ThrowsExactly<ArgumentOutOfRangeException>(options.Validate).ParamName);
        }
    }

    private static EpochRecord Record(int epoch, double loss) => new(epoch, loss, double.NaN, double.NaN, double.NaN, 0, 0);

    private sealed record Golden(double Initial, double[] Losses, Case[] Cases);

    private sealed record Case(LearningRateSchedule Schedule, int Epochs, int StepsPerEpoch, double[] Rates);
}
