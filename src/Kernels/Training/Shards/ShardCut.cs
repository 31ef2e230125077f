namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// How a batch is cut into shards: rows that follow each other, as many in each, up to one, the first ones the larger. It depends on the batch and the network, never on who computes the shards. A batch with
/// fewer rows than that has fewer shards.
/// </summary>
internal readonly struct ShardCut
{
    private readonly int _rows;
    private readonly int _larger;

    /// <summary>Cuts a batch.</summary>
    /// <param name="rows">Its rows, at least <paramref name="smallest"/>.</param>
    /// <param name="shards">The largest number of shards, at least 1.</param>
    /// <param name="smallest">Rows that a shard must have, at least 1: <see cref="NetworkDefinition.SmallestBatch"/>.</param>
    public ShardCut(int rows, int shards, int smallest)
    {
        Count = Math.Clamp(rows / smallest, 1, shards);
        (_rows, _larger) = Math.DivRem(rows, Count);
    }

    /// <summary>Shards that have rows: the first ones of all.</summary>
    public int Count { get; }

    /// <summary>The place of a shard's first row in the batch.</summary>
    public int Start(int shard) => (shard * _rows) + Math.Min(shard, _larger);

    /// <summary>Rows of a shard.</summary>
    public int RowsOf(int shard) => _rows + (shard < _larger ? 1 : 0);

    /// <summary>Rows of the largest shard of all batches up to a size.</summary>
    public static int LargestOf(int rows, int shards, int smallest) => Math.Max(((rows - 1) / shards) + 1, Math.Min(rows, (2 * smallest) - 1));
}
