using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>The order of trials from the best to the worst.</summary>
internal static class TrialRanking
{
    /// <summary>
    /// Completed ones by their score; then those that were stopped, the ones that came further first and at the same epoch by its figure; then failed ones. Trials that are alike go by number.
    /// </summary>
    public static IReadOnlyList<Trial> Order(IEnumerable<Trial> trials, SweepMetric metric) =>
    [
        .. trials
            .OrderBy(trial => trial.State switch { TrialState.Completed => 0, TrialState.Failed => 2, _ => 1 })
            .ThenBy(trial => trial.State == TrialState.Completed ? SweepMetric.Rank(trial.Score ?? double.NaN, metric.HigherIsBetter) : 0)
            .ThenByDescending(trial => trial.State == TrialState.Completed ? 0 : LastEpoch(trial).Epoch)
            .ThenBy(trial => trial.State == TrialState.Completed || LastEpoch(trial).Epoch == 0 ? 0 : SweepMetric.Rank(metric.OfEpoch(LastEpoch(trial)), metric.EpochHigherIsBetter))
            .ThenBy(trial => trial.Number),
    ];

    private static EpochRecord LastEpoch(Trial trial) => trial.Epochs.Count == 0 ? default : trial.Epochs[^1];
}
