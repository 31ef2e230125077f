using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A table of data/real: the target first, then the features. Every fourth row is for testing.</summary>
internal static class RealTable
{
    /// <param name="context">Where the rows are loaded.</param>
    /// <param name="name">The file's name without its ending.</param>
    /// <param name="isClass">Whether the target becomes a key.</param>
    /// <param name="change">What is done to the features of each row.</param>
    public static (IDataView Training, IDataView Test) Load(MLContext context, string name, bool isClass, Func<float[], float[]>? change = null)
    {
        float[][] rows = [.. File.ReadLines(Path.Combine(Repository.Root, "data", "real", name + ".csv")).Select(line => Array.ConvertAll(line.Split(','), text => float.Parse(text, CultureInfo.InvariantCulture)))];
        var schema = SchemaDefinition.Create(typeof(Row));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, rows[0].Length - 1);
        IDataView View(Func<int, bool> wanted) => context.Data.LoadFromEnumerable(rows.Where((_, i) => wanted(i)).Select(row => new Row { Label = row[0], Features = change?.Invoke(row[1..]) ?? row[1..] }).ToArray(), schema);
        var (training, test) = (View(i => i % 4 != 3), View(i => i % 4 == 3));
        if (!isClass)
        {
            return (training, test);
        }

        var keys = context.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(training);
        return (keys.Transform(training), keys.Transform(test));
    }

    private sealed class Row
    {
        public float Label { get; set; }

        public float[] Features { get; set; } = [];
    }
}
