namespace MLNet.GradientTrainers.Kernels;

/// <summary>Encodings: x is rows × columns, the encoded rows have x itself and so many bins of each column.</summary>
internal static partial class Shapes
{
    public static void EncodePiecewise<T>(Tensor<T> start, Tensor<T> scale, Tensor<T> x, Tensor<T> y, int rows, int columns, int bins)
        where T : unmanaged
    {
        const string Operation = "EncodePiecewise";
        Bins(start, scale, x, y, "y", rows, columns, bins, Operation);
        Apart(y, "y", x, "x", Operation);
        Apart(y, "y", start, "start", Operation);
        Apart(y, "y", scale, "scale", Operation);
    }

    public static void EncodePiecewiseBackward<T>(
        Tensor<T> start, Tensor<T> scale, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows, int columns, int bins)
        where T : unmanaged
    {
        const string Operation = "EncodePiecewiseBackward";
        Bins(start, scale, x, outputGradient, "outputGradient", rows, columns, bins, Operation);
        Matrix(inputGradient, "inputGradient", rows, columns, Operation);
        Apart(inputGradient, "inputGradient", x, "x", Operation);
        Apart(inputGradient, "inputGradient", outputGradient, "outputGradient", Operation);
        Apart(inputGradient, "inputGradient", start, "start", Operation);
        Apart(inputGradient, "inputGradient", scale, "scale", Operation);
    }

    private static void Bins<T>(Tensor<T> start, Tensor<T> scale, Tensor<T> x, Tensor<T> encoded, string encodedName, int rows, int columns, int bins, string operation)
        where T : unmanaged
    {
        Matrix(x, "x", rows, columns, operation);
        Matrix(start, "start", bins, columns, operation);
        Matrix(scale, "scale", bins, columns, operation);
        Matrix(encoded, encodedName, rows, checked((bins + 1) * columns), operation);
    }
}
