using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Gpu;
using MLNet.GradientTrainers.Kernels.Gpu.Tests;

namespace MLNet.GradientTrainers.Tests.Devices;

/// <summary>Which device a trainer takes, and what it does where that device is missing or fails. The cards are emulated.</summary>
[TestClass]
public sealed class DeviceTests
{
    private const string FellBack = "Trains on the processor instead of GPU";

    /// <summary>Few rows and epochs: the emulator takes a thread of the system for each of a card's.</summary>
    private static readonly MlpTrainer.Options s_tiny = Plain.Mlp with { HiddenLayers = [5], NumberOfEpochs = 2, BatchSize = 12, Seed = 3, Optimizer = new Adam { LearningRate = 0.01 } };

    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void WithoutAGpuAutoIsTheProcessorWithoutAWord()
    {
        using var _ = GpuPlatform.Replace(new EmulatorPlatform(0));
        var warnings = Log.Warnings(_context);
        CollectionAssert.AreEqual(Fit(_context, s_tiny with { Device = ComputeDevice.Cpu }), Fit(_context, s_tiny with { Device = ComputeDevice.AutoAbove(0) }));
        Assert.IsFalse(warnings.Exists(warning => warning.Contains("GPU", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void AnUnpaidTrainingOpensNoGpu()
    {
        EmulatorPlatform platform = new(1);
        using var _ = GpuPlatform.Replace(platform);
        CollectionAssert.AreEqual(Fit(_context, s_tiny with { Device = ComputeDevice.Cpu }), Fit(_context, s_tiny));
        Assert.IsEmpty(platform.Sessions);
    }

    [TestMethod]
    public void TheNamedGpuTrainsTheSameModel()
    {
        using var _ = GpuPlatform.Replace(new EmulatorPlatform(2));
        var infos = Log.Infos(_context);
        float[] expected = Fit(_context, s_tiny with { Device = ComputeDevice.Cpu });
        AssertNear(expected, Fit(_context, s_tiny with { Device = ComputeDevice.Gpu(1) }));
        Assert.IsTrue(infos.Exists(info => info.StartsWith("Trains on GPU 1:", StringComparison.Ordinal)));
        infos.Clear();
        AssertNear(expected, Fit(_context, s_tiny with { Device = ComputeDevice.AutoAbove(0) }));
        Assert.IsTrue(infos.Exists(info => info.StartsWith("Trains on GPU 0:", StringComparison.Ordinal)));
        infos.Clear();
        AssertNear(expected, Fit(new MLContext(seed: 1) { GpuDeviceId = 1 }, s_tiny));
    }

    [TestMethod]
    public void MembersTrainOnOneGpu()
    {
        EmulatorPlatform platform = new(1);
        using var _ = GpuPlatform.Replace(platform);
        var options = s_tiny with { Members = 2, NumberOfEpochs = 1 };
        AssertNear(Fit(_context, options with { Device = ComputeDevice.Cpu }), Fit(_context, options with { Device = ComputeDevice.Gpu() }));
        Assert.HasCount(1, platform.Sessions);
    }

    [TestMethod]
    public void AMissingGpuIsAnErrorUnlessTheContextAllowsTheProcessor()
    {
        using var _ = GpuPlatform.Replace(new EmulatorPlatform(1));
        var named = s_tiny with { Device = ComputeDevice.Gpu(3) };
        var error = Assert.ThrowsExactly<GpuException>(() => Fit(_context, named));
        StringAssert.Contains(error.Message, "There is no GPU 3");
        Assert.ThrowsExactly<GpuException>(() => Fit(new MLContext(seed: 1) { GpuDeviceId = 3 }, s_tiny));

        foreach (var options in new[] { named, s_tiny })
        {
            var context = new MLContext(seed: 1) { GpuDeviceId = 3, FallbackToCpu = true };
            var warnings = Log.Warnings(context);
            CollectionAssert.AreEqual(Fit(_context, s_tiny with { Device = ComputeDevice.Cpu }), Fit(context, options));
            Assert.HasCount(1, warnings.Where(warning => warning.StartsWith(FellBack, StringComparison.Ordinal)).ToList());
            Assert.IsTrue(warnings.Exists(warning => warning.Contains("There is no GPU 3", StringComparison.Ordinal)));
        }
    }

    [TestMethod]
    public void TheProcessorTakesOverFromAGpuThatFailsBeforeTheFirstEpoch()
    {
        // The self-test is left out, so that the first launches are the training's.
        EmulatorPlatform platform = new(1, session => session.LaunchesUntilLost = 10) { Verdict = "" };
        using var _ = GpuPlatform.Replace(platform);
        var context = new MLContext(seed: 1) { FallbackToCpu = true };
        var warnings = Log.Warnings(context);
        int epochs = 0;
        var options = s_tiny with { Device = ComputeDevice.Gpu(), OnEpoch = _ => epochs++ };
        CollectionAssert.AreEqual(Fit(_context, s_tiny with { Device = ComputeDevice.Cpu }), Fit(context, options));
        Assert.AreEqual(2, epochs);
        Assert.HasCount(1, warnings.Where(warning => warning.StartsWith(FellBack, StringComparison.Ordinal)).ToList());
        Assert.AreEqual(0, platform.Sessions[0].BuffersTaken);

        var error = Assert.ThrowsExactly<GpuException>(() => Fit(_context, options));
        Assert.AreEqual(GpuFailure.Lost, error.Failure);
    }

    [TestMethod]
    public void AGpuLostAfterAnEpochIsAnError()
    {
        EmulatorPlatform platform = new(1) { Verdict = "" };
        using var _ = GpuPlatform.Replace(platform);
        var context = new MLContext(seed: 1) { FallbackToCpu = true };
        var error = Assert.ThrowsExactly<GpuException>(() => Fit(context, s_tiny with { Device = ComputeDevice.Gpu(), OnEpoch = _ => platform.Sessions[^1].LaunchesUntilLost = 0 }));
        Assert.AreEqual(GpuFailure.Lost, error.Failure);
        Assert.AreEqual(0, platform.Sessions[^1].BuffersTaken);
    }

    [TestMethod]
    public void ABackEndOfTheProcessorAndAGpuExcludeEachOther()
    {
        var error = Assert.Throws<ArgumentException>(() => new MlpTrainer(_context, s_tiny with { Backend = BackendKind.Reference, Device = ComputeDevice.Gpu() }));
        StringAssert.Contains(error.Message, "Backend");
        Assert.Throws<ArgumentException>(() => new MlpTrainer(_context, s_tiny with { Device = null! }));
        Assert.Throws<ArgumentOutOfRangeException>(() => ComputeDevice.Gpu(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ComputeDevice.AutoAbove(double.NaN));
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
