using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <summary>Sums up columns; no rows give 0.</summary>
    private void SumColumns<TTerm, TResult>(TTerm term, TResult result, int rows, int columns)
        where TTerm : struct, IColumnTerm
        where TResult : struct, IColumnResult
    {
        ColumnLayout layout = new(rows, columns);
        if (layout.Chunks == 1)
        {
            LaunchColumns(term, result, layout);
            return;
        }

        ArrayView<double> sums = _chunks.Room(layout.Chunks * columns);
        LaunchColumns(term, new ChunkResult(sums), layout);
        LaunchColumns(new ChunkTerm(sums, columns), result, new ColumnLayout(layout.Chunks, columns, inOnePass: true));
    }

    private void LaunchColumns<TTerm, TResult>(TTerm term, TResult result, ColumnLayout layout)
        where TTerm : struct, IColumnTerm
        where TResult : struct, IColumnResult =>
        Groups<TTerm, TResult, ColumnLayout>(SumColumnsKernel)(Session.Stream, layout.Config, term, result, layout);

    internal static void SumColumnsKernel<TTerm, TResult>(TTerm term, TResult result, ColumnLayout layout)
        where TTerm : struct, IColumnTerm
        where TResult : struct, IColumnResult
    {
        ArrayView<double> shared = SharedMemory.Allocate<double>(RowLayout.GroupSize);
        int lanes = RowLayout.GroupSize / layout.Width;
        int lane = Group.IdxX / layout.Width;
        int column = (Grid.IdxX % layout.Tiles * layout.Width) + (Group.IdxX % layout.Width);
        int chunk = Grid.IdxX / layout.Tiles;
        int first = chunk * layout.ChunkRows;
        int end = column < layout.Columns ? first + IntrinsicMath.Min(layout.ChunkRows, layout.Rows - first) : first;
        double sum = 0;
        for (int row = first + lane; row < end; row += lanes)
        {
            sum += term.At(row, column);
        }

        shared[Group.IdxX] = sum;
        Group.Barrier();
        if (lane == 0 && column < layout.Columns)
        {
            for (int i = Group.IdxX + layout.Width; i < RowLayout.GroupSize; i += layout.Width)
            {
                sum += shared[i];
            }

            result.Write((chunk * layout.Columns) + column, sum);
        }
    }
}
