using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Reads the rows of a multiclass trainer into memory, once, skipping what can't be used.</summary>
internal static class MulticlassReader
{
    /// <summary>More classes than this are a key column without a real range, not a classification.</summary>
    private const ulong MaxClasses = 1_000_000;

    private const int CancellationInterval = 1024;

    /// <summary>The feature vector's type and the classes, from a schema that <see cref="TrainingRoles"/> has checked.</summary>
    public static (VectorDataViewType Features, ClassLabels Classes) Describe(TrainingRoles roles, DataViewSchema schema)
    {
        var key = (KeyDataViewType)schema[roles.Label].Type;
        if (key.Count is < 2 or > MaxClasses)
        {
            string problem = key.Count < 2 ? "a classifier needs at least 2" : $"more than {MaxClasses:N0} is surely not meant";
            throw new ArgumentOutOfRangeException(
                "inputSchema",
                string.Create(CultureInfo.InvariantCulture, $"{roles.Trainer}: the label column '{roles.Label}' has {key.Count} classes, but {problem}. Map the classes to keys with mlContext.Transforms.Conversion.MapValueToKey(\"{roles.Label}\")."));
        }

        return ((VectorDataViewType)schema[roles.Features].Type, ClassLabels.From(schema[roles.Label]));
    }

    /// <summary>Reads all usable rows.</summary>
    /// <param name="roles">The columns.</param>
    /// <param name="data">The rows.</param>
    /// <param name="purpose">For messages: training or validation.</param>
    /// <param name="channel">Where the count of skipped rows is warned about.</param>
    /// <param name="token">Cancels the reading.</param>
    /// <exception cref="InvalidOperationException">No row is usable.</exception>
    public static TrainingData Read(TrainingRoles roles, IDataView data, string purpose, IChannel channel, CancellationToken token)
    {
        var schema = data.Schema;
        var (type, classes) = Describe(roles, schema);
        int width = type.Size;
        var features = new FeatureRowsBuilder(width);
        var scale = new FeatureScale(width);
        var labels = new List<int>();
        var weights = roles.Weight is null ? null : new List<float>();
        long badFeatures = 0;
        long missingLabels = 0;
        long badWeights = 0;
        long row = 0;

        var needed = new List<DataViewSchema.Column> { schema[roles.Features], schema[roles.Label] };
        if (roles.Weight is not null)
        {
            needed.Add(schema[roles.Weight]);
        }

        using (var cursor = data.GetRowCursor(needed))
        {
            var featureGetter = cursor.GetGetter<VBuffer<float>>(schema[roles.Features]);
            var labelGetter = KeyGetter.Create(cursor, schema[roles.Label]);
            var weightGetter = roles.Weight is null ? null : cursor.GetGetter<float>(schema[roles.Weight]);
            VBuffer<float> vector = default;
            ulong label = 0;
            float weight = 1;
            for (; cursor.MoveNext(); row++)
            {
                if (row % CancellationInterval == 0)
                {
                    token.ThrowIfCancellationRequested();
                }

                labelGetter(ref label);
                if (label == 0 || label > (ulong)classes.Count)
                {
                    missingLabels++;
                    continue;
                }

                weightGetter?.Invoke(ref weight);
                if (!float.IsFinite(weight))
                {
                    badWeights++;
                    continue;
                }

                if (weight < 0)
                {
                    throw new ArgumentOutOfRangeException(
                        "input", string.Create(CultureInfo.InvariantCulture, $"{roles.Trainer}: {purpose} row {row} has the weight {weight} in column '{roles.Weight}', but weights must be at least 0."));
                }

                featureGetter(ref vector);
                if (!FeatureRowsBuilder.IsFinite(vector.GetValues()))
                {
                    badFeatures++;
                    continue;
                }

                features.Add(vector);
                scale.Add(vector);
                labels.Add((int)(label - 1));
                weights?.Add(weight);
            }
        }

        if (labels.Count == 0)
        {
            throw new InvalidOperationException(
                row == 0
                    ? $"{roles.Trainer}: the {purpose} data has no rows."
                    : $"{roles.Trainer}: none of the {row:N0} {purpose} rows is usable: {Reasons(roles, badFeatures, missingLabels, badWeights)}. Replace missing values with mlContext.Transforms.ReplaceMissingValues, and see that the label's classes are those of its key.");
        }

        if (labels.Count < row)
        {
            channel.Warning(MessageSensitivity.None, $"{row - labels.Count:N0} of {row:N0} {purpose} rows are skipped: {Reasons(roles, badFeatures, missingLabels, badWeights)}.");
        }

        if (scale.LooksUnnormalized)
        {
            channel.Warning(MessageSensitivity.None, $"The features in '{roles.Features}' look unnormalised: a value's typical size is {scale.Largest:G3}. Training is faster and more stable after mlContext.Transforms.NormalizeMeanVariance(\"{roles.Features}\").");
        }

        if (weights is not null && weights.TrueForAll(w => w == 0))
        {
            throw new InvalidOperationException($"{roles.Trainer}: all weights in column '{roles.Weight}' of the {purpose} data are 0, so that no row counts.");
        }

        return new TrainingData(features.Build(), new ClassRows([.. labels], classes.Count), weights?.ToArray());
    }

    private static string Reasons(TrainingRoles roles, long badFeatures, long missingLabels, long badWeights)
    {
        var reasons = new List<string>();
        Add(badFeatures, $"with NaN or infinite values in '{roles.Features}'");
        Add(missingLabels, $"with a missing label in '{roles.Label}'");
        Add(badWeights, $"with a NaN or infinite weight in '{roles.Weight}'");
        return string.Join(", ", reasons);

        void Add(long count, string what)
        {
            if (count > 0)
            {
                reasons.Add($"{count:N0} {what}");
            }
        }
    }
}
