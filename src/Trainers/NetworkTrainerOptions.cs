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

    /// <summary>Threads to compute with; null takes all cores. The result is the same for any number.</summary>
    public int? NumberOfThreads { get; set; }

    /// <summary>What computes. Default: the fastest one of this machine.</summary>
    public BackendKind Backend { get; set; } = BackendKind.Auto;

    /// <summary>Called after each batch, on the thread that called Fit.</summary>
    public Action<BatchProgress>? OnBatch { get; set; }

    internal override void Validate()
    {
        base.Validate();
        Require(NumberOfThreads is null or >= 1, nameof(NumberOfThreads), NumberOfThreads, "at least 1, or null for all cores");
        Require(Enum.IsDefined(Backend), nameof(Backend), Backend, $"one of {string.Join(", ", Enum.GetNames<BackendKind>())}");
    }
}
