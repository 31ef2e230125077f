namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a linear model learns from: rows of features in single or double precision, a target and, optionally, a weight for each row.</summary>
public sealed class LinearData
{
    /// <summary>Takes features in single precision; they stay as they are, products with them are taken in double.</summary>
    /// <param name="features">Dense or sparse rows, also those of a source that are read where they lie (<see cref="BlockRows"/> of Single, and a <see cref="Subset"/> of it). Others are copied into dense ones.</param>
    /// <param name="targets">The wanted prediction of each row. Not copied.</param>
    /// <param name="weights">One weight for each row, finite and at least 0, not all 0; null for 1. Not copied.</param>
    /// <exception cref="ArgumentException">There is no row, the counts differ, or a weight is out of range; the message says which.</exception>
    public LinearData(IRowSource<float> features, double[] targets, double[]? weights = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        Check(features.Count, targets, weights);
        Features = features is DenseRows or SparseRows ? features : BlockRows.Dense(features) ?? Copy(features);
        Targets = targets;
        Weights = weights;
        Count = features.Count;
        Width = features.Width;
    }

    /// <summary>Takes features in double precision.</summary>
    /// <param name="features">The rows one after another. Not copied.</param>
    /// <param name="width">Features of a row, at least 1.</param>
    /// <param name="targets">The wanted prediction of each row. Not copied.</param>
    /// <param name="weights">One weight for each row, finite and at least 0, not all 0; null for 1. Not copied.</param>
    /// <exception cref="ArgumentException">There is no row, the counts differ, or a weight is out of range; the message says which.</exception>
    public LinearData(double[] features, int width, double[] targets, double[]? weights = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        RowSources.CheckWidth(width);
        if (features.Length % width != 0)
        {
            throw new ArgumentException($"{features.Length} values are not a whole number of rows of {width} features.", nameof(features));
        }

        Count = features.Length / width;
        Width = width;
        Check(Count, targets, weights);
        DoubleFeatures = features;
        Targets = targets;
        Weights = weights;
    }

    private LinearData(LinearData other, IRowSource<float>? features, double[]? doubleFeatures)
    {
        (Features, DoubleFeatures, Count, Width, Targets, Weights) = (features, doubleFeatures, other.Count, other.Width, other.Targets, other.Weights);
    }

    private LinearData(LinearData other, double[] targets)
    {
        (Features, DoubleFeatures, Count, Width) = (other.Features, other.DoubleFeatures, other.Count, other.Width);
        Targets = targets;
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>Number of features.</summary>
    public int Width { get; }

    /// <summary>The features in single precision, dense or sparse; null when they are in double.</summary>
    internal IRowSource<float>? Features { get; }

    /// <summary>The features in double precision, row after row; null when they are in single.</summary>
    internal double[]? DoubleFeatures { get; }

    internal double[] Targets { get; }

    /// <summary>How many values of a row are stored, on average.</summary>
    internal double ValuesOfRow => Features is SparseRows sparse ? (double)sparse.StoredValues / sparse.Count : Width;

    internal double[]? Weights { get; }

    /// <summary>The same features with other targets, all rows of weight 1.</summary>
    internal LinearData WithoutWeights(double[] targets) => new(this, targets);

    /// <summary>The same targets and weights with other features, as many a row.</summary>
    internal LinearData With(IRowSource<float> features) => new(this, features, null);

    /// <inheritdoc cref="With(IRowSource{float})"/>
    internal LinearData With(double[] features) => new(this, null, features);

    /// <summary>Copies a dense row.</summary>
    internal void CopyRow(int row, Span<double> destination)
    {
        if (DoubleFeatures is not null)
        {
            DoubleFeatures.AsSpan((int)((long)row * Width), Width).CopyTo(destination);
            return;
        }

        ReadOnlySpan<float> values = ((DenseRows)Features!).Row(row);
        for (int j = 0; j < values.Length; j++)
        {
            destination[j] = values[j];
        }
    }

    /// <summary>Throws when a feature or target is infinite or NaN: then it, and not the learning rate, is why a run failed.</summary>
    internal void ThrowIfNotFinite(string what)
    {
        for (int i = 0; i < Count; i++)
        {
            if (!double.IsFinite(Targets[i]))
            {
                throw new ArgumentException($"Row {i} (counted from 0) has {Targets[i]} as a target of the {what} data. Replace or remove such rows.", "data");
            }
        }

        if (Features is not null)
        {
            DataChecks.ThrowIfNotFinite(Features, $"feature of the {what} data");
            return;
        }

        int bad = Array.FindIndex(DoubleFeatures!, x => !double.IsFinite(x));
        if (bad >= 0)
        {
            throw new ArgumentException(
                $"Row {bad / Width} (counted from 0) has {DoubleFeatures![bad]} in column {bad % Width} as a feature of the {what} data. Replace or remove such rows.", "data");
        }
    }

    private static DenseRows Copy(IRowSource<float> source)
    {
        DenseRowsBuilder builder = new(source.Width);
        float[] row = new float[source.Width];
        for (int i = 0; i < source.Count; i++)
        {
            source.Read([i], row);
            builder.Add(row);
        }

        return builder.Build();
    }

    private static void Check(int rows, double[] targets, double[]? weights)
    {
        ArgumentNullException.ThrowIfNull(targets);
        if (rows == 0)
        {
            throw new ArgumentException("The data has no rows.", "features");
        }

        if (targets.Length != rows)
        {
            throw new ArgumentException($"There are {rows} rows of features but {targets.Length} targets.", nameof(targets));
        }

        if (weights is null)
        {
            return;
        }

        if (weights.Length != rows)
        {
            throw new ArgumentException($"There are {rows} rows but {weights.Length} weights.", nameof(weights));
        }

        int bad = Array.FindIndex(weights, w => !(w >= 0) || !double.IsFinite(w));
        if (bad >= 0)
        {
            throw new ArgumentException($"The weight of row {bad} is {weights[bad]}, but it must be a finite number of at least 0.", nameof(weights));
        }

        if (Array.TrueForAll(weights, w => w == 0))
        {
            throw new ArgumentException($"All {rows} weights are 0: there is nothing to learn from. Give at least one row a weight above 0.", nameof(weights));
        }
    }
}
