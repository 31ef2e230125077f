namespace MLNet.GradientTrainers.Kernels;

/// <summary>What is checked about data before training, and the search for a number that is none after a run has failed.</summary>
internal static class DataChecks
{
    private const int BlockElements = 1 << 14;

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
                if (!float.IsFinite(values[i]))
                {
                    throw new ArgumentException(
                        $"Row {start + (i / source.Width)} (counted from 0) has {values[i]} in column {i % source.Width} as a {what}. Replace or remove such rows.", "data");
                }
            }
        }
    }
}
