namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// How the tiles of a batch are cut for the weights' gradient by Winograd's method: chunks of <see cref="TilesOfChunk"/> tiles, whose products are added up by themselves, and groups of chunks, each with sums of
/// its own. A function of the shape alone: no thread and no vector width may change the order of the sums.
/// </summary>
internal readonly unsafe struct WinogradGroups
{
    /// <summary>A sum of its own for so many tiles rounds less than one long chain.</summary>
    private const int TilesOfChunk = 64;

    /// <summary>The sums of a group are added to the others once: that is little work beside so many chunks.</summary>
    private const int FewestChunks = 4;

    private const int Most = 16;

    /// <summary>Elements of the sums of all groups: 16 MiB.</summary>
    private const int MostSums = 1 << 22;

    private readonly WinogradTiles _images;
    private readonly WinogradTiles _gradients;
    private readonly int _tiles;
    private readonly int _chunks;
    private readonly int _panelWidth;
    private readonly nint _imageRow;
    private readonly nint _imagePoint;
    private readonly nint _gradientPoint;

    /// <param name="images">Tiles of the images.</param>
    /// <param name="gradients">Tiles of the output's gradient.</param>
    /// <param name="tiles">Of the whole batch.</param>
    /// <param name="panelWidth">Columns of a panel.</param>
    public WinogradGroups(in WinogradTiles images, in WinogradTiles gradients, int tiles, int panelWidth)
    {
        _images = images;
        _gradients = gradients;
        _tiles = tiles;
        _panelWidth = panelWidth;
        _chunks = Cuts(tiles, TilesOfChunk);
        _imageRow = Cuts(images.Channels, Lanes.Virtual) * Lanes.Virtual;
        GradientRow = Cuts(gradients.Channels, panelWidth) * panelWidth;
        int most = Math.Min(TilesOfChunk, tiles);
        _imagePoint = (most * _imageRow) + Lanes.Virtual;
        _gradientPoint = (most * GradientRow) + Lanes.Virtual;
        SumsPoint = (images.Channels * GradientRow) + Lanes.Virtual;

        // By the filters alone: a panel's width is the machine's.
        long sums = (long)WinogradPoints.Square * images.Channels * gradients.Channels;
        Count = (int)Math.Clamp(Math.Min(MostSums / sums, _chunks / FewestChunks), 1, Most);
        PatchLength = (nint)WinogradTiles.PatchLength(WinogradPoints.Count, Math.Max(images.Channels, gradients.Channels));
    }

    /// <summary>Number of groups.</summary>
    public int Count { get; }

    /// <summary>Distance of the channels of the sums, and of the tiles of the output's gradient.</summary>
    public nint GradientRow { get; }

    /// <summary>Distance of the points of the sums.</summary>
    public nint SumsPoint { get; }

    /// <summary>Elements of a group's sums.</summary>
    public nint SumsLength => WinogradPoints.Square * SumsPoint;

    /// <summary>Elements of a chunk's tiles at all points.</summary>
    public nint PointsLength => WinogradPoints.Square * (_imagePoint + _gradientPoint);

    /// <summary>Elements of a thread's working memory for a tile.</summary>
    public nint PatchLength { get; }

    /// <summary>The first chunk of a group.</summary>
    public int First(int group) => (int)((long)_chunks * group / Count);

    /// <summary>A chunk.</summary>
    /// <param name="index">Its number.</param>
    /// <param name="points">Room for its tiles at all points.</param>
    /// <param name="sums">The sums of its group.</param>
    /// <param name="isFirst">Whether it is the group's first one, with which the sums begin.</param>
    public WinogradChunk Chunk(int index, float* points, float* sums, bool isFirst) => new()
    {
        Images = _images,
        Gradients = _gradients,
        ImagePoints = points,
        GradientPoints = points + (WinogradPoints.Square * _imagePoint),
        Sums = sums,
        ImageRow = _imageRow,
        ImagePoint = _imagePoint,
        GradientRow = GradientRow,
        GradientPoint = _gradientPoint,
        SumsPoint = SumsPoint,
        PanelWidth = _panelWidth,
        First = index * TilesOfChunk,
        Tiles = Math.Min(TilesOfChunk, _tiles - (index * TilesOfChunk)),
        IsFirst = isFirst,
    };

    private static int Cuts(int length, int size) => ((length - 1) / size) + 1;
}
