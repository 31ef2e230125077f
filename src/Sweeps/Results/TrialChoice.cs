using System.Globalization;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// Which completed trial is the best one. Where the first trial was given, as the trainer's defaults are, others count that score higher by more than some standard errors of the paired differences
/// over the folds of a cross-validation; of those the highest. If there is none, the first trial. Without folds the highest score.
/// </summary>
/// <remarks>
/// <para>The highest of many scores by few rows is the luckiest as well. L. Breiman et al., "Classification and regression trees", 1984, keep what is simple where it is within a standard error of the
/// best. Here the best is one of n: of n values that differ by luck alone hardly any lies more than √(2 ln n) standard errors above their mean (D. Donoho, I. Johnstone, "Ideal spatial adaptation by
/// wavelet shrinkage", 1994).</para>
/// <para>Folds share rows to fit on, so that their differences vary too little: their variance counts by 1/k + 1/(k − 1), not by 1/k. C. Nadeau, Y. Bengio, "Inference for the generalization error",
/// 2003.</para>
/// </remarks>
/// <param name="Metric">The metric.</param>
/// <param name="HasStart">Whether the first trial was given.</param>
/// <param name="MinimumGain">Standard errors; 0 for the highest score, null for √(2 ln n), where n trials have a score.</param>
internal sealed record TrialChoice(SweepMetric Metric, bool HasStart, double? MinimumGain)
{
    /// <summary>The best one, the first of equal ones; null where none has a score that is a number.</summary>
    public Trial? Best(IEnumerable<Trial> trials)
    {
        var (first, scored) = Scored(trials);
        return scored.FirstOrDefault(trial => first is null || trial.Number == first.Number || Clears(first, trial, Errors(scored)));
    }

    /// <summary>Why the best one is not the one that scored highest; null where it is.</summary>
    public string? Reason(IEnumerable<Trial> trials)
    {
        var (first, scored) = Scored(trials);
        if (first is null || scored.Count == 0 || Best(scored) is not { } best || best.Number == scored[0].Number)
        {
            return null;
        }

        var (gain, error) = Gain(first, scored[0]);
        string what = best.Number == first.Number ? "" : " It is the best of those that did.";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Trial {scored[0].Number} scored {scored[0].Score:G4}, but did not beat the first trial, {first.Score:G4}, by more than {Text(Errors(scored))} of the differences over the {first.FoldScores.Count} folds: by {gain:G2}, with a standard error of {error:G2}.{what}");
    }

    private double Errors(List<Trial> scored) => MinimumGain ?? Math.Sqrt(2 * Math.Log(scored.Count));

    private static string Text(double errors) => errors == 1 ? "one standard error" : string.Create(CultureInfo.InvariantCulture, $"{errors:0.0#} standard errors");

    /// <summary>The first trial where others must beat it, and the trials with a score, the highest first.</summary>
    private (Trial? First, List<Trial> Scored) Scored(IEnumerable<Trial> trials)
    {
        List<Trial> scored =
        [
            .. trials.Where(trial => trial.State == TrialState.Completed && trial.Score is { } score && double.IsFinite(score))
                .OrderBy(trial => SweepMetric.Rank(trial.Score!.Value, Metric.HigherIsBetter))
                .ThenBy(trial => trial.Number),
        ];
        return (HasStart && MinimumGain != 0 ? scored.Find(trial => trial.Number == 1 && trial.FoldScores.Count > 1) : null, scored);
    }

    private bool Clears(Trial first, Trial other, double errors)
    {
        // A journal of before folds were kept.
        if (other.FoldScores.Count != first.FoldScores.Count)
        {
            return false;
        }

        var (gain, error) = Gain(first, other);
        return gain > 0 && gain > errors * error;
    }

    private (double Gain, double Error) Gain(Trial first, Trial other)
    {
        double[] gains = [.. other.FoldScores.Zip(first.FoldScores, (own, its) => Metric.HigherIsBetter ? own - its : its - own)];
        double mean = gains.Average();
        double variance = gains.Sum(gain => (gain - mean) * (gain - mean)) / (gains.Length - 1);
        return (mean, Math.Sqrt(variance * ((1.0 / gains.Length) + (1.0 / (gains.Length - 1)))));
    }
}
