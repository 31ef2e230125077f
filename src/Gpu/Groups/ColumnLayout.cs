using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>
/// How groups of 256 threads sum up the columns of a table: a group takes up to 32 neighbouring columns (so that memory is read in whole lines) and a chunk of the rows, of which lane l
/// takes l, l + lanes, …; then its lanes' sums are added in their order. A second pass does the same with the chunks' sums. The order depends on the sizes alone.
/// </summary>
internal readonly struct ColumnLayout
{
    private const int MostColumns = 32;
    private const int RowsOfALane = 32;
    private const int MostChunks = 256;

    public readonly int Rows;
    public readonly int Columns;
    public readonly int Width;
    public readonly int ChunkRows;
    public readonly int Tiles;

    public ColumnLayout(int rows, int columns, bool inOnePass = false)
    {
        Rows = rows;
        Columns = columns;
        Width = 1;
        while (Width < MostColumns && Width < columns)
        {
            Width *= 2;
        }

        Tiles = (columns + Width - 1) / Width;
        ChunkRows = inOnePass ? Math.Max(1, rows) : Math.Max(RowsOfALane * (RowLayout.GroupSize / Width), (int)(((long)rows + MostChunks - 1) / MostChunks));
    }

    /// <summary>Parts of the rows that have a sum of their own.</summary>
    public int Chunks => Math.Max(1, (int)(((long)Rows + ChunkRows - 1) / ChunkRows));

    /// <summary>The launch for all columns and chunks.</summary>
    public KernelConfig Config => new(Tiles * Chunks, RowLayout.GroupSize);
}

/// <summary>What is summed up in a column.</summary>
internal interface IColumnTerm
{
    double At(int row, int column);
}

/// <summary>Where a column's sum goes.</summary>
internal interface IColumnResult
{
    void Write(int column, double sum);
}
