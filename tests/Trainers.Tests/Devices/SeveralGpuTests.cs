using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Gpu;
using MLNet.GradientTrainers.Kernels.Gpu.Tests;

namespace MLNet.GradientTrainers.Tests.Devices;

/// <summary>Several emulated cards that train together, from the trainer's option to the model.</summary>
[TestClass]
public sealed class SeveralGpuTests
{
    private static readonly MlpTrainer.Options s_tiny = Plain.Mlp with { HiddenLayers = [5], NumberOfEpochs = 1, BatchSize = 24, Shards = 2, Seed = 3, Optimizer = new Adam { LearningRate = 0.01 } };

    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void TheNumberOfGpusDoesNotChangeABit()
    {
        EmulatorPlatform platform = new(3) { Name = "Card", Verdict = "" };
        using var _ = GpuPlatform.Replace(platform);
        var infos = Log.Infos(_context);
        float[] one = Fit(_context, s_tiny with { Device = ComputeDevice.Gpus(0) });
        CollectionAssert.AreEqual(one, Fit(_context, s_tiny with { Device = ComputeDevice.Gpus(1, 0) }));
        Assert.IsTrue(infos.Exists(info => info.StartsWith("Trains on GPUs 1, 0:", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(one, Fit(_context, s_tiny with { Device = ComputeDevice.AllGpus }));
        Assert.IsTrue(infos.Exists(info => info.StartsWith("Trains on GPUs 0, 1:", StringComparison.Ordinal)), "as many as there are shards");
        Assert.AreEqual(0, platform.Sessions.Sum(session => session.BuffersTaken));
        AssertNear(Fit(_context, s_tiny with { Device = ComputeDevice.Cpu }), one);
    }

    /// <summary>A card that is not like the others would make them wait, and compute otherwise.</summary>
    [TestMethod]
    public void AllGpusAreThoseLikeTheBest()
    {
        using (GpuPlatform.Replace(new EmulatorPlatform(2)))
        {
            CollectionAssert.AreEqual(new[] { "Emulator 0" }, GpuDevices.AllLikeBest.Select(device => device.Name).ToArray());
        }

        using (GpuPlatform.Replace(new EmulatorPlatform(2) { Name = "Card" }))
        {
            CollectionAssert.AreEqual(new[] { 0, 1 }, GpuDevices.AllLikeBest.Select(device => device.Index).ToArray());
        }
    }

    [TestMethod]
    public void MembersTrainOnAGpuEach()
    {
        EmulatorPlatform platform = new(2) { Name = "Card", Verdict = "" };
        using var _ = GpuPlatform.Replace(platform);
        var options = s_tiny with { Members = 2 };
        CollectionAssert.AreEqual(Fit(_context, options with { Device = ComputeDevice.Gpu() }), Fit(_context, options with { Device = ComputeDevice.AllGpus }));
        Assert.HasCount(2, platform.Sessions);
    }

    [TestMethod]
    public void AGpuThatIsMissingOrLostGivesWayWhereThatIsAllowed()
    {
        EmulatorPlatform platform = new(2, session => session.LaunchesUntilLost = 10) { Name = "Card", Verdict = "" };
        using var _ = GpuPlatform.Replace(platform);
        var lost = s_tiny with { Device = ComputeDevice.AllGpus };
        var missing = s_tiny with { Device = ComputeDevice.Gpus(0, 7) };
        float[] expected = Fit(_context, s_tiny with { Device = ComputeDevice.Cpu });
        foreach (var (options, reason) in new[] { (lost, "failed"), (missing, "There is no GPU 7") })
        {
            StringAssert.Contains(Assert.ThrowsExactly<GpuException>(() => Fit(_context, options)).Message, reason);
            var context = new MLContext(seed: 1) { FallbackToCpu = true };
            var warnings = Log.Warnings(context);
            CollectionAssert.AreEqual(expected, Fit(context, options));
            Assert.HasCount(1, warnings.Where(warning => warning.StartsWith("Trains on the processor instead of GPUs 0, ", StringComparison.Ordinal) && warning.Contains(reason, StringComparison.Ordinal)).ToList());
        }

        Assert.AreEqual(0, platform.Sessions.Sum(session => session.BuffersTaken));
    }

    [TestMethod]
    public void WithoutAnyGpuAllGpusIsAnErrorUnlessTheContextAllowsTheProcessor()
    {
        using var _ = GpuPlatform.Replace(new EmulatorPlatform(0));
        var options = s_tiny with { Device = ComputeDevice.AllGpus };
        StringAssert.Contains(Assert.ThrowsExactly<GpuException>(() => Fit(_context, options)).Message, "There is no GPU: no card was put in");
        CollectionAssert.AreEqual(Fit(_context, s_tiny with { Device = ComputeDevice.Cpu }), Fit(new MLContext(seed: 1) { FallbackToCpu = true }, options));
    }

    [TestMethod]
    public void WrongChoicesAreRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ComputeDevice.Gpus()).Message, "Gpus(0, 1)");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => ComputeDevice.Gpus(1, 1)).Message, "[1, 1]");
        Assert.Throws<ArgumentOutOfRangeException>(() => ComputeDevice.Gpus(0, -1));
        Assert.Throws<ArgumentException>(() => new MlpTrainer(_context, s_tiny with { Backend = BackendKind.Reference, Device = ComputeDevice.AllGpus }));
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => new MlpTrainer(_context, s_tiny with { Shards = 0 })).Message, "Shards");
        using var _ = GpuPlatform.Replace(new EmulatorPlatform(4) { Verdict = "" });
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => Fit(_context, s_tiny with { Device = ComputeDevice.Gpus(0, 1, 2) })).Message, "Set Shards to at least 3");
    }

    [TestMethod]
    public void DevicesAreEqualByWhatTheyName()
    {
        Assert.AreEqual(ComputeDevice.Gpus(0, 1), ComputeDevice.Gpus(0, 1));
        Assert.AreEqual(ComputeDevice.Gpus(0, 1).GetHashCode(), ComputeDevice.Gpus(0, 1).GetHashCode());
        Assert.AreNotEqual(ComputeDevice.Gpus(0, 1), ComputeDevice.Gpus(1, 0));
        Assert.AreNotEqual(ComputeDevice.Gpus(0), ComputeDevice.Gpu(0));
        CollectionAssert.AreEqual(
            new[] { "Auto", "Cpu", "Gpu(2)", "Gpus(0, 1)", "AllGpus", "AutoAbove(5)" },
            new[] { ComputeDevice.Auto, ComputeDevice.Cpu, ComputeDevice.Gpu(2), ComputeDevice.Gpus(0, 1), ComputeDevice.AllGpus, ComputeDevice.AutoAbove(5) }.Select(device => device.ToString()).ToArray());
    }

    private static float[] Fit(MLContext context, MlpTrainer.Options options) => new MlpTrainer(context, options).Fit(Blobs.Load(context, 24)).Model.Weights.Flat();

    private static void AssertNear(float[] expected, float[] actual)
    {
        Assert.HasCount(expected.Length, actual);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.AreEqual(expected[i], actual[i], 1e-4f, $"Weight {i}.");
        }
    }
}
