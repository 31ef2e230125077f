using Microsoft.ML;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A new model beside the current one.</summary>
public sealed record PublishingComparison
{
    /// <summary>The metrics of the new model over the held-out rows, by name.</summary>
    public required IReadOnlyDictionary<string, double> Candidate { get; init; }

    /// <summary>The same of the current model; null where there is none, or it can't be compared.</summary>
    public IReadOnlyDictionary<string, double>? Current { get; init; }

    /// <summary>The current version; null for none.</summary>
    public ModelVersion? CurrentVersion { get; init; }

    /// <summary>Why the current model can't be compared, a sentence; null for nothing.</summary>
    public string? CurrentProblem { get; init; }

    /// <summary>The context of the run.</summary>
    public required MLContext MLContext { get; init; }

    /// <summary>The held-out rows.</summary>
    public required IDataView HeldOut { get; init; }

    /// <summary>The new model.</summary>
    public required ITransformer CandidateModel { get; init; }

    /// <summary>The current model; null where there is none, or it can't be loaded.</summary>
    public ITransformer? CurrentModel { get; init; }
}

/// <summary>What a <see cref="PublishingRule"/> has decided.</summary>
/// <param name="IsPublished">Whether the new model becomes the current one.</param>
/// <param name="Reason">Why, for events, logs and people.</param>
public sealed record PublishingDecision(bool IsPublished, string Reason)
{
    /// <summary>The new model becomes the current one.</summary>
    public static PublishingDecision Publish(string reason) => new(true, reason);

    /// <summary>The current model stays.</summary>
    public static PublishingDecision Reject(string reason) => new(false, reason);
}
