using System.Globalization;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>A published model in a <see cref="ModelStore"/>.</summary>
public sealed record ModelVersion
{
    /// <summary>The number, from 1. Later versions have higher numbers, whatever the clock says; a number is used once.</summary>
    public required int Number { get; init; }

    /// <summary>When it was published, by the publisher's clock.</summary>
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>SHA-256 of the file, 64 hexadecimal digits in lower case. It begins with the version that <see cref="IGradientModel{TIn, TOut}.Version"/> tells.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Length of the file in bytes.</summary>
    public required long Length { get; init; }

    /// <summary>The version's own file, a model of ML.NET. It is not to be written; what a service watches is <see cref="ModelStore.CurrentPath"/>.</summary>
    public required string Path { get; init; }

    /// <summary>What the publisher told of it.</summary>
    public ModelVersionDetails Details { get; init; } = new();

    /// <summary>Whether it was the current one when it was read from the store.</summary>
    public bool IsCurrent { get; init; }

    /// <summary>Why it can't be activated, a sentence: its file was damaged after it was published. Null for nothing; of a file that kept its length only <see cref="ModelStore.Activate"/> finds out.</summary>
    public string? Problem { get; init; }

    /// <summary>Its number, when it was published, its metrics, and whether it is current, in a line.</summary>
    public override string ToString()
    {
        string metrics = string.Concat(Details.Metrics.Select(metric => string.Create(CultureInfo.InvariantCulture, $", {metric.Key} {metric.Value:G6}")));
        string state = Problem is { } problem ? $"; {problem}" : IsCurrent ? "; current" : "";
        return string.Create(CultureInfo.InvariantCulture, $"Version {Number} of {PublishedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC{metrics}{state}");
    }
}
