using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Reads the files of tests/golden. The scripts that write them leave out settings that have their defaults, which no model file may do.</summary>
internal static class GoldenFile
{
    private static readonly JsonSerializerOptions s_options = new(DescriptionJson.Options) { RespectNullableAnnotations = false, TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    public static T Read<T>(string name) => JsonSerializer.Deserialize<T>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "golden", name)), s_options)!;
}
