namespace MLNet.GradientTrainers.Kernels;

/// <summary>Where the rows of a table lie whose chunks are the blocks of a source; of a view of some of them, where these lie.</summary>
/// <param name="blocks">The source's blocks.</param>
/// <param name="rows">The source's rows that are the table's, in its order; null for all.</param>
internal sealed class RowPlaces(RowBlocks blocks, int[]? rows)
{
    /// <summary>The chunk of a row.</summary>
    public int ChunkOf(int row) => blocks.BlockOf(rows is null ? row : rows[row]);

    /// <summary>The chunk of a row, and which one of the chunk's it is.</summary>
    public (int Chunk, int Row) Find(int row)
    {
        int place = rows is null ? row : rows[row];
        int chunk = blocks.BlockOf(place);
        return (chunk, place - blocks.Start(chunk));
    }

    /// <summary>Rows of a chunk, whether they are the table's or not.</summary>
    public int RowsOf(int chunk) => blocks.RowsOf(chunk);
}
