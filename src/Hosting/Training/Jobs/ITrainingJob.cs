namespace MLNet.GradientTrainers.Hosting;

/// <summary>A training that a service runs again and again: gives the data and the pipeline of a run. Made anew for each run, with services of a scope of its own.</summary>
public interface ITrainingJob
{
    /// <summary>Prepares a run.</summary>
    /// <param name="context">The run: its <c>MLContext</c>, its seed, and <see cref="TrainingContext.Connect"/>, through which the options of trainers go.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <returns>What to fit on what.</returns>
    Task<TrainingPlan> PrepareAsync(TrainingContext context, CancellationToken cancellationToken);
}
