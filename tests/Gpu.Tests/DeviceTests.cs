using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>Devices that are missing, wrong, too small or lost: errors in words, the processor's side intact, nothing leaked.</summary>
[TestClass]
public sealed class DeviceTests
{
    [TestMethod]
    public void NoDeviceIsToldWithTheReason()
    {
        using IDisposable _ = GpuPlatform.Replace(new EmulatorPlatform(0));
        Assert.IsEmpty(GpuDevices.All);
        Assert.IsNull(GpuDevices.Best);
        GpuException error = Assert.ThrowsExactly<GpuException>(() => GpuDevices.Open(0));
        Assert.AreEqual(GpuFailure.NotFound, error.Failure);
        StringAssert.Contains(error.Message, "no card was put in");
        StringAssert.Contains(error.Message, "Device = ComputeDevice.Cpu");
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(-1)]
    public void AWrongIndexTellsWhichThereAre(int index)
    {
        using IDisposable _ = GpuPlatform.Replace(new EmulatorPlatform(2));
        GpuException error = Assert.ThrowsExactly<GpuException>(() => GpuDevices.Open(index));
        Assert.AreEqual(GpuFailure.NotFound, error.Failure);
        StringAssert.Contains(error.Message, $"There is no GPU {index}. The GPUs of this machine: 0 (Emulator 0), 1 (Emulator 1).");
    }

    [TestMethod]
    public void TheSelfTestPassesAndIsDoneOnce()
    {
        EmulatorPlatform platform = new(1);
        using IDisposable _ = GpuPlatform.Replace(platform);
        using (GpuBackend first = GpuDevices.Open(0))
        {
            Assert.IsGreaterThan(0, first.Session.Launches);
        }

        long launches = platform.Sessions.Sum(session => session.Launches);
        using GpuBackend second = GpuDevices.Open(0);
        Assert.AreEqual(launches, platform.Sessions.Sum(session => session.Launches));
        Assert.HasCount(1, platform.Sessions, "An idle session, with its kernels, is used again.");
    }

    [TestMethod]
    public void TheSelfTestFindsWrongLossesAndWeights()
    {
        using SimdBackend processor = new(1);
        GpuSelfTest.Outcome right = GpuSelfTest.Train(processor);
        Assert.IsNull(GpuSelfTest.Difference(right, right));
        StringAssert.Contains(GpuSelfTest.Difference(right, right with { Losses = [.. right.Losses.Select((loss, i) => i == 2 ? double.NaN : loss)] }), "the loss of step 3");
        StringAssert.Contains(GpuSelfTest.Difference(right, right with { Weights = [.. right.Weights.Select((weight, i) => i == 7 ? weight + 0.01f : weight)] }), "weight 7");
    }

    [TestMethod]
    public void ADeviceThatComputesWrongResultsIsRefused()
    {
        EmulatorPlatform platform = new(1) { Verdict = "computes wrong results: so it was told." };
        using IDisposable _ = GpuPlatform.Replace(platform);
        GpuException error = Assert.ThrowsExactly<GpuException>(() => GpuDevices.Open(0));
        Assert.AreEqual(GpuFailure.WrongResults, error.Failure);
        StringAssert.Contains(error.Message, "so it was told");
        StringAssert.Contains(error.Message, "Device = ComputeDevice.Cpu");
        Assert.AreEqual("computes wrong results: so it was told.", GpuDevices.SelfTest(0));
    }

    [TestMethod]
    public void ALostDeviceEndsTrainingWithASentence()
    {
        EmulatorPlatform platform = new(1) { Verdict = "" };
        using IDisposable _ = GpuPlatform.Replace(platform);
        GpuBackend backend = GpuDevices.Open(0);
        GpuSession session = backend.Session;
        NetworkDefinition definition = new(new TensorShape(2), [new Dense(3, new ReLU()), new Dense(1)]);
        NetworkWeights start = NetworkWeights.Initialize(definition, seed: 1);
        float[] before = [.. start.Values];
        Network<float> network = new(definition, backend, 4, training: true);
        network.Load(start);
        session.LaunchesUntilLost = session.Launches + 20;
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01 }, NumberOfEpochs = 100, BatchSize = 4 };
        Exception error = Assert.Throws<Exception>(() => new TrainingLoop<float>(network, options).Run(new TrainingData(new DenseRows(new float[16], 2), new DenseRows(new float[8], 1))));
        GpuException explained = (GpuException)backend.Explain(error)!;
        Assert.AreEqual(GpuFailure.Lost, explained.Failure);
        StringAssert.Contains(explained.Message, "lost");
        CollectionAssert.AreEqual(before, start.Values);
        network.Dispose();
        backend.Dispose();
        Assert.AreEqual(0, session.BuffersTaken);
        using GpuBackend next = GpuDevices.Open(0);
        Assert.AreNotSame(session, next.Session, "A spoiled session is not used again.");
    }

    [TestMethod]
    public void AKernelThatCannotBeCompiledIsNamed()
    {
        EmulatorPlatform platform = new(1) { Verdict = "" };
        using IDisposable _ = GpuPlatform.Replace(platform);
        using GpuBackend backend = GpuDevices.Open(0);
        GpuException error = Assert.ThrowsExactly<GpuException>(() => backend.Session.Kernel<Action, Action>(Nothing, (_, _) => throw new NotSupportedException("no such instruction")));
        Assert.AreEqual(GpuFailure.NotCompiled, error.Failure);
        StringAssert.Contains(error.Message, nameof(Nothing));
        StringAssert.Contains(error.Message, "no such instruction");
        Assert.IsTrue(backend.Session.IsSpoiled);
    }

    [TestMethod]
    public void TooLittleMemoryTellsHowMuchIsNeededAndFree()
    {
        EmulatorPlatform platform = new(1, session => session.MemoryLimit = 1 << 20) { Verdict = "" };
        using IDisposable _ = GpuPlatform.Replace(platform);
        using GpuBackend backend = GpuDevices.Open(0);
        GpuException error = Assert.ThrowsExactly<GpuException>(() => backend.Allocate(1 << 20));
        Assert.AreEqual(GpuFailure.OutOfMemory, error.Failure);
        StringAssert.Contains(error.Message, "batch size");
        NetworkDefinition definition = new(new TensorShape(100), [new Dense(100, new ReLU()), new Dense(1)]);
        ArgumentException batch = Assert.ThrowsExactly<ArgumentException>(() => new Network<float>(definition, backend, 100_000, training: true));
        StringAssert.Contains(batch.Message, "Use a batch of at most");
        int rows = int.Parse(Regex.Match(batch.Message, "at most ([0-9,]+) rows").Groups[1].Value.Replace(",", ""), CultureInfo.InvariantCulture);
        long taken = backend.Session.BuffersTaken;
        using (Network<float> fits = new(definition, backend, rows * 9 / 10, training: true))
        {
            Assert.IsGreaterThan(taken, backend.Session.BuffersTaken);
        }

        Assert.AreEqual(taken, backend.Session.BuffersTaken);
    }

    [TestMethod]
    public void DisposingGivesAllMemoryBack()
    {
        EmulatorPlatform platform = new(1) { Verdict = "" };
        using IDisposable _ = GpuPlatform.Replace(platform);
        GpuBackend backend = GpuDevices.Open(0);
        Tensor<float> forgotten = backend.Allocate(10);
        using Totals totals = backend.AllocateTotals(3);
        Assert.AreEqual(2, backend.Session.BuffersTaken);
        backend.Dispose();
        Assert.AreEqual(0, platform.Sessions[0].BuffersTaken);
        forgotten.Buffer!.Dispose();
    }

    private static void Nothing()
    {
    }
}
