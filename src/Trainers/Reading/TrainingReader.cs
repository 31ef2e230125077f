using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Reads the rows of a trainer, once, skipping what can't be used.</summary>
internal static class TrainingReader
{
    /// <summary>Reads all usable rows.</summary>
    /// <param name="roles">The columns, checked.</param>
    /// <param name="data">The rows.</param>
    /// <param name="label">Makes the reader of labels, for the cursor and the label column.</param>
    /// <param name="purpose">For messages: training or validation.</param>
    /// <param name="channel">Where the count of skipped rows is warned about.</param>
    /// <param name="cancellation">Looked at before every row, and after the last one.</param>
    /// <param name="watch">Looks at the features.</param>
    /// <param name="adviseScaling">Whether to warn of training features that look unnormalised: not for a trainer that scales them itself.</param>
    /// <param name="spill">Where rows go that are too many for memory; null for all in memory.</param>
    /// <param name="keptOf">Bytes that are kept of a row, of those of its label and whether it has a weight.</param>
    /// <exception cref="InvalidOperationException">No row is usable.</exception>
    /// <exception cref="OperationCanceledException">The fit is cancelled.</exception>
    public static TrainingData Read(
        TrainingRoles roles,
        IDataView data,
        Func<DataViewRow, DataViewSchema.Column, LabelRows> label,
        string purpose,
        IChannel channel,
        FitCancellation cancellation,
        FeatureWatch watch,
        bool adviseScaling,
        RowSpill? spill,
        Func<int, bool, int> keptOf)
    {
        var schema = data.Schema;
        int width = ((VectorDataViewType)schema[roles.Features].Type).Size;
        var features = new FeatureSink(roles, data, spill, channel, cancellation);
        watch.Begin(width);
        var weights = roles.Weight is null ? null : new List<float>();
        long row = 0;

        var needed = new List<DataViewSchema.Column> { schema[roles.Features], schema[roles.Label] };
        if (roles.Weight is not null)
        {
            needed.Add(schema[roles.Weight]);
        }

        using var cursor = data.GetRowCursor(needed);
        var featureGetter = FeatureColumn.Getter(cursor, schema[roles.Features]);
        features.Begin(cursor);
        var labels = label(cursor, schema[roles.Label]);
        int bytesOfRow = keptOf(labels.BytesOfRow, weights is not null) + (features.KeepsNumbers ? sizeof(int) : 0);
        var skipped = new SkippedRows(roles, labels);
        var weightGetter = roles.Weight is null ? null : cursor.GetGetter<float>(schema[roles.Weight]);
        VBuffer<float> vector = default;
        float weight = 1;
        for (; Next(cursor, cancellation); row++)
        {
            features.Meet(row);
            if (!labels.Read())
            {
                skipped.Labels++;
                continue;
            }

            weightGetter?.Invoke(ref weight);
            if (!float.IsFinite(weight))
            {
                skipped.Weights++;
                continue;
            }

            if (weight < 0)
            {
                throw new ArgumentOutOfRangeException(
                    "input", string.Create(CultureInfo.InvariantCulture, $"{roles.Trainer}: {purpose} row {row} (counted from 0) has the weight {weight} in column '{roles.Weight}', but weights must be at least 0."));
            }

            featureGetter(ref vector);
            if (vector.Length != width)
            {
                throw new InvalidOperationException(
                    $"{roles.Trainer}: {purpose} row {row} (counted from 0) has {vector.Length} values in '{roles.Features}', but the column promises {width}. Give every row the same number of values.");
            }

            if (!FeatureRowsBuilder.IsFinite(vector.GetValues()))
            {
                skipped.Features++;
                continue;
            }

            if (labels.Refusal is { } refusal)
            {
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"{roles.Trainer}: {purpose} row {row} (counted from 0) {refusal}"));
            }

            spill?.Count(1, bytesOfRow);
            features.Add(row, vector);
            watch.Add(vector);
            labels.Keep();
            weights?.Add(weight);
        }

        if (skipped.Count == row)
        {
            throw new InvalidOperationException(
                row == 0
                    ? $"{roles.Trainer}: the {purpose} data has no rows."
                    : string.Create(CultureInfo.InvariantCulture, $"{roles.Trainer}: none of the {row:N0} {purpose} rows is usable: {skipped}. {skipped.Mend}"));
        }

        if (skipped.Count > 0)
        {
            channel.Warning(MessageSensitivity.None, string.Create(CultureInfo.InvariantCulture, $"{skipped.Count:N0} of {row:N0} {purpose} rows are skipped: {skipped}."));
        }

        if (weights is not null && weights.TrueForAll(w => w == 0))
        {
            throw new InvalidOperationException($"{roles.Trainer}: all weights in column '{roles.Weight}' of the {purpose} data are 0, so that no row counts.");
        }

        var rows = new TrainingData(features.Build(row), labels.Build(), weights?.ToArray());
        watch.End(rows.Features);
        if (watch.Advice(adviseScaling) is { } advice)
        {
            channel.Warning(MessageSensitivity.None, advice);
        }

        return rows;
    }

    private static bool Next(DataViewRowCursor cursor, FitCancellation cancellation)
    {
        cancellation.ThrowIfCancelled();
        if (cursor.MoveNext())
        {
            return true;
        }

        cancellation.ThrowIfCancelled();
        return false;
    }
}
