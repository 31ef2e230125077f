using System.Globalization;
using Microsoft.ML.Data;
using MLNet.GradientTrainers;

namespace Microsoft.ML;

/// <summary>Evaluates classifiers of several labels, for which ML.NET has no evaluator.</summary>
public static class MultiLabelEvaluationExtensions
{
    /// <summary>Precision, recall, F1 and average precision of each label of scored rows, and what they come to together. A label is told where its score is above 0.5.</summary>
    /// <param name="catalog">The binary catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">The label: a known-size vector of Boolean, or of Single, above 0.5 for yes.</param>
    /// <param name="scoreColumnName">The probabilities, a vector of Single of the same size.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing, is of another type, or label and score are of different sizes.</exception>
    /// <exception cref="InvalidOperationException">No row is usable.</exception>
    public static MultiLabelMetrics EvaluateLabels(this BinaryClassificationCatalog catalog, IDataView data, string labelColumnName = DefaultColumns.Label, string scoreColumnName = DefaultColumns.Score)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
        var label = Find(data.Schema, labelColumnName, nameof(labelColumnName), booleans: true);
        var score = Find(data.Schema, scoreColumnName, nameof(scoreColumnName), booleans: false);
        EvaluatedColumns.CheckSizes(label, score, nameof(scoreColumnName));
        List<(float[] Scores, bool[] Answers)> rows = [];
        long skipped = 0;
        using var cursor = data.GetRowCursor([label, score]);
        var readAnswers = Reader(cursor, label);
        var getter = cursor.GetGetter<VBuffer<float>>(score);
        VBuffer<float> buffer = default;
        while (cursor.MoveNext())
        {
            getter(ref buffer);
            float[] scores = [.. buffer.DenseValues()];
            if (readAnswers() is { } answers && Array.TrueForAll(scores, float.IsFinite))
            {
                rows.Add((scores, answers));
            }
            else
            {
                skipped++;
            }
        }

        if (rows.Count == 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"There is no row to evaluate{(skipped > 0 ? $": all {skipped} have a NaN or infinite label or score" : "")}."));
        }

        return Measure(rows, EvaluatedColumns.Names(label, score), skipped);
    }

    private static MultiLabelMetrics Measure(List<(float[] Scores, bool[] Answers)> rows, string[] names, long skipped)
    {
        (double hits, double told, double all, double wrong) = (0, 0, 0, 0);
        var labels = new List<LabelMetrics>();
        for (int j = 0; j < names.Length; j++)
        {
            double own = rows.Count(row => row.Answers[j]);
            double said = rows.Count(row => IsTold(row.Scores[j]));
            double right = rows.Count(row => row.Answers[j] && IsTold(row.Scores[j]));
            labels.Add(new(names[j], own, said == 0 ? 0 : right / said, own == 0 ? 0 : right / own, AveragePrecision(rows, j, own)));
            (hits, told, all, wrong) = (hits + right, told + said, all + own, wrong + own + said - (2 * right));
        }

        double exact = rows.Count(row => row.Answers.Zip(row.Scores, (answer, score) => answer == IsTold(score)).All(same => same));
        return new(labels, told + all == 0 ? 0 : 2 * hits / (told + all), wrong / ((double)rows.Count * names.Length), exact / rows.Count, rows.Count, skipped);
    }

    private static bool IsTold(float score) => score > 0.5f;

    /// <summary>Σ (recallₙ − recallₙ₋₁) · precisionₙ over the different scores, from the largest.</summary>
    private static double AveragePrecision(List<(float[] Scores, bool[] Answers)> rows, int label, double own)
    {
        if (own == 0)
        {
            return double.NaN;
        }

        (double sum, double hits, double seen) = (0, 0, 0);
        foreach (var equal in rows.GroupBy(row => row.Scores[label]).OrderByDescending(group => group.Key))
        {
            double right = equal.Count(row => row.Answers[label]);
            hits += right;
            seen += equal.Count();
            sum += right / own * hits / seen;
        }

        return sum;
    }

    private static Func<bool[]?> Reader(DataViewRow row, DataViewSchema.Column column)
    {
        if (((VectorDataViewType)column.Type).ItemType is BooleanDataViewType)
        {
            var booleans = row.GetGetter<VBuffer<bool>>(column);
            VBuffer<bool> answers = default;
            return () =>
            {
                booleans(ref answers);
                return [.. answers.DenseValues()];
            };
        }

        var numbers = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> buffer = default;
        return () =>
        {
            numbers(ref buffer);
            float[] values = [.. buffer.DenseValues()];
            return Array.TrueForAll(values, float.IsFinite) ? Array.ConvertAll(values, value => value > 0.5f) : null;
        };
    }

    private static DataViewSchema.Column Find(DataViewSchema schema, string name, string parameter, bool booleans) => EvaluatedColumns.Find(
        schema,
        name,
        parameter,
        type => type is VectorDataViewType { IsKnownSize: true } vector && (vector.ItemType.Equals(NumberDataViewType.Single) || (booleans && vector.ItemType is BooleanDataViewType)),
        booleans ? "a known-size vector of Single or Boolean" : "a known-size vector of Single");
}
