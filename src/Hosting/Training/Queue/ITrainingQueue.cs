namespace MLNet.GradientTrainers.Hosting;

/// <summary>The runs of training jobs: asks for them, and tells of them. For any number of callers at once.</summary>
public interface ITrainingQueue
{
    /// <summary>The names of the registered jobs.</summary>
    IReadOnlyCollection<string> Jobs { get; }

    /// <summary>Runs that run or wait, in the order in which they were taken on.</summary>
    IReadOnlyList<TrainingRun> Pending { get; }

    /// <summary>The last runs that are over, the newest first; <see cref="GradientTrainingOptions.KeptRuns"/> of them.</summary>
    IReadOnlyList<TrainingRun> Finished { get; }

    /// <summary>Queues a run.</summary>
    /// <param name="job">The job's name.</param>
    /// <param name="request">What to tell the job; null for nothing.</param>
    /// <returns>The run: a new one, or one that waits already and is equal (<see cref="TrainingJobOptions.WhenQueued"/>).</returns>
    /// <exception cref="ArgumentException">There is no such job.</exception>
    /// <exception cref="TrainingRefusedException">The queue is full, an equal run waits and the job refuses another one, any run of the job runs or waits and the request is <see cref="TrainingRequest.OnlyWhenIdle"/>, or the service stops.</exception>
    TrainingRun Enqueue(string job, TrainingRequest? request = null);

    /// <summary>A run of <see cref="Pending"/> or <see cref="Finished"/> by its id; null when there is none.</summary>
    TrainingRun? Find(string id);

    /// <summary>What happens to all runs, as it happens, until the token is cancelled.</summary>
    /// <param name="after">The <see cref="TrainingEvent.Sequence"/> of the last event that is known, to be told those since, as far as they are kept; null for those from now on.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    IAsyncEnumerable<TrainingEvent> ReadEventsAsync(long? after = null, CancellationToken cancellationToken = default);
}
