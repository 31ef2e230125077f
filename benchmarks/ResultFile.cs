using System.Text;
using System.Text.Json;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>What <c>--json</c> writes: a list, one object for each result.</summary>
internal static class ResultFile
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static void Write<T>(string path, IReadOnlyList<T> results) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToJson(results))));

    public static string ToJson<T>(IReadOnlyList<T> results) => JsonSerializer.Serialize(results, Json);
}
