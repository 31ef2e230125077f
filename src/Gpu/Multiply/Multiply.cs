using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.OpenCL;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>How the multiply kernel is launched.</summary>
public sealed partial class GpuBackend
{
    // So many registers a thread that two groups find room on a multiprocessor.
    private static readonly KernelSpecialization s_multiply = new(TiledProduct.Threads, 2);

    /// <summary>Tests: the tile to use whatever the sizes, by its lines; 0 for the one that suits.</summary>
    internal int ForcedTile { get; set; }

    /// <summary>rows × columns sums of a product for each group, with the tile that keeps all multiprocessors busy.</summary>
    private void Multiply<TLeft, TRight, TRule>(Product product, TLeft left, TRight right, Result<TRule> result, int rows, int columns, int groups)
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TRule : struct, IActivationRule
    {
        long large = (long)Tiles(rows, Tile128.Lines) * Tiles(columns, Tile128.Lines) * groups * product.Parts;

        // A processor that plays a GPU has not the registers for the large one.
        bool isProcessor = Session.Accelerator.Device is CLDevice { DeviceType: CLDeviceType.CL_DEVICE_TYPE_CPU };
        bool suits = rows > Tile64.Lines && columns > Tile64.Lines && large >= Session.Accelerator.NumMultiprocessors && !isProcessor;
        if (ForcedTile == 0 ? suits : ForcedTile == Tile128.Lines)
        {
            Launch<Tile128, TLeft, TRight, TRule>(product, left, right, result, rows, columns, groups);
        }
        else
        {
            Launch<Tile64, TLeft, TRight, TRule>(product, left, right, result, rows, columns, groups);
        }
    }

    private void Launch<TTile, TLeft, TRight, TRule>(Product product, TLeft left, TRight right, Result<TRule> result, int rows, int columns, int groups)
        where TTile : struct, ITile<TTile>
        where TLeft : struct, IOperand
        where TRight : struct, IOperand
        where TRule : struct, IActivationRule
    {
        Action<AcceleratorStream, KernelConfig, Product, TLeft, TRight, Result<TRule>> kernel = Session.Kernel<Action<Product, TLeft, TRight, Result<TRule>>, Action<AcceleratorStream, KernelConfig, Product, TLeft, TRight, Result<TRule>>>(
            TiledProduct.MultiplyKernel<TTile, TLeft, TRight, TRule>, static (accelerator, k) => accelerator.LoadKernel(k, s_multiply));
        int rowTiles = Tiles(rows, TTile.Lines);
        KernelConfig config = new(new Index3D(checked(rowTiles * Tiles(columns, TTile.Lines)), product.Parts, groups), new Index3D(TiledProduct.Threads, 1, 1));
        kernel(Session.Stream, config, new(product.Depth, product.PartDepth, product.Parts, rowTiles), left, right, result);
    }

    private static int Tiles(int lines, int tile) => (int)(((long)lines + tile - 1) / tile);
}
