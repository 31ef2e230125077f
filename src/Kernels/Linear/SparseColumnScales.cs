namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Scales of sparse rows. A column that is not 0 in at least half of them, such as a number beside one-hot categories, is shifted and scaled as in dense rows: far from 0 it would otherwise
/// be nearly constant. Its zeros are then stored, so that there are at most twice as many values. The others are divided by the root mean square of their values that are not 0: a one-hot
/// column stays what it is, however rare its category.
/// </summary>
internal static class SparseColumnScales
{
    /// <summary>The scales of some rows.</summary>
    /// <param name="data">The features.</param>
    /// <param name="weights">The weights of all rows, or null.</param>
    /// <param name="rows">The training rows.</param>
    /// <param name="scaling">How to scale.</param>
    /// <param name="shift">Whether the model has an intercept to take shifts up.</param>
    /// <param name="cancellation">Looked at between rows.</param>
    public static ColumnScales Of(SparseRows data, double[]? weights, ReadOnlySpan<int> rows, LinearScaling scaling, bool shift, CancellationToken cancellation)
    {
        int counted = 0;
        double total = 0;
        int[] counts = new int[data.Width];
        double[] sums = new double[data.Width];
        double[] means = new double[data.Width];
        double[] squares = new double[data.Width];
        foreach (int i in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            double weight = weights?[i] ?? 1;
            if (weight == 0)
            {
                continue;
            }

            counted++;
            total += weight;
            ((ISparseRowSource)data).Row(i, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
            for (int k = 0; k < columns.Length; k++)
            {
                if (values[k] != 0)
                {
                    int j = columns[k];
                    counts[j]++;
                    sums[j] += weight;
                    double share = weight / sums[j];
                    means[j] += share * (values[k] - means[j]);
                    squares[j] += share * (((double)values[k] * values[k]) - squares[j]);
                }
            }
        }

        double[] shifts = new double[data.Width];
        int[] common = shift ? [.. Enumerable.Range(0, data.Width).Where(j => counts[j] > 0 && 2L * counts[j] >= counted)] : [];
        foreach (int j in common)
        {
            // The values that are 0 count too, each by its distance to the mean.
            double share = sums[j] / total;
            shifts[j] = share * means[j];
            squares[j] = (1 - share) * shifts[j] * shifts[j];
        }

        if (common.Length > 0)
        {
            AddSquares(data, weights, rows, common, shifts, total, squares, cancellation);
        }

        ColumnScales scales = new(shifts, [.. squares.Zip(shifts, (square, mean) => ColumnScales.Factor(Math.Sqrt(square), mean))]);
        if (scaling == LinearScaling.Robust && common.Length > 0)
        {
            MakeRobust(scales, data, weights, ColumnScales.Sample(rows, common.Length), common);
        }

        return scales;
    }

    /// <summary>Adds the squared distances to the mean, in a pass of their own, so that nothing cancels however far from 0 a column lies.</summary>
    private static void AddSquares(
        SparseRows data, double[]? weights, ReadOnlySpan<int> rows, int[] common, double[] means, double total, double[] squares, CancellationToken cancellation)
    {
        bool[] isCommon = new bool[data.Width];
        foreach (int j in common)
        {
            isCommon[j] = true;
        }

        foreach (int i in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            double share = (weights?[i] ?? 1) / total;
            ((ISparseRowSource)data).Row(i, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
            for (int k = 0; k < columns.Length; k++)
            {
                int j = columns[k];
                if (isCommon[j] && values[k] != 0)
                {
                    double distance = values[k] - means[j];
                    squares[j] += share * distance * distance;
                }
            }
        }
    }

    private static void MakeRobust(ColumnScales scales, SparseRows data, double[]? weights, int[] sample, int[] common)
    {
        int[] places = new int[data.Width];
        Array.Fill(places, -1);
        double[][] columns = new double[common.Length][];
        for (int c = 0; c < common.Length; c++)
        {
            places[common[c]] = c;
            columns[c] = new double[sample.Length];
        }

        for (int i = 0; i < sample.Length; i++)
        {
            ((ISparseRowSource)data).Row(sample[i], out ReadOnlySpan<int> stored, out ReadOnlySpan<float> values);
            for (int k = 0; k < stored.Length; k++)
            {
                if (places[stored[k]] >= 0)
                {
                    columns[places[stored[k]]][i] = values[k];
                }
            }
        }

        for (int c = 0; c < common.Length; c++)
        {
            scales.MakeRobust(common[c], columns[c], Array.ConvertAll(sample, i => weights?[i] ?? 1));
        }
    }
}
