namespace MLNet.GradientTrainers.Hosting;

/// <summary>What a publisher tells of a model, for those who look at the versions later. All of it may be left out.</summary>
public sealed record ModelVersionDetails
{
    /// <summary>Metrics of the model by their names, such as the accuracy on held-out rows. NaN and infinities are kept.</summary>
    public IReadOnlyDictionary<string, double> Metrics { get; init; } = new Dictionary<string, double>();

    /// <summary>The seed of the training; null for unknown.</summary>
    public int? Seed { get; init; }

    /// <summary>The settings of the training in a line, for example <c>MlpTrainer, 64 hidden units, Adam</c>; null for none.</summary>
    public string? Settings { get; init; }

    /// <summary>Anything else; null for nothing.</summary>
    public string? Notes { get; init; }

    /// <summary>The training run that made the model; null for none. A run that is repeated after a crash finds by it that its model is published already.</summary>
    public string? RunId { get; init; }
}
