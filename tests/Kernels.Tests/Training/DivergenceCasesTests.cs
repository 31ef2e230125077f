using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The guard lets all runs pass that end well, whatever peaks their loss has, and ends all that diverge.</summary>
[TestClass]
public sealed class DivergenceCasesTests
{
    public static IEnumerable<object[]> Healthy => DivergenceCases.Healthy.Select(item => new object[] { item.Name });

    public static IEnumerable<object[]> Diverging => DivergenceCases.Diverging.Select(item => new object[] { item.Name });

    [TestMethod]
    [DynamicData(nameof(Healthy))]
    public void HealthyRuns_Pass(string name)
    {
        DivergenceCase item = DivergenceCases.Healthy.Single(item => item.Name == name);
        double level = ZeroOutputLoss(item);
        foreach (int seed in item.Seeds)
        {
            IReadOnlyList<EpochRecord> epochs = Run(item, seed).History.Epochs;
            Assert.IsLessThan(0.5 * level, epochs.Skip(epochs.Count * 9 / 10).Average(e => e.TrainingLoss), $"{name}, seed {seed}: it is not healthy");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Diverging))]
    public void DivergingRuns_End(string name)
    {
        DivergenceCase item = DivergenceCases.Diverging.Single(item => item.Name == name);
        foreach (int seed in item.Seeds)
        {
            DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Run(item, seed), $"{name}, seed {seed}");
            int batches = (item.Data.Count + item.Options.BatchRows - 1) / item.Options.BatchRows;
            Assert.IsLessThan(1200, ((e.Epoch - 1) * batches) + e.Batch, $"{name}, seed {seed}: {e.Message}");
        }
    }

    /// <summary>What the lists are for: at least forty of each, and losses far above where they started among the healthy ones.</summary>
    [TestMethod]
    public void TheListsAreLongAndHard()
    {
        Assert.IsGreaterThanOrEqualTo(40, DivergenceCases.Healthy.Sum(item => item.Seeds.Length));
        Assert.IsGreaterThanOrEqualTo(40, DivergenceCases.Diverging.Sum(item => item.Seeds.Length));
        int above = 0;
        int farAbove = 0;
        foreach (DivergenceCase item in DivergenceCases.Healthy)
        {
            double level = ZeroOutputLoss(item);
            foreach (int seed in item.Seeds.Take(3))
            {
                double peak = Run(item, seed).History.Epochs.Skip(1).Max(e => e.TrainingLoss) / level;
                above += peak > 2 ? 1 : 0;
                farAbove += peak > 200 ? 1 : 0;
            }
        }

        Assert.IsGreaterThanOrEqualTo(10, above);
        Assert.IsGreaterThanOrEqualTo(3, farAbove);
    }

    private static TrainingResult Run(DivergenceCase item, int seed)
    {
        using IBackend<float> backend = new SimdBackend(1);
        using Network<float> network = Trainable(backend, item.Definition, item.Options.BatchRows, (ulong)seed);
        return new TrainingLoop<float>(network, item.Options with { Seed = seed }).Run(item.Data);
    }

    private static double ZeroOutputLoss(DivergenceCase item)
    {
        if (item.Data.Targets is ClassRows classes)
        {
            return Math.Log(classes.Width);
        }

        float[] targets = ReadRows(item.Data.Targets, [.. Enumerable.Range(0, item.Data.Count)]);
        return targets.Average(t => (double)t * t);
    }
}
