using System.Globalization;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>All of a sweep that does not depend on the clock, a trial a line.</summary>
internal static class Lines
{
    public static string[] Of(SweepResult result) =>
    [
        .. result.Leaderboard.Select(trial => string.Create(
            CultureInfo.InvariantCulture,
            $"{trial}; seed {trial.Seed}; trained {trial.EpochsTrained}; folds {string.Join(' ', trial.FoldScores.Select(score => score.ToString("R", CultureInfo.InvariantCulture)))}; {string.Join(", ", trial.Epochs.Select(epoch => $"{epoch.Epoch}: {epoch.TrainingLoss:R} {epoch.ValidationLoss:R} {epoch.ValidationMetric:R}"))}")),
    ];
}
