namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>The depth of a product, and the parts that it is summed in.</summary>
/// <param name="depth">Products of an element.</param>
/// <param name="partDepth">Products of a part, a multiple of 16 where there are several.</param>
/// <param name="parts">How many parts.</param>
/// <param name="rowTiles">Tiles below each other; the launch knows them.</param>
internal readonly struct Product(int depth, int partDepth, int parts, int rowTiles = 0)
{
    public readonly int Depth = depth;
    public readonly int PartDepth = partDepth;
    public readonly int Parts = parts;
    public readonly int RowTiles = rowTiles;
}
