using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>How a trial ended.</summary>
internal sealed record TrialOutcome(TrialState State, double? Score = null, string? Reason = null, ITransformer? Model = null)
{
    /// <inheritdoc cref="Trial.FoldScores"/>
    public IReadOnlyList<double> FoldScores { get; init; } = [];

    /// <summary>How long it took; null for all the time that it was waited for.</summary>
    public TimeSpan? Duration { get; init; }
}
