using System.Collections.Immutable;
using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>One trial of a sweep as it is at a moment. Immutable.</summary>
/// <param name="Number">Its number, from 1.</param>
/// <param name="Values">What it tries; <see cref="ParameterValues.Empty"/> for a trainer's defaults.</param>
/// <param name="Seed">The seed of its training, which follows from the sweep's seed and its number.</param>
public sealed record Trial(int Number, ParameterValues Values, int Seed)
{
    /// <summary>What became of it.</summary>
    public TrialState State { get; init; }

    /// <summary>The sweep's metric on the validation rows, or the mean over the folds; null unless <see cref="TrialState.Completed"/>.</summary>
    public double? Score { get; init; }

    /// <summary>The metric of each fold of a cross-validation; empty without one, and where there is no <see cref="Score"/>.</summary>
    public IReadOnlyList<double> FoldScores { get; init; } = [];

    /// <summary>
    /// Its epochs as far as they are known, in order; of a cross-validation those of the first fold. Of more than a hundred, those are kept whose number has at most two digits that are not 0,
    /// and those that pruning looks at. Empty where the trainer tells none.
    /// </summary>
    public IReadOnlyList<EpochRecord> Epochs { get; init; } = ImmutableList<EpochRecord>.Empty;

    /// <summary>Epochs that it has trained, all folds together.</summary>
    public int EpochsTrained { get; init; }

    /// <summary>When it began, in UTC.</summary>
    public DateTimeOffset Started { get; init; }

    /// <summary>How long it took, evaluation included.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it was pruned, failed or stopped early; null where there is nothing to tell.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is over.</summary>
    public bool IsFinished => State is TrialState.Completed or TrialState.Pruned or TrialState.Failed;

    /// <summary>Number, state, score, values and reason in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"trial {Number}, {State.ToString().ToLowerInvariant()}{(Score is { } score ? $", score {score:0.######}" : "")}: {Values}{(Reason is null ? "" : $". {Reason}")}");
}
