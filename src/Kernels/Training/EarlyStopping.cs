namespace MLNet.GradientTrainers.Kernels;

/// <summary>The figure that tells which epoch is best.</summary>
public enum EarlyStoppingMonitor
{
    /// <summary>The validation loss; the training loss when there is no validation data.</summary>
    Loss,

    /// <summary>The validation metric; the training metric when there is no validation data.</summary>
    Metric,
}

/// <summary>Stops a run that no longer improves.</summary>
/// <remarks>L. Prechelt, "Early stopping — but when?", 1998.</remarks>
public sealed record EarlyStopping
{
    /// <summary>Epochs without improvement before the run stops, at least 1.</summary>
    public int Patience { get; init; } = 5;

    /// <summary>By how much an epoch must beat the best one to count as an improvement, at least 0.</summary>
    public double MinDelta { get; init; }

    /// <summary>What must improve.</summary>
    public EarlyStoppingMonitor Monitor { get; init; } = EarlyStoppingMonitor.Loss;

    /// <summary>True to end with the weights of the best epoch, however the run ends; false to keep the last ones.</summary>
    public bool RestoreBestWeights { get; init; } = true;

    /// <summary>Throws when a setting is out of its range.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public void Validate()
    {
        Guard.AtLeast(Patience, 1, nameof(Patience), nameof(EarlyStopping));
        Guard.NotNegative(MinDelta, nameof(MinDelta), nameof(EarlyStopping));
    }
}
