using System.Globalization;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Gpu;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>From how many operations a step on a device is faster than on the processor: perceptrons of growing width, batches of 128 rows. It is what <see cref="GpuThreshold.OperationsOfAStep"/> is to be set by.</summary>
internal static class GpuCrossover
{
    private const int Inputs = 128;
    private const int Batch = 128;
    private const int Rows = 4096;
    private const int Epochs = 6;

    public static IEnumerable<GpuMeasure> Measure(GpuBackend gpu, IBackend<float> processor, bool small)
    {
        yield return new("crossover", () => All(gpu, processor, small ? [16, 64, 256] : [16, 32, 64, 128, 256, 512, 1024, 2048]));
    }

    private static IEnumerable<GpuResult> All(GpuBackend gpu, IBackend<float> processor, int[] widths)
    {
        double? crossover = null;
        foreach (int width in widths)
        {
            var definition = new NetworkDefinition(new TensorShape(Inputs), [new Dense(width, new ReLU()), new Dense(width, new ReLU()), new Dense(10)]);
            double operations = GpuThreshold.OperationsOfARow(definition) * Batch;
            var result = GpuResult.Of(
                string.Create(CultureInfo.InvariantCulture, $"step-of-{operations:0.0E+0}-operations"), MillisecondsOfAStep(gpu, definition), MillisecondsOfAStep(processor, definition), "ms");
            crossover ??= result.Ratio > 1 ? operations : null;
            yield return result;
        }

        if (crossover is { } operationsOfAStep)
        {
            yield return GpuResult.Of("crossover", operationsOfAStep, null, "operations");
        }
        else
        {
            Console.WriteLine("crossover: none of these steps is faster on the device.");
        }
    }

    private static double MillisecondsOfAStep(IBackend<float> backend, NetworkDefinition definition)
    {
        var random = new Random(1);
        float[] features = new float[Rows * Inputs];
        for (int i = 0; i < features.Length; i++)
        {
            features[i] = random.NextSingle();
        }

        var data = new TrainingData(new DenseRows(features, Inputs), new ClassRows([.. Enumerable.Range(0, Rows).Select(i => i % 10)], 10));
        var options = new TrainingOptions { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam(), BatchSize = Batch };
        return 1000 * LaterEpochs.Seconds(backend, definition, data, options, Epochs) / (Rows / Batch);
    }
}
