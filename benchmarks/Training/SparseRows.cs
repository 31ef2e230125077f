using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Rows such as FeaturizeText makes of texts: 100,000 slots, of which some 60 are not 0, a few of them in nearly every row and most in hardly any (Zipf's law).</summary>
internal static class SparseRows
{
    public const int Count = 5000;
    private const int Width = 100_000;
    private const int Values = 80;
    private static readonly string[] s_classes = ["sea", "wood", "town"];

    /// <summary>The type of the feature column.</summary>
    public static SchemaDefinition Schema()
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, Width);
        return schema;
    }

    public static List<Row> Make()
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, Count).Select(i => Make(random, i % s_classes.Length))];
    }

    /// <summary>The rows with the key column Label.</summary>
    public static IDataView Load(MLContext context, IEnumerable<Row> rows)
    {
        var data = context.Data.LoadFromEnumerable(rows, Schema());
        return context.Data.Cache(context.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Name)).Fit(data).Transform(data));
    }

    private static Row Make(Random random, int kind)
    {
        // A tenth of the words tell the class.
        int[] columns = [.. Enumerable.Range(0, Values).Select(j => j % 10 == 0 ? (kind * 1000) + random.Next(1000) : (int)Math.Pow(Width, random.NextDouble())).Distinct().Order()];
        float length = 1 / MathF.Sqrt(columns.Length);
        return new Row { Name = s_classes[kind], Features = new VBuffer<float>(Width, columns.Length, [.. columns.Select(_ => length)], columns) };
    }

    internal sealed class Row
    {
        public string Name { get; set; } = "";

        public VBuffer<float> Features { get; set; }
    }

    internal sealed class Scores
    {
        public float[] Score { get; set; } = [];
    }
}
