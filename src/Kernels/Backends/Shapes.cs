using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The argument checks of <see cref="IBackend{T}"/>, one method for each operation, so that every back end refuses the same calls with the same
/// words. Cheap enough to run in front of every call: they look at lengths, never at elements.
/// </summary>
internal static partial class Shapes
{
    public static void Equal(int source, int destination, [CallerMemberName] string operation = "")
    {
        if (source != destination)
        {
            throw new ArgumentException($"{operation}: the source has {source} elements, the destination {destination}; they must have the same number.");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gather<T>(IRowSource<T> source, ReadOnlySpan<int> rows, Tensor<T> destination)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(source);
        Matrix(destination, "destination", rows.Length, source.Width, "Gather");
        int count = source.Count;
        foreach (int row in rows)
        {
            if ((uint)row >= (uint)count)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), row, $"Gather: there is no row {row} in a table of {count} rows.");
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MatMul<T>(Tensor<T> a, Tensor<T> b, Tensor<T> c, int m, int n, int k)
        where T : unmanaged
    {
        Matrix(a, "a", m, k, "MatMul");
        Matrix(b, "b", k, n, "MatMul");
        Matrix(c, "c", m, n, "MatMul");
        Apart(c, "c", a, "a", "MatMul");
        Apart(c, "c", b, "b", "MatMul");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Affine<T>(Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows, int inputs, int outputs)
        where T : unmanaged
    {
        Matrix(input, "input", rows, inputs, "Affine");
        Matrix(weights, "weights", inputs, outputs, "Affine");
        Matrix(output, "output", rows, outputs, "Affine");
        if (!bias.IsNone)
        {
            Vector(bias, "bias", outputs, "Affine");
        }

        Apart(output, "output", input, "input", "Affine");
        Apart(output, "output", weights, "weights", "Affine");
        Apart(output, "output", bias, "bias", "Affine");
    }

    /// <summary>y = f(x), element by element: equal lengths; the same memory or memory apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<T>(Tensor<T> x, Tensor<T> y, [CallerMemberName] string operation = "")
        where T : unmanaged
    {
        Vector(y, "y", x.Length, operation);
        SameOrApart(y, "y", x, "x", operation);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MapBackward<T>(Tensor<T> x, Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient)
        where T : unmanaged
    {
        Vector(y, "y", x.Length, "MapBackward");
        Vector(outputGradient, "outputGradient", x.Length, "MapBackward");
        Vector(inputGradient, "inputGradient", x.Length, "MapBackward");
        SameOrApart(inputGradient, "inputGradient", x, "x", "MapBackward");
        SameOrApart(inputGradient, "inputGradient", y, "y", "MapBackward");
        SameOrApart(inputGradient, "inputGradient", outputGradient, "outputGradient", "MapBackward");
    }

    public static void Dropout<T>(double rate, Tensor<T> x, Tensor<T> y)
        where T : unmanaged
    {
        if (!(rate >= 0 && rate < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, $"Dropout: the rate is {rate}, but it must be in [0, 1).");
        }

        Map(x, y, "Dropout");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SumRows<T>(Tensor<T> x, Tensor<T> sums, int rows, int columns)
        where T : unmanaged
    {
        Matrix(x, "x", rows, columns, "SumRows");
        Vector(sums, "sums", columns, "SumRows");
        Apart(sums, "sums", x, "x", "SumRows");
    }

    public static void LimitColumnNorms<T>(T limit, Tensor<T> x, int rows, int columns)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (!(limit > T.Zero))
        {
            throw new ArgumentOutOfRangeException(nameof(limit), limit, $"LimitColumnNorms: the limit is {limit}, but it must be above 0.");
        }

        Matrix(x, "x", rows, columns, "LimitColumnNorms");
    }

    public static void Softmax<T>(Tensor<T> x, Tensor<T> y, int rows, int columns)
        where T : unmanaged
    {
        Matrix(x, "x", rows, columns, "Softmax");
        Matrix(y, "y", rows, columns, "Softmax");
        SameOrApart(y, "y", x, "x", "Softmax");
    }

    public static void SoftmaxBackward<T>(Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient, int rows, int columns)
        where T : unmanaged
    {
        Matrix(y, "y", rows, columns, "SoftmaxBackward");
        Matrix(outputGradient, "outputGradient", rows, columns, "SoftmaxBackward");
        Matrix(inputGradient, "inputGradient", rows, columns, "SoftmaxBackward");
        SameOrApart(inputGradient, "inputGradient", y, "y", "SoftmaxBackward");
        SameOrApart(inputGradient, "inputGradient", outputGradient, "outputGradient", "SoftmaxBackward");
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Matches<T>(Tensor<T> prediction, Tensor<T> target, Tensor<T> weights, Tensor<T> matches, int rows, int columns)
        where T : unmanaged
    {
        Matrix(prediction, "prediction", rows, columns, "Matches");
        Matrix(target, "target", rows, columns, "Matches");
        Vector(matches, "matches", rows, "Matches");
        Apart(matches, "matches", prediction, "prediction", "Matches");
        Apart(matches, "matches", target, "target", "Matches");
        if (!weights.IsNone)
        {
            Vector(weights, "weights", rows, "Matches");
            Apart(matches, "matches", weights, "weights", "Matches");
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Loss<T>(in LossPass<T> pass, [CallerMemberName] string operation = "")
        where T : unmanaged
    {
        Matrix(pass.Prediction, "prediction", pass.Rows, pass.Columns, operation);
        Matrix(pass.Target, "target", pass.Rows, pass.Columns, operation);
        Vector(pass.RowLosses, "row losses", pass.Rows, operation);
        Apart(pass.RowLosses, "row losses", pass.Prediction, "prediction", operation);
        Apart(pass.RowLosses, "row losses", pass.Target, "target", operation);
        if (!pass.Weights.IsNone)
        {
            Vector(pass.Weights, "weights", pass.Rows, operation);
            Apart(pass.RowLosses, "row losses", pass.Weights, "weights", operation);
        }

        if (!pass.Gradient.IsNone)
        {
            Matrix(pass.Gradient, "gradient", pass.Rows, pass.Columns, operation);
            SameOrApart(pass.Gradient, "gradient", pass.Prediction, "prediction", operation);
            Apart(pass.Gradient, "gradient", pass.Target, "target", operation);
            Apart(pass.Gradient, "gradient", pass.RowLosses, "row losses", operation);
        }
    }

    public static void SoftmaxCrossEntropy<T>(double smoothing, in LossPass<T> pass)
        where T : unmanaged
    {
        if (!(smoothing >= 0 && smoothing < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(smoothing), smoothing, $"SoftmaxCrossEntropy: the smoothing is {smoothing}, but it must be in [0, 1).");
        }

        Loss(pass, "SoftmaxCrossEntropy");
    }

    /// <param name="pass">The tensors.</param>
    /// <param name="stateCount">How many states the rule has; the others are not looked at.</param>
    /// <param name="operation">For messages.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Update<T>(in UpdatePass<T> pass, int stateCount, string operation = "Update")
        where T : unmanaged
    {
        int length = pass.Weights.Length;
        Vector(pass.Gradient, "gradient", length, operation);
        Apart(pass.Weights, "weights", pass.Gradient, "gradient", operation);
        if (stateCount > 0)
        {
            Vector(pass.State0, "state 0", length, operation);
        }

        if (stateCount > 1)
        {
            Vector(pass.State1, "state 1", length, operation);
        }

        if (stateCount > 2)
        {
            Vector(pass.State2, "state 2", length, operation);
        }
    }

    // The errors are made apart, so that the checks stay small enough to become part of the operations.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Vector<T>(Tensor<T> tensor, string name, int length, string operation)
        where T : unmanaged
    {
        if (tensor.Length != length)
        {
            throw WrongLength(operation, name, length, tensor.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Matrix<T>(Tensor<T> tensor, string name, int rows, int columns, string operation)
        where T : unmanaged
    {
        if (rows < 0 || columns < 0 || tensor.Length != (long)rows * columns)
        {
            throw WrongSize(operation, name, rows, columns, tensor.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Apart<T>(Tensor<T> written, string writtenName, Tensor<T> read, string readName, string operation)
        where T : unmanaged
    {
        if (Overlap(written, read))
        {
            throw InPlace(operation, writtenName, readName);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SameOrApart<T>(Tensor<T> written, string writtenName, Tensor<T> read, string readName, string operation)
        where T : unmanaged
    {
        if (written.Offset != read.Offset && Overlap(written, read))
        {
            throw InPart(operation, writtenName, readName);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Overlap<T>(Tensor<T> a, Tensor<T> b)
        where T : unmanaged =>
        ReferenceEquals(a.Buffer, b.Buffer) && a.Length > 0 && b.Length > 0 && a.Offset < b.Offset + b.Length && b.Offset < a.Offset + a.Length;

    private static ArgumentException WrongLength(string operation, string name, int wanted, int given) => new($"{operation}: {name} must have {wanted} elements, but has {given}.");

    private static ArgumentException WrongSize(string operation, string name, int rows, int columns, int given) => new($"{operation}: {name} must have {rows} × {columns} elements, but has {given}.");

    private static ArgumentException InPlace(string operation, string written, string read) => new($"{operation} can't work in place: {written} and {read} share memory.");

    private static ArgumentException InPart(string operation, string written, string read) => new($"{operation}: {written} and {read} overlap in part; they must be the same memory or lie apart.");
}
