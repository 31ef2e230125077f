using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Rows of features of any width, dense or sparse, with a number to predict.</summary>
internal static class FeatureRows
{
    public static IDataView Load(IEnumerable<Row> rows) => Load(rows, rows.First().Features.Length);

    public static IDataView Load<T>(IEnumerable<T> rows, int width)
        where T : class
    {
        var schema = SchemaDefinition.Create(typeof(T));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, width);
        return new MLContext(seed: 1).Data.LoadFromEnumerable(rows.ToList(), schema);
    }

    internal sealed class Row
    {
        public float Label { get; set; }

        public float[] Features { get; set; } = [];
    }

    internal sealed class SparseRow
    {
        public float Label { get; set; }

        public VBuffer<float> Features { get; set; }
    }
}
