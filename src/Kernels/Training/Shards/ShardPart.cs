namespace MLNet.GradientTrainers.Kernels;

/// <summary>A subtree of <see cref="ShardTree"/>: shards whose sum one place can make on its own.</summary>
/// <param name="First">Its first shard, a multiple of <paramref name="Size"/>.</param>
/// <param name="Size">How many there are, a power of two; of the last ones some may not exist.</param>
internal readonly record struct ShardPart(int First, int Size)
{
    /// <summary>Whether another part lies in this one.</summary>
    public bool Holds(ShardPart other) => other.First >= First && other.First + other.Size <= First + Size;
}
