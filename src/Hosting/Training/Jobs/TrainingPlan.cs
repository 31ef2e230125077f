using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What a run fits on what.</summary>
/// <param name="Data">The rows. Where <see cref="HeldOut"/> is null, a part of them is held out, the same part in every run as long as rows keep their places: see <see cref="TrainingJobOptions.HeldOutFraction"/>.</param>
/// <param name="Pipeline">The pipeline, with transforms before the trainer that take the rows as they come from <paramref name="Data"/>.</param>
public sealed record TrainingPlan(IDataView Data, IEstimator<ITransformer> Pipeline)
{
    /// <summary>Rows that the new model and the current one are evaluated on, with the same columns as <see cref="Data"/> and none of its rows; null to hold out a part of them.</summary>
    public IDataView? HeldOut { get; init; }

    /// <summary>A column whose equal values stay on one side of the split, such as a customer's number; null for none.</summary>
    public string? SamplingKeyColumnName { get; init; }

    /// <summary>The settings in a line, for the list of versions; null for those that went through <see cref="TrainingContext.Connect"/>.</summary>
    public string? Settings { get; init; }

    /// <summary>Anything else for the list of versions; null for nothing.</summary>
    public string? Notes { get; init; }
}
