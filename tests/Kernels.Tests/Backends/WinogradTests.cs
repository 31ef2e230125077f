namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Winograd's method: where it is used, how far its results are from double precision, and that a direct back end computes by the definition.</summary>
[TestClass]
public sealed class WinogradTests
{
    /// <summary>A small shape that is computed by F(4×4, 3×3).</summary>
    internal static readonly ConvolutionShape Small = Conv(32, 8, 32, 3, 1);

    /// <summary>Where it is used is part of what a seed gives: other numbers here are other weights of networks that are trained.</summary>
    [TestMethod]
    public void TheShapeAloneChoosesTheAlgorithm()
    {
        AssertChosen(ConvolutionAlgorithm.Winograd2x5, Conv(32, 14, 64, 5, 2), Conv(32, 16, 32, 5, 2), Conv(32, 8, 64, 5, 2), Conv(64, 7, 64, 5, 2), Conv(32, 12, 32, 5, 0));
        AssertChosen(ConvolutionAlgorithm.Winograd4x3, Conv(32, 14, 64, 3, 1), Conv(64, 7, 128, 3, 1), Conv(32, 16, 32, 3, 1), Conv(64, 8, 64, 3, 1), Conv(32, 6, 32, 3, 1));
        AssertChosen(
            ConvolutionAlgorithm.Direct,
            Conv(31, 14, 64, 5, 2), // few channels, few filters
            Conv(64, 14, 31, 3, 1),
            Conv(1, 28, 32, 5, 2),
            Conv(64, 4, 64, 3, 1), // one tile
            Conv(32, 5, 64, 3, 1), // tiles that are mostly beyond the image
            Conv(32, 3, 64, 5, 2),
            Conv(64, 14, 64, 7, 3), // other kernels
            Conv(64, 14, 64, 1, 0),
            Conv(64, 14, 64, 3, 1) with { Kernel = (3, 5) },
            Conv(64, 14, 64, 3, 1) with { Stride = 2 },
            Conv(64, 14, 64, 3, 1) with { Stride = (1, 2) },
            Conv(64, 14, 64, 3, 2) with { Dilation = 2 },
            Conv(64, 14, 64, 3, 1) with { Groups = 2 });
    }

    /// <summary>Direct sums of few products round too little to be matched.</summary>
    [TestMethod]
    public void GradientsOfFewProductsAreSummedDirectly()
    {
        ConvolutionShape shape = Conv(32, 8, 64, 5, 2);
        Assert.AreEqual(ConvolutionAlgorithm.Direct, ConvolutionAlgorithms.OfWeights(shape, 15));
        Assert.AreEqual(ConvolutionAlgorithm.Winograd2x5, ConvolutionAlgorithms.OfWeights(shape, 16));
        Assert.AreEqual(ConvolutionAlgorithm.Direct, ConvolutionAlgorithms.OfWeights(Conv(1, 28, 32, 5, 2), 64));
    }

    /// <summary>The bound that docs/performance.md states: four times the direct method's error, its root of the mean square and its largest.</summary>
    [TestMethod]
    [DataRow(32, 16, 32, 5, 2)]
    [DataRow(32, 12, 48, 5, 0)]
    [DataRow(32, 12, 40, 3, 1)]
    [DataRow(64, 7, 32, 3, 1)]
    [DataRow(32, 8, 64, 5, 2)]
    public void ErrsAtMostFourTimesAsMuchAsTheDirectMethod(int channels, int size, int filters, int kernel, int padding)
    {
        const int Rows = 16;
        ConvolutionShape shape = Conv(channels, size, filters, kernel, padding);
        Assert.AreNotEqual(ConvolutionAlgorithm.Direct, ConvolutionAlgorithms.Of(shape));
        float[] x = [.. BackendCases.Numbers(Rows * shape.InputSize, 1).Select(number => MathF.Max(0, number))];
        float[] weights = BackendCases.Numbers(shape.WeightSize, 2, 0.1f);
        float[] gradient = BackendCases.Numbers(Rows * shape.OutputSize, 3, 0.01f);
        using ReferenceBackend<double> exact = new();
        using SimdBackend direct = new(1, SimdBackend.WidestVector, direct: true);
        using SimdBackend winograd = new(1);
        double[][] expected = All(exact, shape, Rows, x, weights, gradient);
        double[][] before = All(direct, shape, Rows, x, weights, gradient);
        double[][] after = All(winograd, shape, Rows, x, weights, gradient);
        for (int i = 0; i < expected.Length; i++)
        {
            (double square, double largest) = Error(expected[i], before[i]);
            (double square4, double largest4) = Error(expected[i], after[i]);
            Assert.IsTrue(square4 > 0 && square4 <= 4 * square, $"Result {i}: {square4} against {square}.");
            Assert.IsTrue(largest4 <= 4 * largest, $"Result {i}: the largest error is {largest4} against {largest}.");
        }
    }

    [TestMethod]
    public void ADirectBackEndGivesTheReferencesBits()
    {
        const int Rows = 2;
        ConvolutionShape shape = Conv(32, 9, 33, 5, 2);
        float[] x = BackendCases.Numbers(Rows * shape.InputSize, 1);
        float[] weights = BackendCases.Numbers(shape.WeightSize, 2);
        float[] gradient = BackendCases.Numbers(Rows * shape.OutputSize, 3);
        using ReferenceBackend<float> reference = new();
        using SimdBackend direct = new(2, SimdBackend.WidestVector, direct: true);
        double[][] expected = All(reference, shape, Rows, x, weights, gradient);
        double[][] actual = All(direct, shape, Rows, x, weights, gradient);
        for (int i = 0; i < expected.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], actual[i]);
        }
    }

    /// <summary>Forward and input gradient: the tasks' borders lie elsewhere in a batch.</summary>
    [TestMethod]
    public void ARowGivesTheSameBitsAloneAndInABatch()
    {
        const int Rows = 7;
        float[] x = BackendCases.Numbers(Rows * Small.InputSize, 1);
        float[] weights = BackendCases.Numbers(Small.WeightSize, 2);
        float[] gradient = BackendCases.Numbers(Rows * Small.OutputSize, 3);
        using SimdBackend backend = new(2);
        double[][] batch = All(backend, Small, Rows, x, weights, gradient);
        for (int row = 0; row < Rows; row++)
        {
            double[][] alone = All(backend, Small, 1, Row(x, row), weights, Row(gradient, row));
            CollectionAssert.AreEqual(Row(batch[0], row), alone[0]);
            CollectionAssert.AreEqual(Row(batch[1], row), alone[1]);
        }

        static T[] Row<T>(T[] rows, int row) => rows[(row * rows.Length / Rows)..((row + 1) * rows.Length / Rows)];
    }

    private static ConvolutionShape Conv(int channels, int size, int filters, int kernel, int padding) => new(channels, size, size, filters, kernel, 1, padding, 1, 1);

    private static void AssertChosen(ConvolutionAlgorithm algorithm, params ConvolutionShape[] shapes)
    {
        foreach (ConvolutionShape shape in shapes)
        {
            Assert.AreEqual(algorithm, ConvolutionAlgorithms.Of(shape), $"{shape}");
        }
    }

    /// <summary>Output, input gradient, weight gradient.</summary>
    private static double[][] All<T>(IBackend<T> backend, ConvolutionShape shape, int rows, float[] x, float[] weights, float[] gradient)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Tensor<T> input = New(x);
        Tensor<T> kernel = New(weights);
        Tensor<T> outputGradient = New(gradient);
        Tensor<T> output = backend.Allocate(rows * shape.OutputSize);
        Tensor<T> inputGradient = backend.Allocate(rows * shape.InputSize);
        Tensor<T> weightGradient = backend.Allocate(shape.WeightSize);
        backend.Convolution(default(IdentityRule), shape, input, kernel, default, output, rows);
        backend.ConvolutionInputGradient(shape, outputGradient, kernel, inputGradient, rows);
        backend.ConvolutionWeightGradient(shape, input, outputGradient, weightGradient, rows);
        double[][] results = [Read(output), Read(inputGradient), Read(weightGradient)];
        foreach (Tensor<T> tensor in (Tensor<T>[])[input, kernel, outputGradient, output, inputGradient, weightGradient])
        {
            tensor.Buffer!.Dispose();
        }

        return results;

        Tensor<T> New(float[] numbers)
        {
            Tensor<T> tensor = backend.Allocate(numbers.Length);
            backend.Write(Array.ConvertAll(numbers, T.CreateChecked), tensor);
            return tensor;
        }

        double[] Read(Tensor<T> tensor)
        {
            T[] numbers = new T[tensor.Length];
            backend.Read(tensor, numbers);
            return Array.ConvertAll(numbers, double.CreateChecked);
        }
    }

    private static (double Square, double Largest) Error(double[] expected, double[] actual)
    {
        double square = 0;
        double largest = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            double error = Math.Abs(expected[i] - actual[i]);
            square += error * error;
            largest = Math.Max(largest, error);
        }

        return (Math.Sqrt(square / expected.Length), largest);
    }
}
