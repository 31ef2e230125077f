using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Where the values of each feature lie and how far they spread, by the training rows that count.</summary>
/// <param name="Centres">What is taken off.</param>
/// <param name="Scales">What is multiplied by afterwards; 0 for a feature that never changes.</param>
internal sealed record ColumnSpread(float[] Centres, float[] Scales)
{
    /// <summary>Spreads of features in one unit, lengths and widths say, differ by less.</summary>
    private const double OneUnit = 8;

    /// <summary>A smaller spread, beside the values, is the rounding of a constant.</summary>
    private const double SmallestSpread = 1e-6;

    /// <summary>
    /// Median and distance of the quartiles. Where at least half of the values are equal, as in a column of zeros and ones, half of the others' median distance from them takes its place. Features whose
    /// spreads are alike are taken for measures in one unit, and keep their proportions.
    /// </summary>
    public static ColumnSpread Robust(TrainingData rows)
    {
        SampledColumns sample = new(rows);
        ColumnSpread spread = Empty(sample.Width);
        sample.ForEach((feature, values) =>
        {
            sample.Sort(values);
            double low = Quantile(values, 0.25);
            double high = Quantile(values, 0.75);

            // Beside the quartiles, as one value out of all proportion, such as 999999999 for a missing one, would make any distance small.
            bool differ = high - low > SmallestSpread * Math.Max(Math.Abs(low), Math.Abs(high));
            double median = Quantile(values, 0.5);
            spread.Set(feature, median, differ ? high - low : HalfDistance(values, median));
        });
        return InOneUnit(spread);
    }

    /// <summary>Mean and standard deviation.</summary>
    public static ColumnSpread Standard(TrainingData rows)
    {
        SampledColumns sample = new(rows);
        ColumnSpread spread = Empty(sample.Width);
        sample.ForEach((feature, values) => spread.SetMeanAndDeviation(feature, values));
        return spread;
    }

    /// <summary>Mean and standard deviation of each channel of images [channels, height, width].</summary>
    public static ColumnSpread OfChannels(TrainingData rows, TensorShape images)
    {
        SampledColumns sample = new(rows);
        ColumnSpread spread = Empty(images[0]);
        int pixels = images.Size / images[0];
        var values = new float[sample.Count * pixels];
        for (int channel = 0; channel < images[0]; channel++)
        {
            for (int i = 0; i < sample.Count; i++)
            {
                sample.Values.AsSpan((i * images.Size) + (channel * pixels), pixels).CopyTo(values.AsSpan(i * pixels));
            }

            spread.SetMeanAndDeviation(channel, values);
        }

        return spread;
    }

    /// <summary>The same with the root mean square of all spreads in place of each, where none is far from another.</summary>
    private static ColumnSpread InOneUnit(ColumnSpread spread)
    {
        double[] spreads = [.. spread.Scales.Where(scale => scale > 0).Select(scale => 1 / (double)scale)];
        if (spreads.Length < 2 || spreads.Max() > OneUnit * spreads.Min())
        {
            return spread;
        }

        float common = (float)(1 / Math.Sqrt(spreads.Average(s => s * s)));
        return spread with { Scales = Array.ConvertAll(spread.Scales, scale => scale > 0 ? common : 0) };
    }

    private static ColumnSpread Empty(int columns) => new(new float[columns], new float[columns]);

    private void Set(int column, double centre, double spread)
    {
        Centres[column] = (float)centre;

        // A spread whose inverse no Single holds is none.
        float scale = (float)(1 / spread);
        Scales[column] = spread > SmallestSpread * Math.Abs(centre) && float.IsFinite(scale) ? scale : 0;
    }

    private void SetMeanAndDeviation(int column, ReadOnlySpan<float> values)
    {
        double mean = 0;
        float largest = 0;
        foreach (float value in values)
        {
            mean += value;
            largest = Math.Max(largest, Math.Abs(value));
        }

        mean /= values.Length;
        double squares = 0;
        foreach (float value in values)
        {
            squares += (value - mean) * (value - mean);
        }

        double deviation = Math.Sqrt(squares / values.Length);
        Set(column, mean, deviation > SmallestSpread * largest ? deviation : 0);
    }

    /// <summary>Half of the median distance that the values that are not the median have from it; 0 for a constant.</summary>
    private static double HalfDistance(ReadOnlySpan<float> values, double median)
    {
        List<double> distances = [];
        foreach (float value in values)
        {
            double distance = Math.Abs(value - median);
            if (distance > SmallestSpread * Math.Abs(median))
            {
                distances.Add(distance);
            }
        }

        distances.Sort();
        return distances.Count == 0 ? 0 : distances[distances.Count / 2] / 2;
    }

    /// <summary>Between the two nearest values.</summary>
    public static double Quantile(ReadOnlySpan<float> sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double value = sorted[below];
        return below + 1 < sorted.Length ? value + ((place - below) * (sorted[below + 1] - value)) : value;
    }
}
