using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>What lies beside a version's file, as JSON.</summary>
internal sealed record VersionManifest
{
    public int Version { get; init; }

    public DateTimeOffset PublishedAt { get; init; }

    public string Sha256 { get; init; } = "";

    public long Length { get; init; }

    public ModelVersionDetails Details { get; init; } = new();

    /// <summary>Reads a manifest; null for a file that is none, or is another version's.</summary>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static VersionManifest? Read(string path, int number)
    {
        try
        {
            using var file = SharedFile.Open(path);
            var manifest = JsonSerializer.Deserialize(file, StoreJson.Default.VersionManifest);
            return manifest is { Sha256.Length: 64, Length: > 0, Details.Metrics: not null } && manifest.Version == number ? manifest : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, StoreJson.Default.VersionManifest));
}

/// <summary>Which version was activated last: tells versions of equal content apart, and what to restore where the current file is lost.</summary>
internal sealed record ActivatedVersion(int Version)
{
    /// <summary>Reads the note; null where there is none, or it can't be read, or makes no sense.</summary>
    public static ActivatedVersion? Read(string path)
    {
        try
        {
            using var file = SharedFile.Open(path);
            return JsonSerializer.Deserialize(file, StoreJson.Default.ActivatedVersion) is { Version: > 0 and <= StoreFolder.HighestNumber } note ? note : null;
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string path) => AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, this, StoreJson.Default.ActivatedVersion));
}

[JsonSourceGenerationOptions(
    WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(VersionManifest))]
[JsonSerializable(typeof(ActivatedVersion))]
internal sealed partial class StoreJson : JsonSerializerContext;
