namespace MLNet.GradientTrainers.Hosting;

/// <summary>A job as it was registered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prepare">Prepares a run.</param>
internal sealed record TrainingJobRegistration(string Name, Func<TrainingContext, CancellationToken, Task<TrainingPlan>> Prepare);
