using ILGPU;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>The parts of long sums.</summary>
public sealed partial class GpuBackend
{
    private const int PartsOfAll = 512;
    private const int ShortestPart = 256;

    private GpuBuffer? _scratch;

    /// <summary>
    /// A product whose depth is cut so that about 512 groups of threads have work, with parts of 256 and more. Sizes alone decide, not the device: its bits do not depend on which card of a kind it is.
    /// </summary>
    internal static Product Parted(int depth, int rows, int columns, int groups)
    {
        long tiles = (long)Tiles(rows, Tile64.Lines) * Tiles(columns, Tile64.Lines) * groups;
        long parts = Math.Min(PartsOfAll / tiles, depth / ShortestPart);
        if (parts <= 1)
        {
            return new(depth, depth, 1);
        }

        // Whole strips, so that fours stay fours.
        int partDepth = Tiles((int)((depth + parts - 1) / parts), Tile64.Depth) * Tile64.Depth;
        return new(depth, partDepth, Tiles(depth, partDepth));
    }

    /// <summary>Memory of the back end for the length of one operation.</summary>
    private ArrayView<float> Scratch(int length)
    {
        if (_scratch is null || _scratch.Length < length)
        {
            _scratch?.Dispose();
            _scratch = null;
            _scratch = new GpuBuffer(this, length);
        }

        return _scratch.View;
    }
}
