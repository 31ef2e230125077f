using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.MultiLabel;

/// <summary>A small task of three labels that do not exclude each other: in which halves of the square a point lies, and whether it is near its middle.</summary>
internal sealed class TagRow
{
    [VectorType(Tags.Count)]
    public bool[] Label { get; set; } = [];

    [VectorType(Tags.Count)]
    public float[] Numbers { get; set; } = [];

    [VectorType(Tags.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

internal static class Tags
{
    public const int Count = 3;
    public const int Width = 3;

    public static List<TagRow> Rows(int count = 240, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [.. Enumerable.Range(0, Width).Select(_ => (2 * random.NextSingle()) - 1)];
            bool[] label = [x[0] > 0, x[1] > 0.3f, (x[0] * x[0]) + (x[1] * x[1]) < 0.4f];
            return new TagRow { Label = label, Numbers = Array.ConvertAll(label, yes => yes ? 1f : 0f), Features = x };
        })];
    }

    public static IDataView Load(MLContext context, int count = 240, int seed = 1) => context.Data.LoadFromEnumerable(Rows(count, seed));
}
