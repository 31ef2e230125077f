namespace MLNet.GradientTrainers.Hosting;

/// <summary>How a model is loaded and served. Named options: the name is the model's.</summary>
public sealed class GradientModelOptions
{
    /// <summary>Default of <see cref="PollInterval"/>.</summary>
    public static readonly TimeSpan DefaultPollInterval = TimeSpan.FromSeconds(10);

    /// <summary>The most predictions that are computed at a time, at least 1; null, the default, for one on each processor. Each has an engine with its buffers; further callers wait.</summary>
    public int? MaxEngines { get; set; }

    /// <summary>
    /// How often a watched file is looked at where the system tells of no change: on network drives, behind links, or while a folder is replaced. At least 10 ms; default 10 s. A change that the
    /// system tells is seen within a tenth of a second, once the file is quiet.
    /// </summary>
    public TimeSpan PollInterval { get; set; } = DefaultPollInterval;

    /// <summary>
    /// Whether the service starts without a model where its file is missing; predictions throw <see cref="GradientModelNotLoadedException"/> until it is there. Default false: the start fails.
    /// A file that is there and can't be loaded always fails it.
    /// </summary>
    public bool WaitForFile { get; set; }

    /// <summary>Whether members of the output that the model has no column for are left alone. Default false: such a model is refused. Members that are no columns are marked <c>[NoColumn]</c>.</summary>
    public bool IgnoreMissingColumns { get; set; }

    /// <summary>Whether a model predicts for a row before it is taken: the examples that were given, or a row of zeros and empty texts. Default true.</summary>
    public bool Probe { get; set; } = true;

    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    internal void Check(string name)
    {
        if (MaxEngines is < 1)
        {
            throw new ArgumentException($"The model '{name}' wants {nameof(MaxEngines)} of at least 1, not {MaxEngines}.");
        }

        if (PollInterval < TimeSpan.FromMilliseconds(10) || PollInterval > TimeSpan.FromDays(1))
        {
            throw new ArgumentException($"The model '{name}' wants a {nameof(PollInterval)} from 10 ms to a day, not {PollInterval}.");
        }
    }
}
