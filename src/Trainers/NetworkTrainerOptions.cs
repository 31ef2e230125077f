using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that all trainers of networks share. The default optimizer is Adam with learning rate 0.001.</summary>
public abstract class NetworkTrainerOptions : BatchTrainerOptions
{
    internal const int DefaultNumberOfEpochs = 20;
    internal const int DefaultBatchSize = 128;

    private protected NetworkTrainerOptions(Loss loss)
        : base(loss, new Adam(), DefaultNumberOfEpochs, DefaultBatchSize)
    {
    }

    /// <summary>
    /// Batches whose gradients make one update, at least 1: the update of one large batch with the memory of a small one. Default: 1.
    /// </summary>
    public int AccumulationSteps { get; set; } = 1;

    /// <summary>Largest Euclidean norm of the weights that feed one unit, above 0; null for no limit. Longer vectors are scaled down after each update.</summary>
    public double? MaxNorm { get; set; }

    /// <summary>
    /// d in [0, 1): the model is the mean of the weights after each update, older ones counting d times as much an update, which takes the noise out of small batches.
    /// 0.999 is usual; 0, the default, takes the last weights.
    /// </summary>
    public double AverageDecay { get; set; }

    /// <summary>
    /// Threads to compute with; null takes all cores. The result is the same for any number. More than four times the cores, or 16 where that is more, count as so many, and where the system refuses a
    /// thread, as in a container whose processes are limited, training goes on with fewer.
    /// </summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>What computes. Default: the fastest one of this machine.</summary>
    public BackendKind Backend { get; set; } = BackendKind.Auto;

    /// <summary>Called after each batch, on the thread that called Fit.</summary>
    public Action<BatchProgress>? OnBatch { get; set; }

    /// <summary>The network for a feature column of these dimensions.</summary>
    internal abstract NetworkDefinition Define(TensorShape features, int outputs);

    /// <summary>The order of the numbers of images in a feature column of these dimensions.</summary>
    internal virtual ImageLayout Layout(TensorShape features) => ImageLayout.ChannelsFirst;

    internal override void Validate()
    {
        base.Validate();
        Require(AccumulationSteps >= 1, nameof(AccumulationSteps), AccumulationSteps, "at least 1");
        Require(MaxNorm is null or > 0, nameof(MaxNorm), MaxNorm, "above 0, or null for no limit");
        Require(AverageDecay is >= 0 and < 1, nameof(AverageDecay), AverageDecay, "in [0, 1)");
        Require(NumberOfThreads is null or >= 1, nameof(NumberOfThreads), NumberOfThreads, "at least 1, or null for all cores");
        Require(Enum.IsDefined(Backend), nameof(Backend), Backend, $"one of {string.Join(", ", Enum.GetNames<BackendKind>())}");
    }
}
