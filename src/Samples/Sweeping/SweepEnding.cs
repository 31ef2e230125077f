using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Samples.Sweeping;

/// <summary>What a sweep prints and writes before and after its trials.</summary>
internal static class SweepEnding
{
    /// <summary>How long a sweep that is interrupted may take to end: workers stop, checkpoints go into the database, and the best model so far and the report are written.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    /// <summary>Tells what is searched.</summary>
    public static void Begin(Terminal terminal, SweepTask task, Pruner pruner)
    {
        terminal.Heading("A sweep over settings");
        terminal.Fact("data", task.Data);
        terminal.Fact("trainer", $"{task.Trainer.Name}; the first trial has its defaults");
        terminal.Fact("searched", string.Join(", ", task.Trainer.Space.Parameters.Select(parameter => parameter.Name)));
        terminal.Fact("pruning", pruner.Name);
        terminal.Heading("Trials");
    }

    /// <summary>Writes report and model, and tells what was found.</summary>
    /// <param name="run">The run.</param>
    /// <param name="mlContext">The context.</param>
    /// <param name="task">What was learned.</param>
    /// <param name="result">What was found.</param>
    /// <param name="reportName">The name of the report's file.</param>
    /// <param name="modelName">The name of the model's file.</param>
    /// <param name="journal">Tells where the journal is.</param>
    /// <exception cref="SampleException">No trial was completed.</exception>
    public static void Write(SampleRun run, MLContext mlContext, SweepTask task, SweepResult result, string reportName, string modelName, Action<Terminal> journal)
    {
        // Not through run.File: what was found is saved also after Ctrl+C.
        string report = run.Files!.Path(reportName);
        SweepReport.Write(report, result, $"A sweep over {task.Name}");
        Terminal terminal = run.Terminal;
        JsonObject json = run.Result;
        json["metric"] = result.Metric.Name;
        json["end"] = result.End.ToString();
        json["seconds"] = result.Duration.TotalSeconds;
        json["epochs"] = result.EpochsTrained;
        json["leaderboard"] = new JsonArray([.. result.Leaderboard.Select((trial, i) => Row(trial, i + 1))]);
        json["reportPath"] = report;

        terminal.Heading("Result");
        if (result.Best is not { } best)
        {
            terminal.Files("report", report);
            run.CancellationToken.ThrowIfCancellationRequested();
            throw new SampleException(result.Trials.FirstOrDefault(trial => trial.State == TrialState.Failed) is { } failed
                ? $"No trial was completed. Trial {failed.Number} failed: {failed.Reason}{(result.End == SweepEnd.SameFailure ? Format.Text($" So did all others, and the sweep ended after {result.Trials.Count}.") : "")}"
                : "No trial was completed. Allow more with --time S, or go on with --resume.");
        }

        string path = run.Files.Path(modelName);
        mlContext.Model.SaveAtomically(result.Model, task.Train.Schema, path);
        json["modelPath"] = path;
        json["bestTrial"] = best.Number;
        json["bestScore"] = best.Score;
        terminal.Fact("best", Format.Text($"trial {best.Number} of {result.Trials.Count}: validation {result.Metric.Name} {Format.Number(best.Score!.Value, 4)}"));
        if (result.BestReason is { } reason)
        {
            json["bestReason"] = reason;
            terminal.Fact("why this one", reason);
        }

        terminal.Fact("settings", best.Values.Count == 0 ? "the trainer's defaults" : best.Values.ToString());
        terminal.Fact("training", Format.Text($"{Format.Count(result.EpochsTrained, "epoch")} in {result.Duration.TotalSeconds:0.0} s; trials pruned: {result.Trials.Count(trial => trial.State == TrialState.Pruned)}, failed: {result.Trials.Count(trial => trial.State == TrialState.Failed)}"));
        if (!run.CancellationToken.IsCancellationRequested)
        {
            double test = result.Metric.Evaluate(mlContext, result.Model.Transform(task.Test));
            terminal.Fact("test", Format.Text($"{result.Metric.Name} {Format.Number(test, 4)} on rows that no trial saw"));
            json["testScore"] = Format.Json(test);
        }

        terminal.Files("report", report);
        terminal.Files("model", path);
        journal(terminal);
        if (run.CancellationToken.IsCancellationRequested)
        {
            terminal.Fact("to go on", "the same command with --resume");
        }
    }

    private static JsonObject Row(Trial trial, int place) => new()
    {
        ["place"] = place,
        ["trial"] = trial.Number,
        ["state"] = trial.State.ToString(),
        ["score"] = trial.Score,
        ["epochs"] = trial.EpochsTrained,
        ["seconds"] = trial.Duration.TotalSeconds,
        ["values"] = JsonNode.Parse(trial.Values.ToJson()),
        ["reason"] = trial.Reason,
    };
}
