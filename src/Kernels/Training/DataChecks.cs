using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What is checked about data before training, and the search for a number that is none after a run has failed.</summary>
internal static class DataChecks
{
    private const int BlockElements = 1 << 14;

    /// <summary>By how much a probability that was computed may exceed 1.</summary>
    private const double Rounding = 1e-6;

    /// <summary>Throws when the widths do not fit the network.</summary>
    public static void Fit(TrainingData data, NetworkDefinition network, string what)
    {
        int inputs = network.InputShape.Size;
        if (data.Features.Width != inputs)
        {
            throw new ArgumentException(
                $"The {what} data has {data.Features.Width} features, but the network takes {inputs} inputs {network.InputShape}. Make the two agree.", nameof(data));
        }

        int outputs = network.OutputShape.Size;
        if (data.Targets.Width != outputs)
        {
            throw new ArgumentException(
                $"The {what} data has {data.Targets.Width} targets, but the network gives {outputs} outputs {network.OutputShape}. Make the two agree.", nameof(data));
        }
    }

    /// <summary>Throws when a target has no meaning for the loss, which a run could not tell from a hard problem. Classes need no look.</summary>
    public static void SuitTargets(TrainingData data, Loss loss, string what)
    {
        (double low, double high) = (loss.LowestTarget, loss.HighestTarget);
        if (data.Targets is ClassRows || (double.IsNegativeInfinity(low) && double.IsPositiveInfinity(high)))
        {
            return;
        }

        if (First(data.Targets, value => value < low || value > high + Rounding) is { } bad)
        {
            string range = double.IsPositiveInfinity(high) ? $"of at least {low}" : double.IsNegativeInfinity(low) ? $"of at most {high}" : $"from {low} to {high}";
            throw new ArgumentException(
                $"{bad.Describe($"target of the {what} data")}, but {loss.Name} takes targets {range}. Correct or remove such rows, or take another loss, for example {new MeanSquaredError().Name}.", nameof(data));
        }
    }

    /// <summary>
    /// Throws when a feature or target is infinite or NaN. It reads everything, so it is called only when a run has failed: then such a number is the cause,
    /// and not the learning rate.
    /// </summary>
    public static void ThrowIfNotFinite(TrainingData data, string what)
    {
        ThrowIfNotFinite(data.Features, $"feature of the {what} data");
        ThrowIfNotFinite(data.Targets, $"target of the {what} data");
    }

    /// <summary>Throws when a number is infinite or NaN, naming its row and column.</summary>
    public static void ThrowIfNotFinite(IRowSource<float> source, string what)
    {
        if (First(source, value => !float.IsFinite(value)) is { } bad)
        {
            throw new ArgumentException($"{bad.Describe(what)}. Replace or remove such rows.", "data");
        }
    }

    /// <summary>The largest magnitude.</summary>
    public static double Largest(IRowSource<float> source)
    {
        float largest = 0;
        First(source, value =>
        {
            largest = Math.Max(largest, Math.Abs(value));
            return false;
        });
        return largest;
    }

    /// <summary>The largest root mean square of a column.</summary>
    public static double LargestRootMeanSquare(IRowSource<float> source)
    {
        double[] squares = new double[source.Width];
        int column = 0;
        First(source, value =>
        {
            squares[column] += (double)value * value;
            column = column + 1 == squares.Length ? 0 : column + 1;
            return false;
        });
        return Math.Sqrt(squares.Max() / source.Count);
    }

    /// <summary>The same of rows one after another.</summary>
    public static double LargestRootMeanSquare(double[] rows, int width)
    {
        double[] squares = new double[width];
        for (int i = 0; i < rows.Length; i++)
        {
            squares[i % width] += rows[i] * rows[i];
        }

        return Math.Sqrt(squares.Max() / (rows.Length / width));
    }

    /// <summary>The first number that is wanted; null for none.</summary>
    private static Place? First(IRowSource<float> source, Predicate<float> wanted)
    {
        int block = Math.Clamp(BlockElements / source.Width, 1, source.Count);
        int[] rows = new int[block];
        float[] values = new float[block * source.Width];
        for (int start = 0; start < source.Count; start += block)
        {
            int count = Math.Min(block, source.Count - start);
            for (int i = 0; i < count; i++)
            {
                rows[i] = start + i;
            }

            source.Read(rows.AsSpan(0, count), values);
            for (int i = 0; i < count * source.Width; i++)
            {
                if (wanted(values[i]))
                {
                    return new Place(start + (i / source.Width), i % source.Width, values[i]);
                }
            }
        }

        return null;
    }

    private readonly record struct Place(int Row, int Column, float Value)
    {
        public string Describe(string what) => string.Create(CultureInfo.InvariantCulture, $"Row {Row} (counted from 0) has {Value} in column {Column} as a {what}");
    }
}
