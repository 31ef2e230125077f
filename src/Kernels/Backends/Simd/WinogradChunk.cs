using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Some tiles of the batch, and what the weights' gradient by Winograd's method needs of them.</summary>
internal unsafe struct WinogradChunk
{
    public WinogradTiles Images;
    public WinogradTiles Gradients;

    /// <summary>Tiles of the images at all points: [point, tile, channel].</summary>
    public float* ImagePoints;

    /// <summary>Tiles of the output's gradient at all points: [point, tile, filter].</summary>
    public float* GradientPoints;

    /// <summary>The weights' sums at all points: [point, channel, filter].</summary>
    public float* Sums;

    /// <summary>Distance of the tiles of the images, and of its points.</summary>
    public nint ImageRow;
    public nint ImagePoint;

    /// <summary>Distance of the tiles of the output's gradient and of the channels of the sums, and of the points of each.</summary>
    public nint GradientRow;
    public nint GradientPoint;
    public nint SumsPoint;

    /// <summary>Columns of a panel.</summary>
    public int PanelWidth;

    /// <summary>The first tile.</summary>
    public int First;

    /// <summary>Number of tiles.</summary>
    public int Tiles;

    /// <summary>Whether the sums begin with it.</summary>
    public bool IsFirst;

    /// <summary>Puts some of its tiles to all points.</summary>
    /// <param name="start">The first one, within the chunk.</param>
    /// <param name="count">Their number.</param>
    /// <param name="patch">Working memory.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void Transform<TLane, TOutputs>(int start, int count, float* patch)
        where TLane : struct, ISimdLane<TLane>
        where TOutputs : struct, IConstant
    {
        WinogradTransforms.Input<TLane>(Images, First + start, count, patch, ImagePoints + (start * ImageRow), ImageRow, ImagePoint);
        WinogradTransforms.Gradient<TLane, TOutputs>(Gradients, First + start, count, patch, GradientPoints + (start * GradientRow), GradientRow, GradientPoint);
    }

    /// <summary>Adds the products of its tiles to the sums at a point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public readonly void AddProducts<TLane>(int point)
        where TLane : struct, ISimdLane<TLane>
    {
        float* zeros = stackalloc float[MicroKernel.Vectors * Lanes.Virtual];
        float* some = stackalloc float[MicroKernel.LargestRows * MicroKernel.Vectors * Lanes.Virtual];
        nint start = 0;
        int channels = Images.Channels;
        int filters = Gradients.Channels;
        int tiles = ((channels - 1) / MicroKernel.Rows<TLane>()) + 1;
        for (int j = 0; j < filters; j += PanelWidth)
        {
            bool narrow = filters - j <= TLane.Count;
            int width = narrow ? TLane.Count : PanelWidth;
            for (int index = 0; index < tiles; index++)
            {
                int row = channels * index / tiles;
                int rows = (channels * (index + 1) / tiles) - row;
                float* sums = Sums + (point * SumsPoint) + (row * GradientRow) + j;
                ConvolutionTile tile = new()
                {
                    A = ImagePoints + (point * ImagePoint) + row,
                    ARow = 1,
                    AStep = ImageRow,
                    Runs = &start,
                    RunRows = &start,
                    RunCount = 1,
                    RunLength = Tiles,
                    B = GradientPoints + (point * GradientPoint) + j,
                    BStep = GradientRow,
                    Init = zeros,
                    C = IsFirst ? sums : some,
                    CRow = IsFirst ? GradientRow : width,
                };
                if (narrow)
                {
                    ConvolutionKernel.Run<TLane, MicroKernel.One>(rows, tile);
                }
                else
                {
                    ConvolutionKernel.Run<TLane, MicroKernel.Two>(rows, tile);
                }

                // A sum of its own for each chunk rounds less than one long chain.
                for (int i = 0; i < rows && !IsFirst; i++, sums += GradientRow)
                {
                    for (int f = 0; f < width; f += TLane.Count)
                    {
                        TLane.Store(TLane.Load(sums + f) + TLane.Load(some + (i * width) + f), sums + f);
                    }
                }
            }
        }
    }
}
