using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Gpu;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Whole epochs: seconds, bytes from host to device, launches of a step, waits.</summary>
internal static class GpuEpoch
{
    private const int Batch = 512;
    private const int Epochs = 4;

    public static IEnumerable<GpuMeasure> Measure(GpuBackend gpu, IBackend<float> processor, bool small)
    {
        int digits = small ? 12_000 : 60_000;
        yield return new("s8-mlp-epoch", () => One(
            "s8-mlp-epoch", DigitLike.Network(), DigitLike.Rows(digits), digits, new TrainingOptions { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01, Momentum = 0.9 }, BatchSize = Batch }, gpu, processor));
        var cnn = CnnNetworks.Create(CnnNetworks.Mnist);
        int images = small ? 1_024 : 60_000;

        // The processor takes long enough for a part, which is told as a whole.
        yield return new("mnist-cnn-epoch", () => One("mnist-cnn-epoch", cnn, CnnNetworks.Images(cnn, images), Math.Min(images, 8_192), CnnNetworks.Options(CnnNetworks.Mnist, 256), gpu, processor));
        var s7 = CnnNetworks.Create(CnnNetworks.S7);
        int colours = small ? 512 : 50_000;
        yield return new("s7-cnn-epoch", () => One("s7-cnn-epoch", s7, CnnNetworks.Images(s7, colours), Math.Min(colours, 4_096), CnnNetworks.Options(CnnNetworks.S7, 64), gpu, processor));
    }

    private static IEnumerable<GpuResult> One(string name, NetworkDefinition definition, TrainingData data, int rowsOfProcessor, TrainingOptions options, GpuBackend gpu, IBackend<float> processor)
    {
        var counters = new Counters();
        double ours = LaterEpochs.Seconds(gpu, definition, data, options, Epochs, () => counters.Take(gpu.Session));
        int[] first = [.. Enumerable.Range(0, rowsOfProcessor)];
        double theirs = LaterEpochs.Seconds(processor, definition, rowsOfProcessor == data.Count ? data : data.Select(first), options, Epochs) * data.Count / rowsOfProcessor;
        int steps = ((data.Count - 1) / options.BatchSize!.Value) + 1;
        yield return GpuResult.Of(name, ours, theirs, "s");
        yield return GpuResult.Of($"{name}: launches", counters.Launches / (double)steps, null, "a step");
        yield return GpuResult.Of($"{name}: to the device", counters.Bytes, null, "bytes");
        yield return GpuResult.Of($"{name}: waits", counters.Waits, null, "an epoch");
    }

    /// <summary>What a session counted in the last epoch.</summary>
    private sealed class Counters
    {
        private (long Launches, long Bytes, long Waits) _before;

        public long Launches { get; private set; }

        public long Bytes { get; private set; }

        public long Waits { get; private set; }

        public void Take(GpuSession session)
        {
            (Launches, Bytes, Waits) = (session.Launches - _before.Launches, session.BytesWritten - _before.Bytes, session.Waits - _before.Waits);
            _before = (session.Launches, session.BytesWritten, session.Waits);
        }
    }
}
