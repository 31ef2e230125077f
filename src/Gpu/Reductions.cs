using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// Sums in double: each group of 256 threads takes a chunk, of which thread t takes the elements t, t + 256, …; the threads' sums are added in a fixed tree, and those of several groups in a second pass. The
/// order depends on the length alone.
/// </summary>
public sealed partial class GpuBackend
{
    private const int SmallestChunk = 4096;
    private const int TreeRoot = 16;

    /// <inheritdoc/>
    public double Sum(Tensor<float> x)
    {
        Sum(x, Number, 0);
        return ReadNumber();
    }

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<float> x)
    {
        SumOfSquares(x, Number, 0);
        return ReadNumber();
    }

    /// <inheritdoc/>
    public void Sum(Tensor<float> x, Totals totals, int index) => SumAll(new ElementTerm(View(x), x.Length), x.Length, Place(totals, index));

    /// <inheritdoc/>
    public void SumOfSquares(Tensor<float> x, Totals totals, int index) => SumAll(new SquareTerm(View(x), x.Length), x.Length, Place(totals, index));

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<float> x, ReadOnlySpan<int> rows, int columns)
    {
        Shapes.SomeRows(x, rows, columns);
        ArrayView<float> table = View(x);
        if (rows.IsEmpty)
        {
            return 0;
        }

        SumAll(new SquaresOfRows(table, _rowIndices.Fill(rows), columns), checked(rows.Length * columns), Number.View);
        return ReadNumber();
    }

    /// <summary>Sums up the row 0 of a term into one number.</summary>
    private void SumAll<TTerm>(TTerm term, int length, ArrayView<double> result)
        where TTerm : struct, IColumnTerm
    {
        int chunk = Math.Max(SmallestChunk, (int)(((long)length + RowLayout.GroupSize - 1) / RowLayout.GroupSize));
        int chunks = Math.Max(1, (int)(((long)length + chunk - 1) / chunk));
        if (chunks == 1)
        {
            Groups<TTerm, int, int, ArrayView<double>>(SumAllKernel)(Session.Stream, new KernelConfig(1, RowLayout.GroupSize), term, length, chunk, result);
            return;
        }

        ArrayView<double> sums = _chunks.Room(chunks);
        Groups<TTerm, int, int, ArrayView<double>>(SumAllKernel)(Session.Stream, new KernelConfig(chunks, RowLayout.GroupSize), term, length, chunk, sums);
        Groups<ChunkTerm, int, int, ArrayView<double>>(SumAllKernel)(Session.Stream, new KernelConfig(1, RowLayout.GroupSize), new ChunkTerm(sums, chunks), chunks, chunks, result);
    }

    private ArrayView<double> Place(Totals totals, int index)
    {
        ArrayView<double> all = View(totals);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, totals.Length);
        return all.SubView(index, 1);
    }

    private double ReadNumber()
    {
        double number = 0;
        Read(Number, 0, new Span<double>(ref number));
        return number;
    }

    internal static void SumAllKernel<TTerm>(TTerm term, int length, int chunk, ArrayView<double> results)
        where TTerm : struct, IColumnTerm
    {
        ArrayView<double> shared = SharedMemory.Allocate<double>(RowLayout.GroupSize);
        ArrayView<double> roots = SharedMemory.Allocate<double>(TreeRoot);
        int thread = Group.IdxX;
        int first = Grid.IdxX * chunk;
        int end = first + IntrinsicMath.Min(chunk, length - first);
        double sum = 0;
        for (int i = first + thread; i < end; i += RowLayout.GroupSize)
        {
            sum += term.At(0, i);
        }

        shared[thread] = sum;
        Group.Barrier();
        if (thread < TreeRoot)
        {
            for (int i = thread + TreeRoot; i < RowLayout.GroupSize; i += TreeRoot)
            {
                sum += shared[i];
            }

            roots[thread] = sum;
        }

        Group.Barrier();
        if (thread == 0)
        {
            for (int i = 1; i < TreeRoot; i++)
            {
                sum += roots[i];
            }

            results[Grid.IdxX] = sum;
        }
    }

    /// <summary>The squares of some rows, one row after another.</summary>
    internal readonly struct SquaresOfRows(ArrayView<float> x, ArrayView<int> rows, int columns) : IColumnTerm
    {
        private readonly ArrayView<float> _x = x;
        private readonly ArrayView<int> _rows = rows;
        private readonly int _columns = columns;

        public double At(int row, int column)
        {
            double value = _x[(_rows[column / _columns] * _columns) + (column % _columns)];
            return value * value;
        }
    }
}
