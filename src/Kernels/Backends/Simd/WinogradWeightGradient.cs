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

    /// <summary>The first tile.</summary>
    public int First;

    /// <summary>Number of tiles.</summary>
    public int Tiles;
}

/// <summary>Adds the products of a chunk's tiles to the sums at all points: tasks of some channels × filters at one point, taken from a counter.</summary>
internal unsafe struct WinogradSumsJob : IVectorJob
{
    private readonly WinogradChunk _chunk;
    private readonly int _panelWidth;
    private int _next;

    public WinogradSumsJob(in WinogradChunk chunk, int panelWidth)
    {
        _chunk = chunk;
        _panelWidth = panelWidth;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>
    {
        for (int point = Interlocked.Increment(ref _next) - 1; point < WinogradPoints.Square; point = Interlocked.Increment(ref _next) - 1)
        {
            Point<TLane>(point);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Point<TLane>(int point)
        where TLane : struct, ISimdLane<TLane>
    {
        float* zeros = stackalloc float[MicroKernel.Vectors * Lanes.Virtual];
        float* some = stackalloc float[MicroKernel.LargestRows * MicroKernel.Vectors * Lanes.Virtual];
        nint start = 0;
        WinogradChunk chunk = _chunk;
        int channels = chunk.Images.Channels;
        int filters = chunk.Gradients.Channels;
        int tiles = ((channels - 1) / MicroKernel.Rows<TLane>()) + 1;
        bool first = chunk.First == 0;
        for (int j = 0; j < filters; j += _panelWidth)
        {
            bool narrow = filters - j <= TLane.Count;
            int width = narrow ? TLane.Count : _panelWidth;
            for (int index = 0; index < tiles; index++)
            {
                int row = channels * index / tiles;
                int rows = (channels * (index + 1) / tiles) - row;
                float* sums = chunk.Sums + (point * chunk.SumsPoint) + (row * chunk.GradientRow) + j;
                ConvolutionTile tile = new()
                {
                    A = chunk.ImagePoints + (point * chunk.ImagePoint) + row,
                    ARow = 1,
                    AStep = chunk.ImageRow,
                    Runs = &start,
                    RunRows = &start,
                    RunCount = 1,
                    RunLength = chunk.Tiles,
                    B = chunk.GradientPoints + (point * chunk.GradientPoint) + j,
                    BStep = chunk.GradientRow,
                    Init = zeros,
                    C = first ? sums : some,
                    CRow = first ? chunk.GradientRow : width,
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
                for (int i = 0; i < rows && !first; i++, sums += chunk.GradientRow)
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
