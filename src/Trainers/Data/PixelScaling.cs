using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers;

/// <summary>
/// How a byte of an image becomes a number: value = (byte / <see cref="Divisor"/> − <see cref="Mean"/>) / <see cref="StandardDeviation"/>,
/// each step rounded to single precision.
/// </summary>
public sealed record PixelScaling
{
    private PixelScaling(float divisor, float mean, float standardDeviation)
    {
        Divisor = divisor;
        Mean = mean;
        StandardDeviation = standardDeviation;
    }

    /// <summary>The bytes as they are: 0 to 255.</summary>
    public static PixelScaling Raw { get; } = new(1, 0, 1);

    /// <summary>Bytes divided by 255: 0 to 1.</summary>
    public static PixelScaling ZeroToOne { get; } = new(255, 0, 1);

    /// <summary>The constants customary for MNIST (mean 0.1307, standard deviation 0.3081): −0.4242 to 2.8215.</summary>
    public static PixelScaling Mnist { get; } = Standardize(0.1307f, 0.3081f);

    /// <summary>What bytes are divided by first: 1 or 255.</summary>
    public float Divisor { get; }

    /// <summary>What is then subtracted.</summary>
    public float Mean { get; }

    /// <summary>What the difference is divided by.</summary>
    public float StandardDeviation { get; }

    /// <summary>Scales to 0 to 1, then subtracts the mean and divides by the standard deviation.</summary>
    /// <param name="mean">Mean of the pixels on the scale 0 to 1; finite.</param>
    /// <param name="standardDeviation">Standard deviation of the pixels on the scale 0 to 1; finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public static PixelScaling Standardize(float mean, float standardDeviation)
    {
        if (!float.IsFinite(mean))
        {
            throw new ArgumentOutOfRangeException(nameof(mean), mean, "The mean must be finite.");
        }

        if (!float.IsFinite(standardDeviation) || standardDeviation <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(standardDeviation), standardDeviation, "The standard deviation must be finite and above 0.");
        }

        return new(255, mean, standardDeviation);
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"(byte / {Divisor} - {Mean}) / {StandardDeviation}");

    /// <summary>What each byte becomes: 256 numbers.</summary>
    internal float[] Table()
    {
        byte[] all = [.. Enumerable.Range(0, byte.MaxValue + 1).Select(i => (byte)i)];
        float[] table = new float[all.Length];
        Convert(all, table);
        return table;
    }

    /// <summary>Converts as many bytes as there are values.</summary>
    internal void Convert(ReadOnlySpan<byte> pixels, Span<float> values)
    {
        pixels = pixels[..values.Length];
        int i = 0;
        if (Vector.IsHardwareAccelerated)
        {
            int step = Vector<float>.Count;
            ref float destination = ref MemoryMarshal.GetReference(values);
            for (; i <= values.Length - Vector<byte>.Count; i += Vector<byte>.Count)
            {
                Vector.Widen(new Vector<byte>(pixels[i..]), out Vector<ushort> low, out Vector<ushort> high);
                Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
                Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
                Scale(first).StoreUnsafe(ref destination, (nuint)i);
                Scale(second).StoreUnsafe(ref destination, (nuint)(i + step));
                Scale(third).StoreUnsafe(ref destination, (nuint)(i + (2 * step)));
                Scale(fourth).StoreUnsafe(ref destination, (nuint)(i + (3 * step)));
            }
        }

        // What is left is shorter than a vector of bytes.
        for (; i < values.Length; i++)
        {
            values[i] = ((pixels[i] / Divisor) - Mean) / StandardDeviation;
        }
    }

    // Divisions by one are skipped, not reciprocals taken: the result is that of the scalar formula, bit for bit.
    private Vector<float> Scale(Vector<uint> pixels)
    {
        Vector<float> values = Vector.ConvertToSingle(Vector.AsVectorInt32(pixels));
        if (Divisor != 1)
        {
            values /= new Vector<float>(Divisor);
        }

        if (StandardDeviation != 1 || Mean != 0)
        {
            values = (values - new Vector<float>(Mean)) / new Vector<float>(StandardDeviation);
        }

        return values;
    }
}
