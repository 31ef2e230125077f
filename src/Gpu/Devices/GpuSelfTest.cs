using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// A few training steps of a small convolutional network on a device and on the processor, compared: what catches a driver that miscompiles, and memory that fails.
/// </summary>
internal static class GpuSelfTest
{
    /// <summary>How far losses and weights may be apart, relative to the larger of 1 and the processor's.</summary>
    public const double Tolerance = 1e-3;

    private const int Rows = 12;
    private const int Side = 6;
    private const int Classes = 3;

    /// <summary>Runs the test.</summary>
    /// <param name="device">The device's back end.</param>
    /// <returns>What is wrong; null for nothing.</returns>
    public static string? Run(IBackend<float> device)
    {
        using SimdBackend processor = new(1);
        return Difference(Train(processor), Train(device));
    }

    /// <summary>How what a device computed differs from the processor's; null where it does not.</summary>
    internal static string? Difference(in Outcome expected, in Outcome actual)
    {
        for (int i = 0; i < expected.Losses.Length; i++)
        {
            if (!IsNear(expected.Losses[i], actual.Losses[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"computes wrong results: the loss of step {i + 1} of the self-test is {actual.Losses[i]:G6}, on the processor {expected.Losses[i]:G6}.");
            }
        }

        for (int i = 0; i < expected.Weights.Length; i++)
        {
            if (!IsNear(expected.Weights[i], actual.Weights[i]))
            {
                return string.Create(CultureInfo.InvariantCulture, $"computes wrong results: weight {i} after the self-test is {actual.Weights[i]:G6}, on the processor {expected.Weights[i]:G6}.");
            }
        }

        return null;
    }

    private static bool IsNear(double expected, double actual) => Math.Abs(expected - actual) <= Tolerance * Math.Max(1, Math.Abs(expected));

    internal static Outcome Train(IBackend<float> backend)
    {
        NetworkDefinition definition = new(
            new TensorShape(1, Side, Side),
            [new Convolution2D(4, 3, activation: new ReLU()), new MaxPooling2D(2), new Flatten(), new Dropout(0.2), new Dense(8, new Tanh()), new Dense(Classes)]);
        RandomSource random = new(1);
        float[] pixels = new float[Rows * Side * Side];
        int[] labels = new int[Rows];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)random.NextDouble();
        }

        for (int i = 0; i < Rows; i++)
        {
            labels[i] = i % Classes;
            pixels[(i * Side * Side) + labels[i]] += 1;
        }

        using Network<float> network = new(definition, backend, Rows / 2, training: true);
        network.Load(NetworkWeights.Initialize(definition, seed: 1));
        TrainingOptions options = new() { Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam { LearningRate = 0.01 }, NumberOfEpochs = 3, BatchSize = Rows / 2, Seed = 1, ClipNorm = 1 };
        TrainingResult result = new TrainingLoop<float>(network, options).Run(new TrainingData(new DenseRows(pixels, Side * Side), new ClassRows(labels, Classes)));
        return new([.. result.History.Epochs.Select(epoch => epoch.TrainingLoss)], network.Save().Values);
    }

    /// <summary>What the test's training came to.</summary>
    internal readonly record struct Outcome(double[] Losses, float[] Weights);
}
