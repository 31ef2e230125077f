using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The checks of operations on sparse batches and on some rows of a table.</summary>
internal static partial class Shapes
{
    public static void SparseAffine<T>(SparseBatch<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int outputs)
        where T : unmanaged, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        Matrix(weights, "weights", input.Width, outputs, "SparseAffine");
        Matrix(output, "output", input.Rows, outputs, "SparseAffine");
        if (!bias.IsNone)
        {
            Vector(bias, "bias", outputs, "SparseAffine");
        }

        Apart(output, "output", weights, "weights", "SparseAffine");
        Apart(output, "output", bias, "bias", "SparseAffine");
    }

    public static void SparseWeightGradient<T>(SparseBatch<T> input, Tensor<T> outputGradient, Tensor<T> weightGradient, int outputs)
        where T : unmanaged, INumberBase<T>
    {
        ArgumentNullException.ThrowIfNull(input);
        Matrix(outputGradient, "outputGradient", input.Rows, outputs, "SparseWeightGradient");
        Matrix(weightGradient, "weightGradient", input.Width, outputs, "SparseWeightGradient");
        Apart(weightGradient, "weightGradient", outputGradient, "outputGradient", "SparseWeightGradient");
    }

    /// <summary>Rows of a table that has so many columns.</summary>
    public static void SomeRows<T>(Tensor<T> table, ReadOnlySpan<int> rows, int columns, [System.Runtime.CompilerServices.CallerMemberName] string operation = "")
        where T : unmanaged
    {
        if (columns < 1 || table.Length % columns != 0)
        {
            throw new ArgumentException($"{operation}: {table.Length} elements are not a whole number of rows of {columns} columns.");
        }

        int count = table.Length / columns;
        foreach (int row in rows)
        {
            if ((uint)row >= (uint)count)
            {
                throw new ArgumentOutOfRangeException(nameof(rows), row, $"{operation}: there is no row {row} in a table of {count} rows.");
            }
        }
    }

    public static void UpdateRows<T>(int steps, in UpdatePass<T> pass, int stateCount, ReadOnlySpan<int> rows, ReadOnlySpan<int> taken, int columns)
        where T : unmanaged
    {
        Update(pass, stateCount, "UpdateRows");
        SomeRows(pass.Weights, rows, columns, "UpdateRows");
        Equal(taken.Length, rows.Length, "UpdateRows");
        foreach (int number in taken)
        {
            if ((uint)number >= (uint)steps)
            {
                throw new ArgumentOutOfRangeException(nameof(taken), number, $"UpdateRows: a row that has taken {number} of {steps} steps has none to take.");
            }
        }
    }
}
