namespace MLNet.GradientTrainers.Hosting;

/// <summary>What a caller tells the run that it asks for.</summary>
public sealed record TrainingRequest
{
    /// <summary>Who asks or why, for events and logs. Default: <c>asked for by code</c>.</summary>
    public string Reason { get; init; } = "asked for by code";

    /// <summary>The seed of the training; null for that of the job.</summary>
    public int? Seed { get; init; }

    /// <summary>Whatever the job makes of it: <see cref="TrainingContext.Parameters"/>.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>
    /// Whether the run is refused where another one of its job runs or waits, whatever it was asked with. Decided with the queueing: of several callers at once, one is taken on. Default: no.
    /// </summary>
    public bool OnlyWhenIdle { get; init; }

    /// <summary>A copy whose parameters nobody changes: they are read for as long as the run is known.</summary>
    /// <exception cref="ArgumentException">Something is null.</exception>
    internal TrainingRequest Own() => Reason is null ? throw new ArgumentException($"{nameof(Reason)} of the request is null.", nameof(Reason))
        : Parameters is null || Parameters.Any(pair => pair.Value is null) ? throw new ArgumentException($"{nameof(Parameters)} of the request, or one of them, is null.", nameof(Parameters))
        : this with { Parameters = Parameters.ToDictionary() };

    /// <summary>Whether the same is asked for.</summary>
    internal bool Equals(int? seed, IReadOnlyDictionary<string, string> parameters) =>
        Seed == seed && Parameters.Count == parameters.Count && Parameters.All(pair => parameters.TryGetValue(pair.Key, out string? value) && value == pair.Value);
}
