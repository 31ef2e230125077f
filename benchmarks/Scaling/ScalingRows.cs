using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Rows made as they are read, so that the memory of a fit is not that of a list of them.</summary>
internal static class ScalingRows
{
    public static IDataView Load(MLContext context, int rows, int features)
    {
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        return context.Data.LoadFromEnumerable(Make(rows, features), schema);
    }

    // Each row is read before the next one is made, so that they share their array.
    private static IEnumerable<Row> Make(int rows, int features)
    {
        var row = new Row { Features = new float[features] };
        for (int i = 0; i < rows; i++)
        {
            // A cheap generator: a congruence of Numerical Recipes, its upper bits in [−1, 1).
            uint state = (uint)i + 1;
            for (int j = 0; j < features; j++)
            {
                state = (state * 1664525) + 1013904223;
                row.Features[j] = ((state >> 8) * (2f / (1 << 24))) - 1;
            }

            row.Label = row.Features[0] - row.Features[^1];
            yield return row;
        }
    }

    private sealed class Row
    {
        public float Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
