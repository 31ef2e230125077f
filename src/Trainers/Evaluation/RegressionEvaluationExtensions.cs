using System.Globalization;
using Microsoft.ML.Data;
using MLNet.GradientTrainers;

namespace Microsoft.ML;

/// <summary>Evaluates regressions with several outputs, for which ML.NET has no evaluator.</summary>
public static class RegressionEvaluationExtensions
{
    /// <summary>R², RMSE and MAE of each output of scored rows.</summary>
    /// <param name="catalog">The regression catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">The label: a known-size vector of Single, or a Single.</param>
    /// <param name="scoreColumnName">The score, of the same type.</param>
    /// <param name="exampleWeightColumnName">Example weights, Single, or null for 1 each.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, is of another type, or label and score are of different sizes.</exception>
    /// <exception cref="InvalidOperationException">No row is usable.</exception>
    public static MultiOutputRegressionMetrics EvaluateOutputs(
        this RegressionCatalog catalog, IDataView data, string labelColumnName = DefaultColumns.Label, string scoreColumnName = DefaultColumns.Score, string? exampleWeightColumnName = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        var label = Find(data.Schema, labelColumnName, nameof(labelColumnName));
        var score = Find(data.Schema, scoreColumnName, nameof(scoreColumnName));
        DataViewSchema.Column? weight = exampleWeightColumnName is null ? null : Find(data.Schema, exampleWeightColumnName, nameof(exampleWeightColumnName));
        int outputs = EvaluatedColumns.CheckSizes(label, score, nameof(scoreColumnName));
        if (weight is { Type: VectorDataViewType })
        {
            throw new ArgumentOutOfRangeException(nameof(exampleWeightColumnName), $"The weight '{exampleWeightColumnName}' is {weight.Value.Type}, but it must be a Single.");
        }

        var sums = new Sums(outputs);
        var labels = new float[outputs];
        var scores = new float[outputs];
        var weights = new float[] { 1 };
        using var cursor = data.GetRowCursor(weight is null ? [label, score] : [label, score, weight.Value]);
        var readLabel = Reader(cursor, label);
        var readScore = Reader(cursor, score);
        var readWeight = weight is null ? null : Reader(cursor, weight.Value);
        while (cursor.MoveNext())
        {
            readLabel(labels);
            readScore(scores);
            readWeight?.Invoke(weights);
            sums.Add(labels, scores, weights[0]);
        }

        return sums.Finish(EvaluatedColumns.Names(label, score));
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string parameter) => EvaluatedColumns.Find(
        schema,
        name,
        parameter,
        type => type.Equals(NumberDataViewType.Single) || (type is VectorDataViewType { IsKnownSize: true } vector && vector.ItemType.Equals(NumberDataViewType.Single)),
        "a Single or a known-size vector of Single");

    private static Action<float[]> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType)
        {
            var single = row.GetGetter<float>(column);
            return values => single(ref values[0]);
        }

        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        return values =>
        {
            getter(ref buffer);
            buffer.CopyTo(values);
        };
    }

    /// <summary>What a pass over the rows adds up, for each output; deviations by Welford's update with weights (D. West, 1979), in which nothing cancels.</summary>
    private sealed class Sums(int outputs)
    {
        private readonly double[] _means = new double[outputs];
        private readonly double[] _deviations = new double[outputs];
        private readonly double[] _squares = new double[outputs];
        private readonly double[] _distances = new double[outputs];
        private double _weight;
        private long _rows;
        private long _skipped;

        public void Add(float[] labels, float[] scores, float weight)
        {
            if (!(weight > 0) || !float.IsFinite(weight) || !Array.TrueForAll(labels, float.IsFinite) || !Array.TrueForAll(scores, float.IsFinite))
            {
                _skipped++;
                return;
            }

            _rows++;
            _weight += weight;
            for (int j = 0; j < labels.Length; j++)
            {
                double error = (double)labels[j] - scores[j];
                _squares[j] += weight * error * error;
                _distances[j] += weight * Math.Abs(error);
                double difference = labels[j] - _means[j];
                _means[j] += difference * weight / _weight;
                _deviations[j] += weight * difference * (labels[j] - _means[j]);
            }
        }

        public MultiOutputRegressionMetrics Finish(string[] names) => _rows == 0
            ? throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"There is no row to evaluate{(_skipped > 0 ? $": all {_skipped} have a NaN or infinite label, score or weight, or the weight 0" : "")}."))
            : new(
                [.. names.Select((name, j) => new OutputMetrics(name, _deviations[j] > 0 ? 1 - (_squares[j] / _deviations[j]) : double.NaN, Math.Sqrt(_squares[j] / _weight), _distances[j] / _weight))],
                _rows,
                _skipped);
    }
}
