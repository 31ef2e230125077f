using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options of trainers whose gradient steps take a batch of rows.</summary>
public abstract class BatchTrainerOptions : GradientTrainerOptions
{
    private protected BatchTrainerOptions(Loss loss, Optimizer optimizer, int numberOfEpochs, int batchSize)
        : base(loss, optimizer, numberOfEpochs) => BatchSize = batchSize;

    /// <summary>Rows of a gradient step, at least 1. The last batch of an epoch may be smaller.</summary>
    public int BatchSize { get; set; }

    /// <summary>Whether each epoch visits the rows in a new random order; false takes them as they come. Default: true.</summary>
    public bool Shuffle { get; set; } = true;

    internal override void Validate()
    {
        base.Validate();
        Require(BatchSize >= 1, nameof(BatchSize), BatchSize, "at least 1");
    }
}
