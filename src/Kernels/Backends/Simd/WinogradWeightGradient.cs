using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Groups of chunks, each by one thread, which keeps a chunk's tiles at all points in its own second-level cache: tasks of a group, taken from a counter.</summary>
internal unsafe struct WinogradGroupsJob<TOutputs> : IVectorJob
    where TOutputs : struct, IConstant
{
    private readonly WinogradGroups _groups;
    private readonly float* _sums;
    private readonly float* _working;
    private int _next;

    /// <param name="groups">The groups.</param>
    /// <param name="sums">Room for <see cref="WinogradGroups.SumsLength"/> elements for each group.</param>
    /// <param name="working">Room for the points and the patch of each part.</param>
    public WinogradGroupsJob(in WinogradGroups groups, float* sums, float* working)
    {
        _groups = groups;
        _sums = sums;
        _working = working;
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>
    {
        float* points = _working + (part * (_groups.PointsLength + _groups.PatchLength));
        for (int group = Interlocked.Increment(ref _next) - 1; group < _groups.Count; group = Interlocked.Increment(ref _next) - 1)
        {
            for (int index = _groups.First(group); index < _groups.First(group + 1); index++)
            {
                WinogradChunk chunk = _groups.Chunk(index, points, _sums + (group * _groups.SumsLength), isFirst: index == _groups.First(group));
                chunk.Transform<TLane, TOutputs>(0, chunk.Tiles, points + _groups.PointsLength);
                for (int point = 0; point < WinogradPoints.Square; point++)
                {
                    chunk.AddProducts<TLane>(point);
                }
            }
        }
    }
}

/// <summary>A chunk's tiles at all points: a part is some of the tiles.</summary>
internal readonly unsafe struct WinogradTilesJob<TOutputs>(WinogradChunk chunk, float* patches, nint patchLength) : IVectorJob
    where TOutputs : struct, IConstant
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>
    {
        int start = (int)((long)chunk.Tiles * part / parts);
        int end = (int)((long)chunk.Tiles * (part + 1) / parts);
        chunk.Transform<TLane, TOutputs>(start, end - start, patches + (part * patchLength));
    }
}

/// <summary>Adds the products of a chunk's tiles to the sums at all points: tasks of one point, taken from a counter.</summary>
internal struct WinogradSumsJob : IVectorJob
{
    private readonly WinogradChunk _chunk;
    private int _next;

    public WinogradSumsJob(in WinogradChunk chunk) => _chunk = chunk;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>
    {
        for (int point = Interlocked.Increment(ref _next) - 1; point < WinogradPoints.Square; point = Interlocked.Increment(ref _next) - 1)
        {
            _chunk.AddProducts<TLane>(point);
        }
    }
}

/// <summary>The weights' gradient from the sums of all groups at all points, which are added in their order: an item is a channel.</summary>
internal readonly unsafe struct WinogradResultJob<TOutputs>(WinogradGroups groups, float* sums, ConvolutionShape shape, float* target) : IRangeJob
    where TOutputs : struct, IConstant
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int start, int end)
        where TLane : struct, ISimdLane<TLane>
    {
        int taps = shape.Kernel.Height * shape.Kernel.Width;
        int filters = shape.Filters;
        float* weights = stackalloc float[taps * Lanes.Virtual];
        float* points = stackalloc float[WinogradPoints.Square * Lanes.Virtual];
        for (int c = start; c < end; c++)
        {
            for (int j = 0; j < filters; j += TLane.Count)
            {
                for (int point = 0; point < WinogradPoints.Square; point++)
                {
                    float* source = sums + (point * groups.SumsPoint) + (c * groups.GradientRow) + j;
                    TLane sum = TLane.Load(source);
                    for (int group = 1; group < groups.Count; group++)
                    {
                        sum += TLane.Load(source + (group * groups.SumsLength));
                    }

                    TLane.Store(sum, points + (point * TLane.Count));
                }

                WinogradTransforms.WeightGradient<TLane, TOutputs>(points, TLane.Count, weights);
                for (int tap = 0; tap < taps; tap++)
                {
                    Lanes.Store(TLane.Load(weights + (tap * TLane.Count)), target + ((((nint)tap * shape.Channels) + c) * filters) + j, filters - j);
                }
            }
        }
    }
}
