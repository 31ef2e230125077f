using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Samples.Tabular;

namespace MLNet.GradientTrainers.Samples.Regression;

/// <summary>A row as the trainers want it.</summary>
internal sealed class RegressionRow
{
    /// <summary>The features; their number is set where the rows become a data view.</summary>
    public float[] Features { get; set; } = [];

    /// <summary>The number to predict.</summary>
    public float Label { get; set; }
}

/// <summary>What a model says of a row.</summary>
internal sealed class RegressionScore
{
    /// <summary>The prediction.</summary>
    public float Score { get; set; }
}

/// <summary>Tables as data views.</summary>
internal static class RegressionRows
{
    /// <summary>The rows of a table.</summary>
    public static IDataView Load(this MLContext mlContext, RegressionTable table) => mlContext.Load(table.Features, table.Labels);

    /// <summary>Rows of features; their labels are 0 where none are given.</summary>
    public static IDataView Load(this MLContext mlContext, IReadOnlyList<double[]> features, IReadOnlyList<double>? labels = null)
    {
        var schema = SchemaDefinition.Create(typeof(RegressionRow));
        schema[nameof(RegressionRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features[0].Length);
        return mlContext.Data.LoadFromEnumerable(
            features.Select((row, i) => new RegressionRow { Features = [.. row.Select(x => (float)x)], Label = labels is null ? 0 : (float)labels[i] }).ToArray(), schema);
    }

    /// <summary>The predictions for rows of features.</summary>
    public static double[] Predict(this MLContext mlContext, ITransformer model, IReadOnlyList<double[]> features) =>
        [.. mlContext.Data.CreateEnumerable<RegressionScore>(model.Transform(mlContext.Load(features)), reuseRowObject: true).Select(row => (double)row.Score)];
}
