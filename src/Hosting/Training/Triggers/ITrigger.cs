namespace MLNet.GradientTrainers.Hosting;

/// <summary>What queues a job by itself.</summary>
internal interface ITrigger
{
    /// <summary>Looks whether it is time, and queues the job then.</summary>
    /// <returns>When to look again; null for never.</returns>
    TimeSpan? Step();
}
