using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Standardised labels t = (y − mean) / deviation, for each output. Training sees t; afterwards the scale is folded into the last layer,
/// W ← W · deviation and b ← b · deviation + mean, so that the network predicts y.
/// </summary>
internal sealed class LabelScale
{
    /// <summary>Labels that are read together.</summary>
    private const int BlockElements = 4096;

    private readonly double[] _means;
    private readonly double[] _deviations;

    private LabelScale(double[] means, double[] deviations)
    {
        _means = means;
        _deviations = deviations;
    }

    /// <summary>Labels as they are.</summary>
    public static LabelScale None { get; } = new([], []);

    public bool IsNone => _means.Length == 0;

    /// <summary>What training reports beside the loss: in the label's unit for one output, in deviations for several.</summary>
    public Metric Metric => _means.Length == 1 ? new LabelRootMeanSquaredError(_deviations[0]) : new RootMeanSquaredError();

    /// <summary>A standard deviation of so many robust ones is that of a few outliers.</summary>
    private const double SkewedBeyondReason = 10;

    /// <summary>Distance of the quartiles of normally distributed numbers, in standard deviations.</summary>
    private const double NormalQuartiles = 1.349;

    /// <summary>
    /// Mean and standard deviation of each output. Where a loss that outliers hardly move meets labels whose deviation is that of a few outliers, median and distance of the quartiles
    /// take their place: the loss's thresholds and the rate are for labels of a size of about 1.
    /// </summary>
    /// <param name="data">The rows.</param>
    /// <param name="loss">What is minimised.</param>
    public static LabelScale Of(TrainingData data, Loss loss)
    {
        var scale = Standard(data);
        if (loss is MeanSquaredError)
        {
            return scale;
        }

        foreach (var (j, median, spread) in Skewed(scale, data))
        {
            (scale._means[j], scale._deviations[j]) = (median, spread);
        }

        return scale;
    }

    /// <summary>The standard deviation of a label that is that of a few outliers, and what it would be without them; null where there is none.</summary>
    public static (double Deviation, double Spread)? FindOutliers(TrainingData data)
    {
        var scale = Standard(data);
        return Skewed(scale, data) is [var (j, _, spread), ..] ? (scale._deviations[j], spread) : null;
    }

    /// <summary>The outputs whose standard deviation is that of a few outliers, with their median and the deviation that the quartiles tell.</summary>
    private static List<(int Output, double Median, double Spread)> Skewed(LabelScale scale, TrainingData data)
    {
        int[] rows = [.. Enumerable.Range(0, data.Count).Where(i => data.Weights.IsEmpty || data.Weights[i] > 0)];
        int width = data.Targets.Width;
        var values = new float[rows.Length * width];
        data.Targets.Read(rows, values);
        var labels = new float[rows.Length];
        var skewed = new List<(int, double, double)>();
        for (int j = 0; j < width; j++)
        {
            for (int i = 0; i < labels.Length; i++)
            {
                labels[i] = values[(i * width) + j];
            }

            double lower = OrderStatistic.At(labels, labels.Length / 4);
            double spread = (OrderStatistic.At(labels, labels.Length * 3 / 4) - lower) / NormalQuartiles;
            if (spread > 0 && scale._deviations[j] > SkewedBeyondReason * spread)
            {
                skewed.Add((j, OrderStatistic.At(labels, labels.Length / 2), spread));
            }
        }

        return skewed;
    }

    /// <summary>Weighted mean and standard deviation of each output; an output that never changes keeps its unit.</summary>
    private static LabelScale Standard(TrainingData data)
    {
        int width = data.Targets.Width;
        var means = new double[width];
        var deviations = new double[width];
        double total = 0;
        ForEachRow(data.Targets, (row, values) =>
        {
            // Welford's update with weights (D. West, 1979): no cancellation when the mean is large beside the deviation.
            double weight = data.Weights.IsEmpty ? 1 : data.Weights[row];
            total += weight;
            for (int j = 0; j < width && weight > 0; j++)
            {
                double difference = values[j] - means[j];
                means[j] += difference * weight / total;
                deviations[j] += weight * difference * (values[j] - means[j]);
            }
        });
        for (int j = 0; j < width; j++)
        {
            double deviation = Math.Sqrt(deviations[j] / total);
            deviations[j] = deviation > 0 ? deviation : 1;
        }

        return new LabelScale(means, deviations);
    }

    public static LabelScale Read(BinaryReader reader, int outputs)
    {
        int count = reader.ReadInt32();
        if (count == 0)
        {
            return None;
        }

        if (count != outputs)
        {
            throw new InvalidDataException($"it tells the scale of {count} labels for {outputs} outputs");
        }

        var means = new List<double>();
        var deviations = new List<double>();
        for (int i = 0; i < count; i++)
        {
            means.Add(reader.ReadDouble());
            deviations.Add(reader.ReadDouble());
            if (!double.IsFinite(means[i]) || !(deviations[i] > 0) || !double.IsFinite(deviations[i]))
            {
                throw new InvalidDataException($"it tells a label's mean {means[i]} and deviation {deviations[i]}");
            }
        }

        return new LabelScale([.. means], [.. deviations]);
    }

    public void Write(BinaryWriter writer)
    {
        writer.Write(_means.Length);
        for (int i = 0; i < _means.Length; i++)
        {
            writer.Write(_means[i]);
            writer.Write(_deviations[i]);
        }
    }

    /// <summary>The rows with standardised labels.</summary>
    public TrainingData Standardize(TrainingData data)
    {
        if (IsNone)
        {
            return data;
        }

        var targets = new DenseRowsBuilder(_means.Length);
        var scaled = new float[_means.Length];
        ForEachRow(data.Targets, (_, values) =>
        {
            for (int j = 0; j < scaled.Length; j++)
            {
                scaled[j] = (float)((values[j] - _means[j]) / _deviations[j]);
            }

            targets.Add(scaled);
        });
        return new TrainingData(data.Features, targets.Build(), data.Weights.IsEmpty ? null : data.Weights.ToArray());
    }

    /// <summary>Weights that predict labels, from weights that predict standardised labels. In place.</summary>
    /// <exception cref="InvalidOperationException">The labels are so large that a weight is beyond what a Single holds.</exception>
    public void Fold(NetworkWeights weights) =>
        ChangeLastLayer(weights, (w, j) => Finite(w * _deviations[j], j), (b, j) => Finite((b * _deviations[j]) + _means[j], j));

    /// <summary>Weights that predict standardised labels, from weights that predict labels. A copy.</summary>
    public NetworkWeights Unfold(NetworkWeights weights)
    {
        var copy = weights.Clone();
        ChangeLastLayer(copy, (w, j) => w / _deviations[j], (b, j) => (b - _means[j]) / _deviations[j]);
        return copy;
    }

    private double Finite(double weight, int output) => float.IsFinite((float)weight)
        ? weight
        : throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture, $"The labels of output {output} (counted from 0) are about {_deviations[output]:G2} apart: a weight in their unit is {weight:G2}, which the Single numbers of a network can't hold. Give labels in a larger unit."));

    /// <summary>Changes each weight and bias of output j of the last layer, a dense one without activation, or of every member's.</summary>
    private void ChangeLastLayer(NetworkWeights weights, Func<double, int, double> weight, Func<double, int, double> bias)
    {
        if (IsNone)
        {
            return;
        }

        int last = weights.Definition.Layers.Count - 1;
        if (weights.Definition.Layers[last] is Ensemble ensemble)
        {
            for (int member = 0; member < ensemble.Members; member++)
            {
                Change(name => weights[last, Ensemble.ParameterName(member, ensemble.Layers.Count - 1, name)]);
            }
        }
        else
        {
            Change(name => weights[last, name]);
        }

        void Change(ParameterOf parameter)
        {
            var w = parameter("weight");
            for (int i = 0; i < w.Length; i++)
            {
                w[i] = (float)weight(w[i], i % _means.Length);
            }

            var b = parameter("bias");
            for (int j = 0; j < b.Length; j++)
            {
                b[j] = (float)bias(b[j], j);
            }
        }
    }

    private delegate Span<float> ParameterOf(string name);

    private static void ForEachRow(IRowSource<float> rows, RowAction action)
    {
        int width = rows.Width;
        int block = Math.Clamp(BlockElements / width, 1, Math.Max(1, rows.Count));
        var values = new float[block * width];
        var indices = new int[block];
        for (int start = 0; start < rows.Count; start += block)
        {
            int count = Math.Min(block, rows.Count - start);
            for (int i = 0; i < count; i++)
            {
                indices[i] = start + i;
            }

            rows.Read(indices.AsSpan(0, count), values);
            for (int i = 0; i < count; i++)
            {
                action(start + i, values.AsSpan(i * width, width));
            }
        }
    }

    private delegate void RowAction(int row, ReadOnlySpan<float> values);
}
