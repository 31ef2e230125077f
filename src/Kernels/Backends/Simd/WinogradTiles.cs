using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The tiles of all samples of a tensor of images [height, width, channels]: squares that begin every <see cref="Step"/> pixels, in ascending order of sample, row, column. What lies
/// outside an image is 0.
/// </summary>
internal unsafe struct WinogradTiles
{
    /// <summary>First element of sample 0.</summary>
    public float* Source;

    /// <summary>Rows of an image.</summary>
    public int Height;

    /// <summary>Columns of an image.</summary>
    public int Width;

    /// <summary>Channels of an image.</summary>
    public int Channels;

    /// <summary>The row where the first tile begins; may be negative.</summary>
    public int FirstRow;

    /// <summary>The column where the first tile begins; may be negative.</summary>
    public int FirstColumn;

    /// <summary>Pixels from one tile to the next.</summary>
    public int Step;

    /// <summary>Tiles above each other.</summary>
    public int Rows;

    /// <summary>Tiles side by side.</summary>
    public int Columns;

    /// <summary>Tiles of a sample.</summary>
    public readonly int Count => Rows * Columns;

    /// <summary>Elements that a copy of a tile takes, and what a loop may read beyond.</summary>
    public static long PatchLength(int size, int channels) => (((long)size * size * channels) + (2 * Lanes.Virtual) - 1) & -Lanes.Virtual;

    /// <summary>The first element of a tile: in the image, or of a copy with zeros around it.</summary>
    /// <param name="tile">Index among the tiles of all samples.</param>
    /// <param name="size">Rows and columns of a tile.</param>
    /// <param name="patch">Room for a copy.</param>
    /// <param name="rowDistance">Distance of the tile's rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly float* Locate(int tile, int size, float* patch, out nint rowDistance)
    {
        (int sample, int place) = Math.DivRem(tile, Count);
        (int row, int column) = Math.DivRem(place, Columns);
        int y = (row * Step) + FirstRow;
        int x = (column * Step) + FirstColumn;
        float* image = Source + ((nint)sample * Height * Width * Channels);
        if (y >= 0 && x >= 0 && y + size <= Height && x + size <= Width)
        {
            rowDistance = (nint)Width * Channels;
            return image + ((((nint)y * Width) + x) * Channels);
        }

        rowDistance = (nint)size * Channels;
        int left = Math.Clamp(-x, 0, size);
        int columns = Math.Clamp(Width - x, left, size) - left;
        float* line = patch;
        for (int i = 0; i < size; i++, line += rowDistance)
        {
            Span<float> target = new(line, size * Channels);
            if ((uint)(y + i) < (uint)Height && columns > 0)
            {
                target[..(left * Channels)].Clear();
                new Span<float>(image + (((nint)(y + i) * Width) + x + left) * Channels, columns * Channels).CopyTo(target[(left * Channels)..]);
                target[((left + columns) * Channels)..].Clear();
            }
            else
            {
                target.Clear();
            }
        }

        return patch;
    }
}
