using BigGustave;

namespace MLNet.GradientTrainers;

/// <summary>A number for each place of an image that tells how much a prediction depends on it.</summary>
public sealed class ImageMap
{
    private const int LargestSide = 1 << 14;
    private readonly float[] _values;

    internal ImageMap(int height, int width, int classIndex, float[] values)
    {
        Height = height;
        Width = width;
        ClassIndex = classIndex;
        _values = values;
    }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Values of a row.</summary>
    public int Width { get; }

    /// <summary>The class that the map is about, from 0.</summary>
    public int ClassIndex { get; }

    /// <summary><see cref="Height"/> × <see cref="Width"/> values, rows from the top; their unit is told by what made the map.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>The value at a place.</summary>
    /// <param name="row">In [0, <see cref="Height"/>).</param>
    /// <param name="column">In [0, <see cref="Width"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">The place is outside the map.</exception>
    public float this[int row, int column]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)row, (uint)Height, nameof(row));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)column, (uint)Width, nameof(column));
            return _values[(row * Width) + column];
        }
    }

    /// <summary>
    /// The map as a PNG picture. The scale runs from 0, white, to the largest magnitude, deep red for values above 0 and deep blue for values below; a map of
    /// zeros is white.
    /// </summary>
    /// <param name="pixelSize">Pixels of the picture for a value's height and width, at least 1.</param>
    /// <returns>The content of a PNG file.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="pixelSize"/> is below 1, or a side of the picture would exceed 16,384 pixels.</exception>
    public byte[] ToPng(int pixelSize = 8)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pixelSize, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)pixelSize * Math.Max(Height, Width), LargestSide, nameof(pixelSize));
        float largest = _values.Max(MathF.Abs);
        int width = Width * pixelSize;
        int height = Height * pixelSize;
        var picture = PngBuilder.Create(width, height, hasAlphaChannel: false);
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                float value = _values[(y / pixelSize * Width) + (x / pixelSize)];
                picture.SetPixel(Shade(largest > 0 ? value / largest : 0), x, y);
            }
        }

        return picture.Save();
    }

    /// <summary>Writes <see cref="ToPng"/> to a file; an existing one is replaced when all is written.</summary>
    /// <param name="path">The file.</param>
    /// <param name="pixelSize">As in <see cref="ToPng"/>.</param>
    /// <inheritdoc cref="ToPng" path="/exception"/>
    /// <exception cref="IOException">The file can't be written.</exception>
    public void SavePng(string path, int pixelSize = 8)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        byte[] picture = ToPng(pixelSize);
        AtomicFile.Write(path, stream => stream.Write(picture));
    }

    /// <summary>From white by way of a clear colour to a deep one, so that small values show too.</summary>
    private static Pixel Shade(float value)
    {
        ReadOnlySpan<byte> clear = value > 0 ? [0xF4, 0x6D, 0x43] : [0x43, 0x93, 0xC3];
        ReadOnlySpan<byte> deep = value > 0 ? [0x7F, 0x00, 0x1A] : [0x05, 0x30, 0x61];
        float strength = Math.Min(1, MathF.Abs(value));
        return new Pixel(Mix(clear[0], deep[0]), Mix(clear[1], deep[1]), Mix(clear[2], deep[2]));

        byte Mix(byte middle, byte end) =>
            (byte)MathF.Round(strength < 0.5f ? 255 + (2 * strength * (middle - 255)) : middle + (((2 * strength) - 1) * (end - middle)));
    }
}
