namespace MLNet.GradientTrainers.Sweeps.Cluster;

/// <summary>What the processes of a sweep have in common: the table of those that are alive, the journal, checkpoints and models.</summary>
internal abstract class ClusterBackend : IDisposable
{
    /// <summary>Tries whether it is there, and makes what is missing in it. Of many at once one does.</summary>
    /// <exception cref="IOException">It isn't, or can't be used; the message says what to do.</exception>
    public abstract void Prepare();

    /// <summary>The secret of a sweep's processes, the same for all of them; made by the first that asks.</summary>
    public abstract byte[] Secret(string sweep);

    /// <summary>The journal and files of a sweep.</summary>
    public abstract ISweepStore Store(string sweep);

    /// <summary>Tells workers of a coordinator.</summary>
    public abstract void Publish(string sweep, PublishedSweep published);

    /// <summary>What was published last; null for a sweep that nobody has begun.</summary>
    public abstract PublishedSweep? Published(string sweep);

    /// <summary>Keeps the journal and files of an earlier sweep of a name under another one, in place of what is there.</summary>
    /// <returns>Whether there were any.</returns>
    public abstract bool SetAside(string sweep, string aside);

    /// <summary>Sets where a silo finds the others.</summary>
    public abstract void Configure(ISiloBuilder builder);

    public abstract void Dispose();
}
