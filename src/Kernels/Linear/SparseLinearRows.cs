using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Sparse rows: only stored values are touched.</summary>
internal readonly struct SparseLinearRows(SparseRows.Chunk?[] chunks, PagedChunks<SparseRows.Chunk>? paged) : ILinearRows
{
    public double Dot(int row, ref double weights)
    {
        Row(row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
        double sum = 0;
        for (int k = 0; k < columns.Length; k++)
        {
            sum = Math.FusedMultiplyAdd(values[k], Unsafe.Add(ref weights, columns[k]), sum);
        }

        return sum;
    }

    public Vector512<double> Dot(ref int rows, ref double weights)
    {
        Vector512<double> sums = Vector512<double>.Zero;
        for (int r = 0; r < DoubleLane.Count; r++)
        {
            sums = sums.WithElement(r, Dot(Unsafe.Add(ref rows, r), ref weights));
        }

        return sums;
    }

    public double SumOfMagnitudes(int row, ref double weights)
    {
        Row(row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
        double sum = 0;
        for (int k = 0; k < columns.Length; k++)
        {
            sum += Math.Abs(values[k] * Unsafe.Add(ref weights, columns[k]));
        }

        return sum;
    }

    public void AddScaled(int row, double factor, ref double target)
    {
        Row(row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
        for (int k = 0; k < columns.Length; k++)
        {
            ref double t = ref Unsafe.Add(ref target, columns[k]);
            t = Math.FusedMultiplyAdd(factor, values[k], t);
        }
    }

    public void AddScaled(ref int rows, Vector512<double> factors, ref double target)
    {
        for (int r = 0; r < DoubleLane.Count; r++)
        {
            AddScaled(Unsafe.Add(ref rows, r), factors.GetElement(r), ref target);
        }
    }

    public double SquaredNorm(int row)
    {
        Row(row, out _, out ReadOnlySpan<float> values);
        double sum = 0;
        foreach (float value in values)
        {
            sum += (double)value * value;
        }

        return sum;
    }

    /// <summary>Nothing: where a row lies is itself in memory, so that asking would wait.</summary>
    public void Prefetch(int row)
    {
    }

    private void Row(int row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values)
    {
        SparseRows.Chunk chunk = chunks[row >> SparseRows.ChunkShift] ?? paged![row >> SparseRows.ChunkShift];
        int local = row & ((1 << SparseRows.ChunkShift) - 1);
        int start = chunk.Starts[local];
        int length = chunk.Starts[local + 1] - start;
        columns = chunk.Columns.AsSpan(start, length);
        values = chunk.Values.AsSpan(start, length);
    }
}
