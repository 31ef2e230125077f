namespace MLNet.GradientTrainers.Hosting;

/// <summary>Why a source has no model that can be served.</summary>
/// <param name="problem">A sentence.</param>
/// <param name="key">The content that has the problem: the same one is not told again.</param>
/// <param name="isMissing">Whether there is nothing at all.</param>
internal sealed class ModelSourceException(string problem, string? key, bool isMissing = false) : Exception(problem)
{
    /// <summary>The key of there being nothing.</summary>
    public const string MissingKey = "missing";

    public string? Key { get; } = key;

    public bool IsMissing { get; } = isMissing;
}
