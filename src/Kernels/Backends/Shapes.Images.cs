namespace MLNet.GradientTrainers.Kernels;

/// <summary>The checks of the operations on images and of the normalizations.</summary>
internal static partial class Shapes
{
    public static void Convolution<T>(in ConvolutionShape shape, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows)
        where T : unmanaged
    {
        Convolution(shape, input, "input", weights, "weights", output, "output", rows, "Convolution");
        if (!bias.IsNone)
        {
            Vector(bias, "bias", shape.Filters, "Convolution");
        }

        Apart(output, "output", input, "input", "Convolution");
        Apart(output, "output", weights, "weights", "Convolution");
        Apart(output, "output", bias, "bias", "Convolution");
    }

    public static void ConvolutionInputGradient<T>(in ConvolutionShape shape, Tensor<T> outputGradient, Tensor<T> weights, Tensor<T> inputGradient, int rows)
        where T : unmanaged
    {
        const string Operation = "ConvolutionInputGradient";
        Convolution(shape, inputGradient, "inputGradient", weights, "weights", outputGradient, "outputGradient", rows, Operation);
        Apart(inputGradient, "inputGradient", outputGradient, "outputGradient", Operation);
        Apart(inputGradient, "inputGradient", weights, "weights", Operation);
    }

    public static void ConvolutionWeightGradient<T>(in ConvolutionShape shape, Tensor<T> input, Tensor<T> outputGradient, Tensor<T> weightGradient, int rows)
        where T : unmanaged
    {
        const string Operation = "ConvolutionWeightGradient";
        Convolution(shape, input, "input", weightGradient, "weightGradient", outputGradient, "outputGradient", rows, Operation);
        Apart(weightGradient, "weightGradient", input, "input", Operation);
        Apart(weightGradient, "weightGradient", outputGradient, "outputGradient", Operation);
    }

    public static void MaxPool<T>(in PoolingShape shape, Tensor<T> x, Tensor<T> y, int rows)
        where T : unmanaged
    {
        Pooling(shape, x, "x", y, "y", rows, "MaxPool");
        Apart(y, "y", x, "x", "MaxPool");
    }

    public static void MaxPoolBackward<T>(in PoolingShape shape, Tensor<T> x, Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows)
        where T : unmanaged
    {
        const string Operation = "MaxPoolBackward";
        Pooling(shape, x, "x", y, "y", rows, Operation);
        Pooling(shape, inputGradient, "inputGradient", outputGradient, "outputGradient", rows, Operation);
        Apart(inputGradient, "inputGradient", x, "x", Operation);
        Apart(inputGradient, "inputGradient", y, "y", Operation);
        Apart(inputGradient, "inputGradient", outputGradient, "outputGradient", Operation);
    }

    public static void AveragePool<T>(in PoolingShape shape, Tensor<T> x, Tensor<T> y, int rows)
        where T : unmanaged
    {
        Pooling(shape, x, "x", y, "y", rows, "AveragePool");
        Apart(y, "y", x, "x", "AveragePool");
    }

    public static void AveragePoolBackward<T>(in PoolingShape shape, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows)
        where T : unmanaged
    {
        Pooling(shape, inputGradient, "inputGradient", outputGradient, "outputGradient", rows, "AveragePoolBackward");
        Apart(inputGradient, "inputGradient", outputGradient, "outputGradient", "AveragePoolBackward");
    }

    public static void ColumnMoments<T>(Tensor<T> x, Tensor<T> mean, Tensor<T> variance, int rows, int columns)
        where T : unmanaged
    {
        Matrix(x, "x", rows, columns, "ColumnMoments");
        Vector(mean, "mean", columns, "ColumnMoments");
        Vector(variance, "variance", columns, "ColumnMoments");
        Apart(mean, "mean", x, "x", "ColumnMoments");
        Apart(variance, "variance", x, "x", "ColumnMoments");
        Apart(variance, "variance", mean, "mean", "ColumnMoments");
    }

    public static void ScaleColumns<T>(Tensor<T> mean, Tensor<T> scale, Tensor<T> x, Tensor<T> y, int rows, int columns)
        where T : unmanaged
    {
        const string Operation = "ScaleColumns";
        Matrix(x, "x", rows, columns, Operation);
        Matrix(y, "y", rows, columns, Operation);
        Vector(scale, "scale", columns, Operation);
        SameOrApart(y, "y", x, "x", Operation);
        Apart(y, "y", scale, "scale", Operation);
        if (!mean.IsNone)
        {
            Vector(mean, "mean", columns, Operation);
            Apart(y, "y", mean, "mean", Operation);
        }
    }

    /// <param name="pass">What it computes with.</param>
    /// <param name="moments">Elements of mean and variance: one a column or one a row.</param>
    /// <param name="x">Input.</param>
    /// <param name="y">Output.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="columns">Columns.</param>
    /// <param name="operation">For the message.</param>
    public static void Normalize<T>(in NormalizationPass<T> pass, int moments, Tensor<T> x, Tensor<T> y, int rows, int columns, string operation)
        where T : unmanaged
    {
        Matrix(x, "x", rows, columns, operation);
        Matrix(y, "y", rows, columns, operation);
        Vector(pass.Mean, "mean", moments, operation);
        Vector(pass.Variance, "variance", moments, operation);
        Vector(pass.Scale, "scale", columns, operation);
        Vector(pass.Shift, "shift", columns, operation);
        Apart(y, "y", x, "x", operation);
        Apart(y, "y", pass.Mean, "mean", operation);
        Apart(y, "y", pass.Variance, "variance", operation);
        Apart(y, "y", pass.Scale, "scale", operation);
        Apart(y, "y", pass.Shift, "shift", operation);
    }

    public static void NormalizeBackward<T>(
        in NormalizationPass<T> pass, int moments, Tensor<T> x, Tensor<T> outputGradient, Tensor<T> inputGradient, Tensor<T> scaleGradient, Tensor<T> shiftGradient, int rows, int columns, string operation, bool mayLackSums = false)
        where T : unmanaged
    {
        Normalize(pass, moments, x, outputGradient, rows, columns, operation);
        if (!mayLackSums || !scaleGradient.IsNone || !shiftGradient.IsNone)
        {
            Vector(scaleGradient, "scaleGradient", columns, operation);
            Vector(shiftGradient, "shiftGradient", columns, operation);
            Apart(scaleGradient, "scaleGradient", x, "x", operation);
            Apart(scaleGradient, "scaleGradient", outputGradient, "outputGradient", operation);
            Apart(shiftGradient, "shiftGradient", x, "x", operation);
            Apart(shiftGradient, "shiftGradient", outputGradient, "outputGradient", operation);
        }

        if (!inputGradient.IsNone)
        {
            Normalize(pass, moments, x, inputGradient, rows, columns, operation);
            Apart(inputGradient, "inputGradient", outputGradient, "outputGradient", operation);
        }
    }

    public static void DropoutChannels<T>(double rate, Tensor<T> x, Tensor<T> y, int rows, int pixels, int channels)
        where T : unmanaged
    {
        Matrix(x, "x", rows, Size(pixels, channels, "DropoutChannels"), "DropoutChannels");
        Dropout(rate, x, y);
    }

    public static void TransposeEach<T>(Tensor<T> x, Tensor<T> y, int rows, int height, int width)
        where T : unmanaged
    {
        int size = Size(height, width, "TransposeEach");
        Matrix(x, "x", rows, size, "TransposeEach");
        Matrix(y, "y", rows, size, "TransposeEach");
        Apart(y, "y", x, "x", "TransposeEach");
    }

    private static void Convolution<T>(
        in ConvolutionShape shape, Tensor<T> input, string inputName, Tensor<T> weights, string weightsName, Tensor<T> output, string outputName, int rows, string operation)
        where T : unmanaged
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1 || shape.Filters < 1 || shape.Groups < 1
            || !Positive(shape.Kernel) || !Positive(shape.Stride) || !Positive(shape.Dilation) || shape.Padding.Height < 0 || shape.Padding.Width < 0
            || shape.Channels % shape.Groups != 0 || shape.Filters % shape.Groups != 0 || shape.OutputHeight < 1 || shape.OutputWidth < 1)
        {
            throw new ArgumentException($"{operation}: a {shape} can't be computed.");
        }

        Matrix(input, inputName, rows, Size(shape.Height, shape.Width, operation, shape.Channels), operation);
        Matrix(output, outputName, rows, Size(shape.OutputHeight, shape.OutputWidth, operation, shape.Filters), operation);
        Matrix(weights, weightsName, Size(shape.Kernel.Height, shape.Kernel.Width, operation, shape.GroupChannels), shape.Filters, operation);
    }

    private static void Pooling<T>(in PoolingShape shape, Tensor<T> input, string inputName, Tensor<T> output, string outputName, int rows, string operation)
        where T : unmanaged
    {
        if (shape.Channels < 1 || shape.Height < 1 || shape.Width < 1 || !Positive(shape.Kernel) || !Positive(shape.Stride)
            || shape.Padding.Height < 0 || shape.Padding.Width < 0 || shape.Padding.Height >= shape.Kernel.Height || shape.Padding.Width >= shape.Kernel.Width
            || shape.OutputHeight < 1 || shape.OutputWidth < 1)
        {
            throw new ArgumentException($"{operation}: a {shape} can't be computed.");
        }

        Matrix(input, inputName, rows, Size(shape.Height, shape.Width, operation, shape.Channels), operation);
        Matrix(output, outputName, rows, Size(shape.OutputHeight, shape.OutputWidth, operation, shape.Channels), operation);
    }

    private static bool Positive(Size2D size) => size.Height >= 1 && size.Width >= 1;

    private static int Size(int height, int width, string operation, int channels = 1)
    {
        long size = height < 0 || width < 0 ? -1 : (long)height * width;
        return size >= 0 && size <= TensorShape.MaxElements && size * channels <= TensorShape.MaxElements
            ? (int)size * channels
            : throw new ArgumentException($"{operation}: {height} × {width} × {channels} is no size of a sample.");
    }
}
