namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A trainer, or its forms for each task, as it comes: with no options.</summary>
internal abstract class Contestant(string name)
{
    public string Name => name;

    /// <summary>Whether there is a trainer for such tables.</summary>
    public abstract bool Takes(AccuracyTask task);

    /// <summary>Fits on the training rows of each split and scores its test rows.</summary>
    public abstract IReadOnlyList<AccuracyFit> Fit(AccuracyTask task, IReadOnlyList<SplitData> splits);
}

/// <summary>One fit.</summary>
/// <param name="Score">Accuracy or R² on the test rows; null where there is none.</param>
/// <param name="Seconds">Seconds of the fit, or until it failed; null where it did not begin.</param>
/// <param name="Error">Why there is no score.</param>
/// <param name="Auc">Area under the ROC curve; of binary tables only.</param>
/// <param name="LogLoss">As <see cref="BinaryLogLoss"/> has it; of binary tables only.</param>
internal sealed record AccuracyFit(double? Score, double? Seconds, string? Error, double? Auc = null, double? LogLoss = null);
