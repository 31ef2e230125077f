using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Rows of a known polynomial.</summary>
internal sealed class PolynomialRow
{
    public float Label { get; set; }

    [VectorType(1)]
    public float[] Features { get; set; } = [];

    public float Weight { get; set; } = 1;
}

internal static class PolynomialCase
{
    /// <summary>Rows in which the features have the given number of values.</summary>
    public static IDataView Load(MLContext context, IEnumerable<PolynomialRow> rows)
    {
        var list = rows.ToList();
        var definition = SchemaDefinition.Create(typeof(PolynomialRow));
        definition["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, list[0].Features.Length);
        return context.Data.LoadFromEnumerable(list, definition);
    }

    /// <summary>Rows of a function, the label computed in double and then rounded.</summary>
    public static List<PolynomialRow> Rows(IEnumerable<double[]> points, Func<double[], double> function) =>
        [.. points.Select(x => Array.ConvertAll(x, v => (float)v)).Select(x => new PolynomialRow { Features = x, Label = (float)function(Array.ConvertAll(x, v => (double)v)) })];

    /// <summary>Random points of a box.</summary>
    public static IEnumerable<double[]> Points(int count, int width, double low = -1, double high = 1, int seed = 1)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            yield return [.. Enumerable.Range(0, width).Select(_ => low + ((high - low) * random.NextDouble()))];
        }
    }

    /// <summary>Least squares without any penalty, unless changed.</summary>
    public static PolynomialTransformer Fit(MLContext context, IEnumerable<PolynomialRow> rows, int degree, Action<PolynomialTrainer.Options>? change = null)
    {
        var options = new PolynomialTrainer.Options { Degree = degree, Ridge = 0, Seed = 1 };
        change?.Invoke(options);
        return new PolynomialTrainer(context, options).Fit(Load(context, rows));
    }
}
