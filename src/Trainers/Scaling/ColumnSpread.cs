using System.Numerics;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Where the values of each feature lie and how far they spread, by the training rows that count.</summary>
/// <param name="Centres">What is taken off.</param>
/// <param name="Scales">What is multiplied by afterwards; 0 for a feature that never changes.</param>
internal sealed record ColumnSpread(float[] Centres, float[] Scales)
{
    /// <summary>Quantiles of so many rows are near enough to those of all.</summary>
    private const int MostRows = 8192;

    private const int FewestRows = 256;

    /// <summary>64 MiB.</summary>
    private const int MostValues = 1 << 24;

    /// <summary>Of the memory for rows that lie outside memory, a sample takes at most this part.</summary>
    private const int ShareOfLimit = 8;

    /// <summary>Spreads of features in one unit, lengths and widths say, differ by less.</summary>
    private const double OneUnit = 8;

    /// <summary>A smaller spread, beside the values, is the rounding of a constant.</summary>
    private const double SmallestSpread = 1e-6;

    /// <summary>
    /// Median and distance of the quartiles. Where at least half of the values are equal, as in a column of zeros and ones, half of the others' median distance from them takes its place. Features whose
    /// spreads are alike are taken for measures in one unit, and keep their proportions.
    /// </summary>
    public static ColumnSpread Robust(TrainingData rows) => InOneUnit(Of(rows, values =>
    {
        Array.Sort(values);
        double low = Quantile<double>(values, 0.25);
        double high = Quantile<double>(values, 0.75);

        // Beside the quartiles, as one value out of all proportion, such as 999999999 for a missing one, would make any distance small.
        bool differ = high - low > SmallestSpread * Math.Max(Math.Abs(low), Math.Abs(high));
        double median = Quantile<double>(values, 0.5);
        return (median, differ ? high - low : HalfDistance(values, median));
    }));

    /// <summary>Mean and standard deviation.</summary>
    public static ColumnSpread Standard(TrainingData rows) => Of(rows, MeanAndDeviation);

    /// <summary>Mean and standard deviation of each channel of images [channels, height, width].</summary>
    public static ColumnSpread OfChannels(TrainingData rows, TensorShape images)
    {
        var (values, count) = Sample(rows);
        int pixels = images.Size / images[0];
        return Of(images[0], channel =>
        {
            var column = new double[count * pixels];
            for (int i = 0; i < column.Length; i++)
            {
                column[i] = values[(i / pixels * images.Size) + (channel * pixels) + (i % pixels)];
            }

            return MeanAndDeviation(column);
        });
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

    private static ColumnSpread Of(TrainingData rows, Func<double[], (double Centre, double Spread)> measure)
    {
        var (values, count) = Sample(rows);
        int width = rows.Features.Width;
        return Of(width, feature =>
        {
            var column = new double[count];
            for (int i = 0; i < count; i++)
            {
                column[i] = values[(i * width) + feature];
            }

            return measure(column);
        });
    }

    private static ColumnSpread Of(int columns, Func<int, (double Centre, double Spread)> measure)
    {
        var centres = new float[columns];
        var scales = new float[columns];
        for (int j = 0; j < columns; j++)
        {
            var (centre, spread) = measure(j);
            centres[j] = (float)centre;

            // A spread whose inverse no Single holds is none.
            float scale = (float)(1 / spread);
            scales[j] = spread > SmallestSpread * Math.Abs(centre) && float.IsFinite(scale) ? scale : 0;
        }

        return new ColumnSpread(centres, scales);
    }

    /// <summary>Rows that count, evenly spread over all of them.</summary>
    public static (float[] Values, int Count) Sample(TrainingData rows)
    {
        int[] all = [.. Enumerable.Range(0, rows.Count).Where(i => rows.Weights.IsEmpty || rows.Weights[i] > 0)];
        long most = RowSpill.LimitOf(rows.Features) is { } limit ? Math.Min(MostValues, limit / ShareOfLimit / sizeof(float)) : MostValues;
        int count = Math.Min(all.Length, (int)Math.Clamp(most / rows.Features.Width, FewestRows, MostRows));
        int[] sample = [.. Enumerable.Range(0, count).Select(i => all[(int)((long)i * all.Length / count)])];
        var values = new float[checked(count * rows.Features.Width)];
        rows.Features.Read(sample, values);
        return (values, count);
    }

    private static (double Mean, double Deviation) MeanAndDeviation(double[] values)
    {
        double mean = values.Average();
        double deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return (mean, deviation > SmallestSpread * Size(values) ? deviation : 0);
    }

    /// <summary>Half of the median distance that the values that are not the median have from it; 0 for a constant.</summary>
    private static double HalfDistance(double[] values, double median)
    {
        double[] distances = [.. values.Select(value => Math.Abs(value - median)).Where(distance => distance > SmallestSpread * Math.Abs(median)).Order()];
        return distances.Length == 0 ? 0 : distances[distances.Length / 2] / 2;
    }

    private static double Size(double[] values) => Math.Max(Math.Abs(values.Max()), Math.Abs(values.Min()));

    /// <summary>Between the two nearest values.</summary>
    public static double Quantile<T>(ReadOnlySpan<T> sorted, double share)
        where T : INumber<T>
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        double value = double.CreateChecked(sorted[below]);
        return below + 1 < sorted.Length ? value + ((place - below) * (double.CreateChecked(sorted[below + 1]) - value)) : value;
    }
}
