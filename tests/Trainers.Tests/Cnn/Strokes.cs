using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Cnn;

/// <summary>A small image task that only looks at shapes: strokes along, across or aslant, anywhere in a noisy image of two channels, 8 × 10.</summary>
internal sealed class StrokeRow
{
    public string Direction { get; set; } = "";

    [VectorType(Strokes.Channels, Strokes.Height, Strokes.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

/// <summary>The same as a vector without dimensions.</summary>
internal sealed class FlatStrokeRow
{
    public string Direction { get; set; } = "";

    [VectorType(Strokes.Size)]
    public float[] Features { get; set; } = [];
}

/// <summary>The same with the channels of each pixel side by side.</summary>
internal sealed class InterleavedStrokeRow
{
    public string Direction { get; set; } = "";

    [VectorType(Strokes.Height, Strokes.Width, Strokes.Channels)]
    public float[] Features { get; set; } = [];
}

/// <summary>The same with a question for a label: whether the stroke goes along.</summary>
internal sealed class StrokeAnswerRow
{
    public bool Label { get; set; }

    [VectorType(Strokes.Channels, Strokes.Height, Strokes.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

/// <summary>The same with a number to predict, and with two.</summary>
internal sealed class StrokeNumberRow
{
    public float Label { get; set; }

    [VectorType(2)]
    public float[] Places { get; set; } = [];

    [VectorType(Strokes.Channels, Strokes.Height, Strokes.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

/// <summary>The same with two labels that do not exclude each other.</summary>
internal sealed class StrokeTagRow
{
    [VectorType(2)]
    public bool[] Label { get; set; } = [];

    [VectorType(Strokes.Channels, Strokes.Height, Strokes.Width)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

internal static class Strokes
{
    public const int Channels = 2;
    public const int Height = 8;
    public const int Width = 10;
    public const int Size = Channels * Height * Width;
    public static readonly string[] Classes = ["across", "along", "aslant"];

    public static List<StrokeRow> Rows(int count = 180, int seed = 1)
    {
        var random = new Random(seed);
        var rows = new List<StrokeRow>();
        for (int i = 0; i < count; i++)
        {
            int kind = i % Classes.Length;
            var image = new float[Size];
            for (int j = 0; j < image.Length; j++)
            {
                image[j] = (float)(0.3 * (random.NextDouble() - 0.5));
            }

            int channel = random.Next(Channels);
            int top = random.Next(Height - 4);
            int left = random.Next(Width - 4);
            for (int step = 0; step < 5; step++)
            {
                int row = top + (kind == 1 ? 0 : step);
                int column = left + (kind == 0 ? 0 : step);
                if (row < Height && column < Width)
                {
                    image[(((channel * Height) + row) * Width) + column] += 1;
                }
            }

            rows.Add(new StrokeRow { Direction = Classes[kind], Features = image });
        }

        return rows;
    }

    public static IDataView Load(MLContext context, int count = 180, int seed = 1) => WithKeys(context, context.Data.LoadFromEnumerable(Rows(count, seed)));

    /// <summary>The label is a distance, in a unit of its own: how far down and right the stroke's ink is, in steps of 100.</summary>
    public static IDataView LoadNumbers(MLContext context, int count = 180, int seed = 1) => context.Data.LoadFromEnumerable(NumberRows(count, seed));

    public static List<StrokeNumberRow> NumberRows(int count = 180, int seed = 1) => [.. Rows(count, seed).Select(r =>
    {
        // The places of the pixels that the stroke set.
        int[] ink = [.. Enumerable.Range(0, Size).Where(i => r.Features[i] > 0.5f)];
        float down = (float)ink.Average(i => i / Width % Height);
        float right = (float)ink.Average(i => i % Width);
        return new StrokeNumberRow { Label = 1000 + (100 * down), Places = [1000 + (100 * down), right / 100], Features = r.Features };
    })];

    /// <summary>Two labels: whether the stroke is aslant, and whether it is in the second channel.</summary>
    public static IDataView LoadTags(MLContext context, int count = 180, int seed = 1) => context.Data.LoadFromEnumerable(Rows(count, seed).Select(r => new StrokeTagRow
    {
        Label = [r.Direction == "aslant", r.Features.Skip(Size / 2).Max() > 0.5f],
        Features = r.Features,
    }).ToList());

    public static IDataView LoadAnswers(MLContext context, int count = 180, int seed = 1) =>
        context.Data.LoadFromEnumerable(Rows(count, seed).Select(r => new StrokeAnswerRow { Label = r.Direction == "along", Features = r.Features }));

    public static IDataView LoadFlat(MLContext context, int count = 180, int seed = 1) =>
        WithKeys(context, context.Data.LoadFromEnumerable(Rows(count, seed).Select(r => new FlatStrokeRow { Direction = r.Direction, Features = r.Features })));

    public static IDataView LoadInterleaved(MLContext context, int count = 180, int seed = 1) =>
        WithKeys(context, context.Data.LoadFromEnumerable(Rows(count, seed).Select(r => new InterleavedStrokeRow { Direction = r.Direction, Features = Interleaved(r.Features) })));

    /// <summary>[channels, height, width] as [height, width, channels].</summary>
    public static float[] Interleaved(float[] image) =>
        [.. Enumerable.Range(0, Size).Select(i => image[((i % Channels) * Height * Width) + (i / Channels)])];

    public static IDataView WithKeys(MLContext context, IDataView data) =>
        context.Transforms.Conversion.MapValueToKey("Label", "Direction", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
}
