namespace MLNet.GradientTrainers.Hosting;

/// <summary>
/// A data file whose change queues a job: once it has rested for a while, and when its content is another one than that of the last run. The content that is there when the file is first seen counts as known. The file is
/// looked at again and again, through links, which works on network drives and in containers too.
/// </summary>
/// <param name="Path">The file.</param>
public sealed record WatchedFile(string Path)
{
    /// <summary>How often the file's time and length are looked at, above 0. Default: 5 seconds.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long time and length must stay the same before the content is read, at least 0: a writer that goes on has its time. Default: 10 seconds.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(10);
}
