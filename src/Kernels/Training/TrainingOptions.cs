namespace MLNet.GradientTrainers.Kernels;

/// <summary>The options of a training of a network.</summary>
public record TrainingOptions : DescentOptions
{
    private const int MostShards = 1024;

    /// <summary>Creates options with their defaults: 10 epochs, batches of 32 rows.</summary>
    public TrainingOptions() => (NumberOfEpochs, BatchSize) = (10, 32);

    /// <summary>
    /// Batches of an update, at least 1: the update of one large batch with the memory of a small one. Default: 1. Gradients add up to that of one batch of all their rows, up
    /// to rounding; layers that look at a whole batch, such as batch normalization, see one at a time. The last update of an epoch may have fewer.
    /// </summary>
    public int AccumulationSteps { get; set; } = 1;

    /// <summary>
    /// Largest Euclidean norm of the weights that feed one unit (or one filter), above 0; null for no limit. A longer vector is scaled down to it after every update.
    /// N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
    /// </summary>
    public double? MaxNorm { get; set; }

    /// <summary>
    /// d in [0, 1): the mean of the weights after each update, older ones counting d times as much an update, is what is validated and what the run ends with, which takes
    /// the noise out of small batches; training itself goes on from the last weights. 0.999 is usual; 0, the default, for no mean. B. Polyak, A. Juditsky, "Acceleration of
    /// stochastic approximation by averaging", 1992.
    /// </summary>
    /// <remarks>
    /// a ← a + (1 − d) / (1 − dᵗ) · (w − a) after update t: as in Adam the first weights of all have no share of their own. Running statistics are averaged too.
    /// </remarks>
    public double AverageDecay { get; set; }

    /// <summary>
    /// Parts that every batch is cut into where several devices train together, at least 1, at most 1024, and at least as many as there are devices; 8 by default. Each device computes some of them, and their gradients are added up in one
    /// order, so that the bits of the result depend on this, and not on the number of devices. Layers that look at a whole batch, such as batch normalization, see one shard at a time. Without effect where one device trains alone.
    /// </summary>
    public int Shards { get; set; } = 8;

    /// <summary>Rows of the largest of the <see cref="Shards"/> of any batch up to a size: what a network that trains with others needs room for.</summary>
    /// <param name="batchRows">Rows of the largest batch, at least 1.</param>
    /// <param name="network">The network.</param>
    public int ShardRows(int batchRows, NetworkDefinition network)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchRows);
        return ShardCut.LargestOf(batchRows, Shards, network.SmallestBatch);
    }

    /// <summary>Called after each batch of training and validation, on the thread that trains; null for nothing.</summary>
    public Action<BatchProgress>? OnBatch { get; set; }

    /// <summary>Throws when an option is out of its range, naming it, its value and the range. Limits and penalties must be numbers that a Single holds, as the weights are.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range, or does not go with another one.</exception>
    public override void Validate()
    {
        base.Validate();
        Guard.AtLeast(AccumulationSteps, 1, nameof(AccumulationSteps), Owner);
        Guard.AtLeast(Shards, 1, nameof(Shards), Owner);
        Guard.AtMost(Shards, MostShards, nameof(Shards), Owner);
        Guard.SingleLimit(MaxNorm, nameof(MaxNorm), Owner);
        Guard.SingleLimit(ClipNorm, nameof(ClipNorm), Owner);
        Guard.SingleLimit(ClipValue, nameof(ClipValue), Owner);
        Guard.SingleFactor(L1Regularization, nameof(L1Regularization), Owner);
        Guard.SingleFactor(L2Regularization, nameof(L2Regularization), Owner);
        Guard.SingleFactor(Optimizer?.WeightDecay ?? 0, nameof(Kernels.Optimizer.WeightDecay), Optimizer?.Name ?? Owner);
        Guard.InRange(AverageDecay, 0, 1, nameof(AverageDecay), Owner);
    }
}
