using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace MLNet.GradientTrainers.Hosting;

/// <summary>The queue as it goes over a restart: runs that run or wait, in order.</summary>
internal static class QueueState
{
    public static IReadOnlyList<SavedRun> Read(string? path, ILogger logger) =>
        [.. (StateFile.Read(path, QueueJson.Default.ListSavedRun, logger) ?? []).Where(run => run is { Job.Length: > 0, Reason: not null, Parameters: not null } && IsId(run.Id)).DistinctBy(run => run.Id)];

    public static void Write(string? path, IEnumerable<TrainingRun> runs, ILogger logger) =>
        StateFile.Write(path, [.. runs.Select(run => new SavedRun(run.Id, run.Job, run.Request.Reason, run.Request.Seed, run.Request.Parameters, run.Seed, run.QueuedAt, run.Attempts))], QueueJson.Default.ListSavedRun, logger);

    /// <summary>Ids are parts of the names of files, which are removed with the run.</summary>
    private static bool IsId(string? id) => Guid.TryParseExact(id, "N", out _);
}

/// <summary>A run in the file.</summary>
internal sealed record SavedRun(string Id, string Job, string Reason, int? RequestedSeed, IReadOnlyDictionary<string, string> Parameters, int Seed, DateTimeOffset QueuedAt, int Attempts)
{
    [JsonIgnore]
    public TrainingRequest Request => new() { Reason = Reason, Seed = RequestedSeed, Parameters = Parameters };
}

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(List<SavedRun>))]
internal sealed partial class QueueJson : JsonSerializerContext;
