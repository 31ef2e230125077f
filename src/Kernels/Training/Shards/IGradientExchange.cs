using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// What processes that train one network together tell each other of every batch. Each computes the shards that <see cref="ShardTree.FirstOf"/> gives it by its rank, and all go on with the same sums, whose bits do not
/// depend on how many they are. All start from the same weights, options and order of rows, and validate on their own. Called on the thread that trains, in the same order in every process.
/// </summary>
internal interface IGradientExchange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>This process, from 0.</summary>
    int Rank { get; }

    /// <summary>How many there are.</summary>
    int Size { get; }

    /// <summary>Shares the sums of the shards' losses and so on.</summary>
    /// <param name="totals">For each shard so many numbers; those of other processes' shards are received.</param>
    /// <param name="perShard">How many.</param>
    void Share(Span<double> totals, int perShard);

    /// <summary>sum = the sum over all shards, in the order of <see cref="ShardTree"/>.</summary>
    /// <param name="parts">What this process has: the parts that <see cref="ShardTree.Parts"/> gives for its shards.</param>
    /// <param name="values">Their sums, each as long as <paramref name="sum"/>. May be overwritten.</param>
    /// <param name="existing">How many shards the batch has: parts behind them have no sum.</param>
    /// <param name="sum">Receives the sum, which is the same in every process.</param>
    void Sum(ReadOnlySpan<ShardPart> parts, ReadOnlySpan<T[]> values, int existing, Span<T> sum);
}
