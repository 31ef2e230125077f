namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>What a coordinator tells workers in the database, which they read before they know it.</summary>
/// <param name="Settings">What its program has to say to theirs.</param>
/// <param name="Version">Its <see cref="LibraryVersion"/>.</param>
/// <param name="IsOver">Whether there is nothing to do for them.</param>
internal readonly record struct PublishedSweep(string Settings, string Version, bool IsOver)
{
    /// <summary>Whether a worker of this version has something to do.</summary>
    /// <exception cref="InvalidDataException">The coordinator is of another version: what it would tell the worker, or the worker it, might not be understood.</exception>
    public bool IsToBeJoined()
    {
        if (!IsOver && LibraryVersion.Refusal(LibraryVersion.Own, Version) is { } reason)
        {
            throw Refused(reason);
        }

        return !IsOver;
    }

    /// <summary>The error of a worker that can't be one.</summary>
    public static InvalidDataException Refused(string? reason) => new($"The coordinator refuses this worker: {reason}");
}
