using System.Globalization;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The checkpoints of the trials that a sweep with a journal runs, beside it: one for each fold and each of our trainers in a pipeline, in the order in which they are connected. A trial that was broken off goes on from them.
/// </summary>
/// <param name="journal">The journal's path; null for none, and no checkpoints.</param>
internal sealed class TrialCheckpoints(string? journal)
{
    private const string Ending = ".checkpoint";

    /// <summary>The file of a trainer.</summary>
    /// <param name="trial">The trial's number.</param>
    /// <param name="fold">The fold, from 0.</param>
    /// <param name="trainer">Which one of the pipeline, from 1.</param>
    public string? PathOf(int trial, int fold, int trainer) => journal is null ? null : $"{Start(trial)}{Number(fold + 1)}.{Number(trainer)}{Ending}";

    /// <summary>Whether there are any of a fold.</summary>
    public bool Exist(int trial, int fold) => Files(trial, $"{Number(fold + 1)}.*").Length > 0;

    /// <summary>Removes those of a trial that is over, or can't go on.</summary>
    public void Remove(int trial) => Array.ForEach(Files(trial, "*"), File.Delete);

    private string[] Files(int trial, string which) => journal is null ? [] : Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(journal))!, $"{Path.GetFileName(Start(trial))}{which}{Ending}");

    private string Start(int trial) => $"{journal}.trial{Number(trial)}.";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
