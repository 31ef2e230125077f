namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A trainer, or a pair of which one takes classes and one takes numbers, as it comes: with no options.</summary>
internal abstract class Contestant(string name)
{
    public string Name => name;

    /// <summary>Whether there is a trainer for such tables.</summary>
    /// <param name="classes">As <see cref="AccuracyTable.Classes"/>.</param>
    public abstract bool Takes(int classes);

    /// <summary>Fits on the training rows of each split and scores its test rows.</summary>
    public abstract IReadOnlyList<AccuracyFit> Fit(int classes, IReadOnlyList<SplitData> splits);
}

/// <summary>One fit.</summary>
/// <param name="Score">Accuracy or R² on the test rows; null where there is none.</param>
/// <param name="Seconds">Seconds of the fit, or until it failed; null where it did not begin.</param>
/// <param name="Error">Why there is no score.</param>
internal sealed record AccuracyFit(double? Score, double? Seconds, string? Error);
