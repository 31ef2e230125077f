using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Computes a <see cref="Correlation"/> of stride 1 by Winograd's method: tasks of some tiles, taken from a counter. The tiles' numbers at all points, and the products with the
/// weights there, stay in the second-level cache; an activation is applied to each tile of the result as it is written.
/// </summary>
internal unsafe struct WinogradJob<TRule, TOutputs> : IVectorJob
    where TRule : struct, IActivationRule
    where TOutputs : struct, IConstant
{
    /// <summary>Elements of a task's tiles at all points, with their results.</summary>
    private const int TaskElements = 64 * 1024;

    private readonly TRule _rule;
    private readonly Correlation _correlation;
    private readonly WinogradTiles _tiles;
    private readonly nint _weightsPoint;
    private readonly float* _working;
    private readonly int _panelWidth;
    private readonly int _taskTiles;
    private int _next;

    /// <summary>Cuts the result into tasks.</summary>
    /// <param name="rule">Applied to the finished sums.</param>
    /// <param name="correlation">What to compute; its weights are those at the points.</param>
    /// <param name="tiles">Of the source.</param>
    /// <param name="weightsPoint">Distance of the weights' points.</param>
    /// <param name="working">Room for <see cref="WorkingLength"/> elements for each part.</param>
    /// <param name="panelWidth">Columns of a panel of weights.</param>
    /// <param name="parts">Threads that will take tasks.</param>
    public WinogradJob(TRule rule, in Correlation correlation, in WinogradTiles tiles, nint weightsPoint, float* working, int panelWidth, int parts)
    {
        _rule = rule;
        _correlation = correlation;
        _tiles = tiles;
        _weightsPoint = weightsPoint;
        _working = working;
        _panelWidth = panelWidth;
        _taskTiles = TaskTiles(correlation, tiles, panelWidth, parts);
    }

    /// <summary>Elements of a thread's working memory, a multiple of a cache line.</summary>
    public static long WorkingLength(in Correlation correlation, in WinogradTiles tiles, int panelWidth, int parts)
    {
        int rows = TaskTiles(correlation, tiles, panelWidth, parts);
        return (WinogradPoints.Square * (Distance(rows, Padded(correlation.Channels, Lanes.Virtual)) + Distance(rows, Padded(correlation.ResultChannels, panelWidth)))) +
            WinogradTiles.PatchLength(WinogradPoints.Count, correlation.Channels);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>
    {
        float* working = _working + (part * WorkingLength(_correlation, _tiles, _panelWidth, parts));
        int all = _correlation.Samples * _tiles.Count;
        int tasks = ((all - 1) / _taskTiles) + 1;
        for (int task = Interlocked.Increment(ref _next) - 1; task < tasks; task = Interlocked.Increment(ref _next) - 1)
        {
            int first = task * _taskTiles;
            Task<TLane>(first, Math.Min(_taskTiles, all - first), working);
        }
    }

    /// <summary>Tiles of a task: a multiple of the largest tile of the product, but enough tasks for all threads.</summary>
    private static int TaskTiles(in Correlation correlation, in WinogradTiles tiles, int panelWidth, int parts)
    {
        int tile = WinogradPoints.Square * (Padded(correlation.Channels, Lanes.Virtual) + Padded(correlation.ResultChannels, panelWidth));
        int height = panelWidth == MicroKernel.Vectors * Lanes.Virtual ? MicroKernel.LargestRows : 6;
        int all = correlation.Samples * tiles.Count;
        int most = parts == 1 ? all : ((all - 1) / (4 * parts)) + 1;
        return Math.Min(Math.Max(TaskElements / tile / height, 1), ((most - 1) / height) + 1) * height;
    }

    private static int Padded(int length, int multiple) => (length + multiple - 1) / multiple * multiple;

    /// <summary>Distance of the points: a line more than what they hold, so that equal places of many points are no multiple of 4 KB apart.</summary>
    private static nint Distance(int rows, int columns) => ((nint)rows * columns) + Lanes.Virtual;

    private readonly void Task<TLane>(int first, int count, float* working)
        where TLane : struct, ISimdLane<TLane>
    {
        int channels = Padded(_correlation.Channels, Lanes.Virtual);
        int resultChannels = Padded(_correlation.ResultChannels, _panelWidth);
        nint point = Distance(_taskTiles, channels);
        nint resultPoint = Distance(_taskTiles, resultChannels);
        float* results = working + (WinogradPoints.Square * point);
        float* patch = results + (WinogradPoints.Square * resultPoint);
        WinogradTransforms.Input<TLane>(_tiles, first, count, patch, working, channels, point);
        for (int p = 0; p < WinogradPoints.Square; p++)
        {
            Product<TLane>(working + (p * point), channels, _correlation.Weights + (p * _weightsPoint), results + (p * resultPoint), resultChannels, count);
        }

        Finish<TLane>(first, count, results, resultChannels, resultPoint);
    }

    /// <summary>The products of all tiles and weights at one point.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Product<TLane>(float* a, int aRow, float* b, float* c, int cRow, int rows)
        where TLane : struct, ISimdLane<TLane>
    {
        float* zeros = stackalloc float[MicroKernel.Vectors * Lanes.Virtual];
        int k = _correlation.Channels;
        for (int j = 0; j < _correlation.ResultChannels; j += _panelWidth, b += (nint)_panelWidth * k, c += _panelWidth)
        {
            bool narrow = _correlation.ResultChannels - j <= TLane.Count;
            for (int i = 0; i < rows;)
            {
                i += narrow
                    ? MicroKernel.Run<TLane, MicroKernel.One>(rows - i, a + ((nint)i * aRow), aRow, 1, b, TLane.Count, zeros, 0, c + ((nint)i * cRow), cRow, k)
                    : MicroKernel.Run<TLane, MicroKernel.Two>(rows - i, a + ((nint)i * aRow), aRow, 1, b, _panelWidth, zeros, 0, c + ((nint)i * cRow), cRow, k);
            }
        }
    }

    /// <summary>Writes tiles of the result from their numbers at the points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Finish<TLane>(int first, int count, float* source, nint sourceRow, nint point)
        where TLane : struct, ISimdLane<TLane>
    {
        int size = WinogradPoints.Count;
        float* halfRoom = stackalloc float[((size * TOutputs.Value) + 1) * Lanes.Virtual];
        float* half = Lanes.Align(halfRoom);
        float* wholeRoom = stackalloc float[((TOutputs.Value * TOutputs.Value) + 1) * Lanes.Virtual];
        float* whole = Lanes.Align(wholeRoom);
        Correlation correlation = _correlation;
        TRule rule = _rule;
        for (int t = 0; t < count; t++, source += sourceRow)
        {
            (int sample, int place) = Math.DivRem(first + t, _tiles.Count);
            (int row, int column) = Math.DivRem(place, _tiles.Columns);
            int rows = Math.Min(TOutputs.Value, correlation.Vertical.Results - (row * TOutputs.Value));
            int columns = Math.Min(TOutputs.Value, correlation.Horizontal.Results - (column * TOutputs.Value));
            float* result = correlation.Result + (sample * correlation.ResultSample) + (row * TOutputs.Value * correlation.ResultRow) + (column * TOutputs.Value * correlation.ResultColumn);
            for (int j = 0; j < correlation.ResultChannels; j += TLane.Count)
            {
                for (int i = 0; i < size; i++)
                {
                    WinogradPoints.Output<TLane>(TOutputs.Value, source + (i * size * point) + j, point, half + (i * TOutputs.Value * TLane.Count), TLane.Count);
                }

                for (int i = 0; i < TOutputs.Value; i++)
                {
                    WinogradPoints.Output<TLane>(TOutputs.Value, half + (i * TLane.Count), TOutputs.Value * TLane.Count, whole + (i * TLane.Count), TOutputs.Value * TLane.Count);
                }

                TLane bias = correlation.Bias is null ? default : TLane.Load(correlation.Bias + j);
                int left = correlation.ResultChannels - j;
                for (int y = 0; y < rows; y++)
                {
                    float* target = result + (y * correlation.ResultRow) + j;
                    for (int x = 0; x < columns; x++, target += correlation.ResultColumn)
                    {
                        TLane sum = bias + TLane.Load(whole + (((y * TOutputs.Value) + x) * TLane.Count));
                        Lanes.Store(typeof(TRule) == typeof(IdentityRule) ? sum : rule.Forward(sum), target, left);
                    }
                }
            }
        }
    }
}
