using Microsoft.ML;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Samples.Sweeping;

/// <summary>What a sweep learns, and how it is scored.</summary>
/// <param name="Name">What is learned from, for the report's title.</param>
/// <param name="Data">The rows in words.</param>
/// <param name="Train">Rows that trials are fitted on.</param>
/// <param name="Validation">Rows that trials are scored and pruned by; null where the sweep takes some of the others for it.</param>
/// <param name="Test">Rows that only the best model sees, at the end.</param>
/// <param name="Transforms">Fixed transforms before the trainer; null for none.</param>
/// <param name="Trainer">The trainer.</param>
internal sealed record SweepTask(string Name, string Data, IDataView Train, IDataView? Validation, IDataView Test, IEstimator<ITransformer>? Transforms, SweepTrainer Trainer)
{
    /// <summary>Runs a sweep on the task's rows.</summary>
    public SweepResult Run(GradientSweep sweep, CancellationToken cancellationToken) =>
        Validation is null ? sweep.Run(Train, cancellationToken) : sweep.Run(Train, Validation, cancellationToken);
}
