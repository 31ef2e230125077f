using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// Bins of each feature between quantiles of its values in the training rows that count: where they begin, and 1 / their widths, each [bins, features]. A feature of few values has a border at each of
/// them; what it needs no bins for has the scale 0.
/// </summary>
/// <param name="Bins">Bins of a feature.</param>
/// <param name="Starts">Where bins begin.</param>
/// <param name="Scales">1 / their widths.</param>
internal sealed record ColumnBins(int Bins, float[] Starts, float[] Scales)
{
    /// <summary>Measures rows.</summary>
    /// <param name="rows">The training rows.</param>
    /// <param name="bins">Bins of a feature, at most.</param>
    /// <param name="value">What becomes of the value of a feature before it is put in a bin.</param>
    public static ColumnBins Of(TrainingData rows, int bins, Func<int, float, float> value)
    {
        SampledColumns sample = new(rows);
        var result = new ColumnBins(bins, new float[checked(bins * sample.Width)], new float[bins * sample.Width]);
        sample.ForEach((feature, column) =>
        {
            foreach (ref float one in column)
            {
                one = value(feature, one);
            }

            sample.Sort(column);
            result.Fill(feature, sample.Width, Borders(column.ToArray(), bins));
        });
        return result;
    }

    /// <summary>At most bins + 1 of them, ascending; equal ones fall together.</summary>
    private static double[] Borders(float[] sorted, int bins)
    {
        float[] distinct = [.. sorted.Distinct().Take(bins + 2)];
        return distinct.Length <= bins + 1
            ? Array.ConvertAll(distinct, value => (double)value)
            : [.. Enumerable.Range(0, bins + 1).Select(k => ColumnSpread.Quantile(sorted, k / (double)bins)).Distinct()];
    }

    private void Fill(int feature, int width, double[] borders)
    {
        int place = feature;
        float start = (float)borders[0];
        foreach (double border in borders.Skip(1))
        {
            // A width whose inverse no Single holds is none: the next bin begins where this one would have.
            float scale = (float)(1 / (border - start));
            if (scale > 0 && float.IsFinite(scale))
            {
                (Starts[place], Scales[place]) = (start, scale);
                start = (float)border;
                place += width;
            }
        }
    }
}
