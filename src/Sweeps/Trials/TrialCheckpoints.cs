using System.Globalization;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The checkpoints of the trials that a sweep with a journal runs: one for each fold and each of our trainers in a pipeline, in the order in which they are connected. A trial that was broken off goes on from them.
/// </summary>
/// <param name="path">What their paths begin with; null for no checkpoints.</param>
internal sealed class TrialCheckpoints(string? path)
{
    private const string Ending = ".checkpoint";

    /// <summary>The file of a trainer.</summary>
    /// <param name="trial">The trial's number.</param>
    /// <param name="fold">The fold, from 0.</param>
    /// <param name="trainer">Which one of the pipeline, from 1.</param>
    public string? PathOf(int trial, int fold, int trainer) => path is null ? null : $"{Start(trial)}{Number(fold + 1)}.{Number(trainer)}{Ending}";

    /// <summary>Whether there are any of a fold.</summary>
    public bool Exist(int trial, int fold) => Files(trial, $"{Number(fold + 1)}.*").Length > 0;

    /// <summary>Removes those of a trial that is over, or can't go on.</summary>
    public void Remove(int trial) => Array.ForEach(Of(trial), File.Delete);

    /// <summary>The paths of all that there are of a trial.</summary>
    public string[] Of(int trial) => Files(trial, "*");

    /// <summary>Whether a file of a sweep's store is a checkpoint of a trial; its name is what follows the path and a dot.</summary>
    public static bool IsOf(int trial, string file) => file.StartsWith($"trial{Number(trial)}.", StringComparison.Ordinal) && file.EndsWith(Ending, StringComparison.Ordinal);

    private string[] Files(int trial, string which) => path is null ? [] : Directory.GetFiles(Path.GetDirectoryName(Path.GetFullPath(path))!, $"{Path.GetFileName(Start(trial))}{which}{Ending}");

    private string Start(int trial) => $"{path}.trial{Number(trial)}.";

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
