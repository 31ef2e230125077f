using System.Globalization;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>The checkpoints of a run: one file for each trainer, in the order in which they ask.</summary>
/// <param name="folder">Where they lie; null for none.</param>
/// <param name="run">The run's id.</param>
/// <param name="interval">How often they are written.</param>
internal sealed class CheckpointFiles(string? folder, string run, TimeSpan interval)
{
    private int _count;

    /// <summary>The path for another trainer; null for none.</summary>
    public string? Next() => folder is null ? null : Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{run}.{++_count}.checkpoint"));

    /// <summary>Has a trainer of ours keep its checkpoint here, unless it keeps one elsewhere.</summary>
    public void Connect(ITrainerInput options)
    {
        if (options.CheckpointPath is null && Next() is { } path)
        {
            options.CheckpointPath = path;
            options.CheckpointEverySeconds = interval.TotalSeconds;
        }
    }

    /// <summary>Whether an earlier start of the run has left any.</summary>
    public bool Exist() => Files().Length > 0;

    public void Remove()
    {
        foreach (string file in Files())
        {
            Tolerant.Try(() => File.Delete(file));
        }
    }

    /// <summary>Removes the checkpoints of all runs but those that go on.</summary>
    public static void RemoveOthers(string folder, IEnumerable<string> runs)
    {
        HashSet<string> kept = [.. runs];
        foreach (string file in Directory.EnumerateFiles(folder, "*.checkpoint"))
        {
            if (!kept.Contains(Path.GetFileName(file).Split('.')[0]))
            {
                Tolerant.Try(() => File.Delete(file));
            }
        }
    }

    /// <summary>The run's files; none where somebody has removed the folder.</summary>
    private string[] Files()
    {
        string[] files = [];
        Tolerant.Try(() => files = folder is null ? [] : Directory.GetFiles(folder, run + ".*"));
        return files;
    }
}
