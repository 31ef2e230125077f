using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Computes a <see cref="Correlation"/>: tasks of some rows of one sample, taken from a counter, each with a strip of the source in the second-level cache; an
/// activation is applied to each tile while it is in the first.
/// </summary>
internal unsafe struct CorrelationJob<TRule> : IVectorJob
    where TRule : struct, IActivationRule
{
    /// <summary>Elements of a strip, if a row fits: half a megabyte.</summary>
    private const int LargestStrip = 128 * 1024;

    private readonly TRule _rule;
    private readonly Correlation _correlation;
    private readonly nint* _runs;
    private readonly float* _strips;
    private readonly int _panelWidth;
    private readonly int _blockRows;
    private readonly int _blocks;
    private int _next;

    /// <summary>Cuts the result into tasks.</summary>
    /// <param name="rule">Applied to the finished sums.</param>
    /// <param name="correlation">What to compute.</param>
    /// <param name="runs">Room for 2 · <see cref="Correlation.Runs"/> places.</param>
    /// <param name="strips">Room for <see cref="StripLength"/> elements for each part.</param>
    /// <param name="panelWidth">Columns of a panel of weights.</param>
    /// <param name="parts">Threads that will take tasks.</param>
    public CorrelationJob(TRule rule, in Correlation correlation, nint* runs, float* strips, int panelWidth, int parts)
    {
        _rule = rule;
        _correlation = correlation;
        _runs = runs;
        _strips = strips;
        _panelWidth = panelWidth;
        _blockRows = BlockRows(correlation, parts);
        _blocks = ((correlation.Vertical.Results - 1) / _blockRows) + 1;
        correlation.Places(runs, runs + correlation.Runs);
    }

    /// <summary>Elements of a thread's strip, a multiple of a cache line.</summary>
    public static long StripLength(in Correlation correlation, int parts) =>
        correlation.Direct ? 0 : ((correlation.Vertical.Extent(BlockRows(correlation, parts)) * correlation.SourceRow) + Lanes.Virtual - 1) & -Lanes.Virtual;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>
    {
        float* strip = _strips + (part * StripLength(_correlation, parts));
        int tasks = _correlation.Samples * _blocks;
        for (int task = Interlocked.Increment(ref _next) - 1; task < tasks; task = Interlocked.Increment(ref _next) - 1)
        {
            int row = task % _blocks * _blockRows;
            Task<TLane>(task / _blocks, row, Math.Min(_blockRows, _correlation.Vertical.Results - row), strip);
        }
    }

    /// <summary>Rows of a task: as many as fit into a strip, but enough tasks for all threads.</summary>
    private static int BlockRows(in Correlation correlation, int parts)
    {
        int results = correlation.Vertical.Results;
        int blocks = parts == 1 ? 1 : Math.Clamp(((4 * parts) - 1) / correlation.Samples, 0, results - 1) + 1;
        int rows = ((results - 1) / blocks) + 1;
        while (rows > 1 && correlation.Vertical.Extent(rows) * correlation.SourceRow > LargestStrip)
        {
            rows = (rows + 1) / 2;
        }

        return rows;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Task<TLane>(int sample, int row, int rows, float* strip)
        where TLane : struct, ISimdLane<TLane>
    {
        float* zeros = stackalloc float[MicroKernel.Vectors * Lanes.Virtual];
        Correlation correlation = _correlation;
        float* source = strip;
        if (correlation.Direct)
        {
            int y = (row * correlation.Vertical.Stride) + correlation.Vertical.First;
            source = correlation.Source + ((((((nint)sample * correlation.Height) + y) * correlation.Width) + correlation.Horizontal.First) * correlation.Channels);
        }
        else
        {
            correlation.Fill(sample, row, rows, strip);
        }

        int padded = (correlation.ResultChannels + _panelWidth - 1) / _panelWidth * _panelWidth;
        float* result = correlation.Result + (sample * correlation.ResultSample) + (row * correlation.ResultRow);
        for (int group = 0; group < correlation.Groups; group++)
        {
            for (int j = 0; j < correlation.ResultChannels; j += _panelWidth)
            {
                int columns = Math.Min(_panelWidth, correlation.ResultChannels - j);
                int channel = (group * correlation.ResultChannels) + j;
                ConvolutionTile tile = new()
                {
                    A = source + (group * correlation.Depth),
                    ARow = (nint)correlation.Horizontal.Stride * correlation.Channels,
                    AStep = 1,
                    RunLength = correlation.RunLength,
                    B = correlation.Weights + ((((nint)group * padded) + j) * correlation.K),
                    BStep = columns <= TLane.Count ? TLane.Count : _panelWidth,
                    Init = correlation.Bias is null ? zeros : correlation.Bias + channel,
                    C = result + channel,
                    CRow = correlation.ResultColumn,
                };
                if (columns <= TLane.Count)
                {
                    Rows<TLane, MicroKernel.One>(tile, row, rows, columns);
                }
                else
                {
                    Rows<TLane, MicroKernel.Two>(tile, row, rows, columns);
                }
            }
        }
    }

    /// <summary>All tiles of a panel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Rows<TLane, TVectors>(ConvolutionTile tile, int row, int rows, int columns)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
    {
        float* narrow = stackalloc float[MicroKernel.LargestRows * MicroKernel.Vectors * Lanes.Virtual];
        int width = TVectors.Value * TLane.Count;
        int largest = MicroKernel.Rows<TLane>();
        int pixels = _correlation.Horizontal.Results;
        nint sourceRow = _correlation.Vertical.Stride * _correlation.SourceRow;
        nint resultRow = _correlation.ResultRow;
        nint resultColumn = _correlation.ResultColumn;
        float* source = tile.A;
        float* result = tile.C;
        for (int y = 0; y < rows; y++, source += sourceRow, result += resultRow)
        {
            (int start, int end) = _correlation.Vertical.Clip(row + y, _correlation.Height);
            start *= _correlation.RowRuns;
            tile.Runs = _runs + start;
            tile.RunRows = _runs + _correlation.Runs + start;
            tile.RunCount = (end * _correlation.RowRuns) - start;
            for (int x = 0; x < pixels;)
            {
                int count = ConvolutionKernel.Next(pixels - x, largest);
                float* target = result + (x * resultColumn);
                tile.A = source + (x * tile.ARow);

                // A tile that is wider than what is left of the result goes through a buffer.
                tile.C = columns < width ? narrow : target;
                tile.CRow = columns < width ? width : resultColumn;
                ConvolutionKernel.Run<TLane, TVectors>(count, tile);
                if (columns < width || typeof(TRule) != typeof(IdentityRule))
                {
                    Finish<TLane>(tile.C, tile.CRow, target, count, columns);
                }

                x += count;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private readonly void Finish<TLane>(float* sums, nint sumsRow, float* result, int rows, int columns)
        where TLane : struct, ISimdLane<TLane>
    {
        TRule rule = _rule;
        for (int i = 0; i < rows; i++, sums += sumsRow, result += _correlation.ResultColumn)
        {
            for (int j = 0; j < columns; j += TLane.Count)
            {
                TLane sum = TLane.Load(sums + j);
                Lanes.Store(typeof(TRule) == typeof(IdentityRule) ? sum : rule.Forward(sum), result + j, columns - j);
            }
        }
    }
}
