using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>A trial with its place on the leaderboard, as the parts of the report show it.</summary>
/// <param name="Trial">The trial.</param>
/// <param name="Rank">Its place, from 1.</param>
/// <param name="IsBest">Whether it is the best one.</param>
/// <param name="Description">What a tooltip shows and a screen reader says.</param>
internal sealed record ReportTrial(Trial Trial, int Rank, bool IsBest, string Description)
{
    /// <summary>The state as a class of the style sheet.</summary>
    public string Class => (IsBest ? "best " : "") + State(Trial.State);

    /// <summary>All trials, the best first.</summary>
    public static IReadOnlyList<ReportTrial> Of(SweepResult result)
    {
        int? best = result.Best?.Number;
        return [.. result.Leaderboard.Select((trial, i) => new ReportTrial(trial, i + 1, trial.Number == best, Describe(trial, i + 1, result)))];
    }

    /// <summary>A state in a word.</summary>
    public static string State(TrialState state) => state switch
    {
        TrialState.Completed => "finished",
        TrialState.Pruned => "pruned",
        TrialState.Failed => "failed",
        TrialState.Interrupted => "interrupted",
        _ => "running",
    };

    private static string Describe(Trial trial, int rank, SweepResult result)
    {
        string score = trial.Score is { } value ? Format.Text($"{result.Metric.Name} {Format.Number(value, 5)}, ") : "";
        string reason = trial.Reason is { } why ? $"\n{why}" : "";
        return Format.Text($"Trial {trial.Number}, place {rank}, {State(trial.State)}: {score}{Format.Count(trial.EpochsTrained, "epoch")}, {trial.Duration.TotalSeconds:0.0#} s\n{trial.Values}{reason}");
    }
}
