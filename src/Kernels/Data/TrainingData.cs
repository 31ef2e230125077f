using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What a network learns from: features, targets and, optionally, a weight for each row.</summary>
public sealed class TrainingData
{
    /// <summary>Mean weights between 2 to the power of this, and of its negative, are taken as they are.</summary>
    private const int UsualExponents = 32;

    /// <summary>So many groups of equal rows at least go into a part, so that parts differ little in size.</summary>
    private const int GroupsInPart = 4;

    private readonly float[]? _weights;

    /// <summary>Puts the columns together and checks what can be checked without reading them.</summary>
    /// <param name="features">Inputs: rows × the network's input size.</param>
    /// <param name="targets">Wanted outputs: rows × the network's output size; <see cref="ClassRows"/> for classes, <see cref="BinaryRows"/> for answers of yes or no.</param>
    /// <param name="weights">
    /// One weight for each row, finite and at least 0, not all 0; null for 1. Not copied. A batch's mean is Σ weight · loss / (rows of the batch · mean weight of all rows): its expectation
    /// is the weighted mean over all rows, whatever the size of a batch.
    /// </param>
    /// <exception cref="ArgumentException">There is no row, the counts differ, or a weight is out of range; the message says which.</exception>
    public TrainingData(IRowSource<float> features, IRowSource<float> targets, float[]? weights = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(targets);
        if (features.Count == 0)
        {
            throw new ArgumentException("The data has no rows.", nameof(features));
        }

        if (targets.Count != features.Count)
        {
            throw new ArgumentException($"There are {features.Count} rows of features but {targets.Count} of targets.", nameof(targets));
        }

        if (weights is not null)
        {
            MeanWeight = CheckWeights(weights, features.Count) / features.Count;
            WeightRows = new DenseRows(weights, 1);
        }

        Features = features;
        Targets = targets;
        _weights = weights;
    }

    /// <summary>The inputs.</summary>
    public IRowSource<float> Features { get; }

    /// <summary>The wanted outputs.</summary>
    public IRowSource<float> Targets { get; }

    /// <summary>The rows' weights; empty when every row weighs 1.</summary>
    public ReadOnlySpan<float> Weights => _weights;

    /// <summary>Number of rows.</summary>
    public int Count => Features.Count;

    /// <summary>The mean of the rows' weights, above 0: what an average row weighs.</summary>
    internal double MeanWeight { get; } = 1;

    /// <summary>The weights as a column to gather from, or null.</summary>
    internal DenseRows? WeightRows { get; }

    /// <summary>
    /// The same rows with weights of about 1, where theirs are so large or small that products with them could leave what a Single holds. Only for losses that are means, in which
    /// only their shares count. The factor is a power of two, which rounds nothing.
    /// </summary>
    internal TrainingData WithUsualWeights()
    {
        int exponent = Math.ILogB(MeanWeight);
        return _weights is null || Math.Abs(exponent) <= UsualExponents ? this : new TrainingData(Features, Targets, Array.ConvertAll(_weights, w => (float)Math.ScaleB(w, -exponent)));
    }

    /// <summary>Some of the rows; features are not copied.</summary>
    /// <param name="rows">Indices in [0, <see cref="Count"/>).</param>
    /// <exception cref="ArgumentException">No row is named, one does not exist, or all of them weigh 0.</exception>
    public TrainingData Select(ReadOnlySpan<int> rows) => Select(rows.ToArray());

    /// <summary>The same with indices that are taken over.</summary>
    private TrainingData Select(int[] rows)
    {
        IRowSource<float> targets = Targets switch
        {
            ClassRows classes => new ClassRows(classes.Labels.Select(rows)),
            BinaryRows answers => answers.Select(rows),
            _ => new Subset(Targets, rows.AsSpan()),
        };
        float[]? weights = _weights is null ? null : Pick<float>(_weights, rows);
        return new TrainingData(new Subset(Features, rows), targets, weights);
    }

    /// <summary>
    /// Draws a validation set. Rows that are there several times, with the same targets, stay together where there are enough different ones. With <see cref="ClassRows"/> and <see cref="BinaryRows"/> it is stratified: every class gives its share (largest remainders first), and keeps at
    /// least one row for training. Otherwise rows are drawn uniformly.
    /// </summary>
    /// <param name="fraction">Share of the rows that go to validation, in (0, 1).</param>
    /// <param name="seed">Equal seeds draw equal rows.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fraction"/> is out of range.</exception>
    /// <exception cref="ArgumentException">There are too few rows for both parts.</exception>
    public (TrainingData Training, TrainingData Validation) Split(double fraction, ulong seed)
    {
        (int[] training, int[] validation) = ValidationSplit.Draw(Count, Strata, fraction, seed, _weights is { } weights ? row => weights[row] > 0 : null, TwinsFor(fraction * Count));
        return (Select(training), Select(validation));
    }

    /// <summary>
    /// Cuts the rows into so many parts, as alike as can be, and gives for each part all other rows to train on and the part's to validate on. With <see cref="ClassRows"/> and <see cref="BinaryRows"/> every part
    /// has its share of each class. Rows that are there several times, with the same targets, belong to one part where there are enough different ones.
    /// </summary>
    /// <param name="count">Number of parts, at least 2, and at most the number of rows that weigh more than 0.</param>
    /// <param name="seed">Equal seeds cut equal parts.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of range.</exception>
    public IReadOnlyList<(TrainingData Training, TrainingData Validation)> Folds(int count, ulong seed)
    {
        int[] parts = ValidationSplit.Parts(Count, Strata, count, seed, _weights is { } weights ? row => weights[row] > 0 : null, TwinsFor(Count / (double)count));
        return [.. Enumerable.Range(0, count).Select(part => (Select(ValidationSplit.RowsWhere(parts, p => p != part)), Select(ValidationSplit.RowsWhere(parts, p => p == part))))];
    }

    /// <summary>The classes that parts have their shares of; null where targets are numbers.</summary>
    private ClassRows? Strata => Targets as ClassRows ?? (Targets as BinaryRows)?.Classes;

    /// <summary>The rows that stay together in parts of so many rows. None where rows weigh 0, as each part must have others.</summary>
    private int[]? TwinsFor(double size) => _weights?.Contains(0) == true ? null : Twins.Of(Features, Targets, size / GroupsInPart);

    /// <summary>Whether a network whose first layer is dense trains on the rows as sparse ones: they are stored so, and few of their values are not 0.</summary>
    public bool IsSparse => RowSources.Sparse(Features) is not null;

    /// <summary>The sum of some rows' weights, in double and in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal double SumOfWeights(ReadOnlySpan<int> rows)
    {
        if (_weights is null)
        {
            return rows.Length;
        }

        double sum = 0;
        foreach (int row in rows)
        {
            sum += _weights[row];
        }

        return sum;
    }

    private static TItem[] Pick<TItem>(ReadOnlySpan<TItem> items, ReadOnlySpan<int> rows)
    {
        TItem[] picked = new TItem[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            picked[i] = items[rows[i]];
        }

        return picked;
    }

    /// <summary>Throws when a weight is out of range; gives their sum.</summary>
    private static double CheckWeights(float[] weights, int rows)
    {
        if (weights.Length != rows)
        {
            throw new ArgumentException($"There are {rows} rows but {weights.Length} weights.", nameof(weights));
        }

        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] >= 0) || !float.IsFinite(weights[i]))
            {
                throw new ArgumentException($"The weight of row {i} is {weights[i]}, but it must be a finite number of at least 0.", nameof(weights));
            }

            sum += weights[i];
        }

        return sum > 0
            ? sum
            : throw new ArgumentException($"All {rows} weights are 0: there is nothing to learn from. Give at least one row a weight above 0.", nameof(weights));
    }
}
