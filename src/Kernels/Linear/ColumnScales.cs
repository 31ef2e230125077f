namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// For each column the shift and the factor of x ↦ (x − shift) · factor, from the training rows by their weights. Without an intercept, which would take the shifts up, nothing is shifted;
/// in sparse rows only what is not 0 in most of them (<see cref="SparseColumnScales"/>).
/// </summary>
/// <param name="Shifts">What is subtracted.</param>
/// <param name="Factors">What is multiplied with then; 0 for a column that tells nothing: it is constant, or so small that no weight in single precision makes something of it.</param>
internal sealed record ColumnScales(double[] Shifts, double[] Factors)
{
    /// <summary>A smaller deviation, beside the mean, is the rounding of a constant in single precision.</summary>
    private const double SmallestShare = 1e-7;

    /// <summary>The weight of a column that deviates less is beyond single precision.</summary>
    private const double SmallestDeviation = 1e-37;

    private const int MostSampledRows = 4096;
    private const int MostSampledValues = 1 << 22;
    private const int FewestSampledRows = 256;

    /// <summary>Quartiles of a normal distribution are so many standard deviations apart.</summary>
    private const double NormalRange = 1.349;

    /// <summary>Outliers so many times as far out as the quartiles are no longer outliers but what the column tells.</summary>
    private const double LargestStretch = 1e6;

    /// <summary>Columns as they are.</summary>
    public static ColumnScales None(int width) => new(new double[width], Filled(width, 1));

    /// <summary>The scales of some rows.</summary>
    /// <param name="data">The data.</param>
    /// <param name="rows">Its training rows.</param>
    /// <param name="scaling">How to scale.</param>
    /// <param name="shift">Whether the model has an intercept to take shifts up.</param>
    /// <param name="cancellation">Looked at between rows.</param>
    public static ColumnScales Of(LinearData data, ReadOnlySpan<int> rows, LinearScaling scaling, bool shift, CancellationToken cancellation) =>
        scaling == LinearScaling.None ? None(data.Width)
        : data.Features is SparseRows sparse ? SparseColumnScales.Of(sparse, data.Weights, rows, scaling, shift, cancellation)
        : shift && scaling == LinearScaling.Robust ? Robust(data, rows, Standard(data, rows, shift, cancellation))
        : Standard(data, rows, shift, cancellation);

    /// <summary>A dense row, scaled.</summary>
    public void Apply(LinearData data, int row, Span<double> result)
    {
        data.CopyRow(row, result);
        for (int j = 0; j < result.Length; j++)
        {
            result[j] = Apply(j, result[j]);
        }
    }

    /// <summary>A row, scaled.</summary>
    public void Apply(ReadOnlySpan<float> row, Span<double> result)
    {
        for (int j = 0; j < result.Length; j++)
        {
            result[j] = Apply(j, row[j]);
        }
    }

    /// <summary>A value of a column, scaled.</summary>
    public double Apply(int column, double value) => Factors[column] == 0 ? 0 : (value - Shifts[column]) * Factors[column];

    /// <summary>Rows of which robust scales are taken, for so many columns.</summary>
    internal static int[] Sample(ReadOnlySpan<int> rows, int columns) =>
        LearningRateLimit.Sample(rows, Math.Clamp(MostSampledValues / Math.Max(1, columns), FewestSampledRows, MostSampledRows));

    /// <summary>Median and factor by the range of the quartiles in the place of a column's mean and factor, where the quartiles tell something.</summary>
    internal void MakeRobust(int column, double[] values, double[] weights)
    {
        Array.Sort(values, weights);
        double range = Quantile(values, weights, 0.75) - Quantile(values, weights, 0.25);
        double median = Quantile(values, weights, 0.5);
        double factor = Factor(range / NormalRange, median);
        if (factor > 0 && factor < LargestStretch * Factors[column])
        {
            (Shifts[column], Factors[column]) = (median, factor);
        }
    }

    /// <summary>The factor that makes a deviation 1; 0 where there is none.</summary>
    internal static double Factor(double deviation, double shift) => deviation > SmallestShare * Math.Abs(shift) && deviation > SmallestDeviation ? 1 / deviation : 0;

    /// <summary>Mean and standard deviation; unshifted the root mean square. In two passes, so that nothing cancels however far from 0 a column lies.</summary>
    private static ColumnScales Standard(LinearData data, ReadOnlySpan<int> rows, bool shift, CancellationToken cancellation)
    {
        double[] row = new double[data.Width];
        double[] means = new double[data.Width];
        double[] squares = new double[data.Width];
        double total = 0;
        double[]? first = null;
        foreach (int i in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            double weight = data.Weights?[i] ?? 1;
            if (!shift || weight == 0)
            {
                total += weight;
                continue;
            }

            // From the first row on, so that the mean of a constant is that constant.
            data.CopyRow(i, row);
            first ??= [.. row];
            total += weight;
            double share = weight / total;
            for (int j = 0; j < row.Length; j++)
            {
                means[j] += share * (row[j] - first[j] - means[j]);
            }
        }

        for (int j = 0; j < means.Length && first is not null; j++)
        {
            means[j] += first[j];
        }

        foreach (int i in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            double share = (data.Weights?[i] ?? 1) / total;
            if (share > 0)
            {
                data.CopyRow(i, row);
                for (int j = 0; j < row.Length; j++)
                {
                    double distance = row[j] - means[j];
                    squares[j] += share * distance * distance;
                }
            }
        }

        return new ColumnScales(means, FactorsOf(Array.ConvertAll(squares, Math.Sqrt), means));
    }

    /// <summary>Median and range of the quartiles, of some rows.</summary>
    private static ColumnScales Robust(LinearData data, ReadOnlySpan<int> rows, ColumnScales standard)
    {
        int[] sample = Sample(rows, data.Width);
        double[][] values = [.. sample.Select(i =>
        {
            double[] row = new double[data.Width];
            data.CopyRow(i, row);
            return row;
        })];
        for (int j = 0; j < data.Width; j++)
        {
            standard.MakeRobust(j, Array.ConvertAll(values, row => row[j]), Array.ConvertAll(sample, i => data.Weights?[i] ?? 1));
        }

        return standard;
    }

    /// <summary>The smallest value that so much of the weight is at or below.</summary>
    private static double Quantile(double[] sorted, double[] weights, double share)
    {
        double rest = share * weights.Sum();
        int i = 0;
        while (i < sorted.Length - 1 && rest > weights[i])
        {
            rest -= weights[i++];
        }

        return sorted[i];
    }

    private static double[] FactorsOf(double[] deviations, double[] shifts) => [.. deviations.Zip(shifts, Factor)];

    private static double[] Filled(int length, double value)
    {
        double[] values = new double[length];
        Array.Fill(values, value);
        return values;
    }
}
