using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A matrix product: c[i, j] = init[i, j] + Σ a[i, p] · b[p, j]. Distances are in elements.</summary>
internal unsafe struct Product
{
    /// <summary>First element of a.</summary>
    public float* A;

    /// <summary>Distance of its rows.</summary>
    public nint ARow;

    /// <summary>Distance of its columns.</summary>
    public nint AStep;

    /// <summary>First element of b, or of its panels.</summary>
    public float* B;

    /// <summary>Distance of the rows of b, as stored; no meaning for panels.</summary>
    public nint BRow;

    /// <summary>Whether b lies in panels from the start.</summary>
    public bool InPanels;

    /// <summary>What the sums start from; null for 0.</summary>
    public float* Init;

    /// <summary>Distance of its rows.</summary>
    public nint InitRow;

    /// <summary>First element of the result.</summary>
    public float* C;

    /// <summary>Distance of its rows.</summary>
    public nint CRow;

    /// <summary>Rows of the result.</summary>
    public int Rows;

    /// <summary>Columns of the result.</summary>
    public int Columns;

    /// <summary>Products in a sum.</summary>
    public int K;
}

/// <summary>Computes one block of a product, task by task, and applies an activation to each tile while it is in the first-level cache.</summary>
internal readonly unsafe struct ProductJob<TRule> : IVectorJob
    where TRule : struct, IActivationRule
{
    /// <summary>
    /// Steps of k between two visits of a tile of the result. Each visit costs a tile some hundred cycles beside its multiply-adds, so that few and long ones are best. A panel of b of that depth (1024 × 32 floats) comes
    /// out of the second-level cache for every tile, which is fast enough: two lines in as many cycles as the tile has rows.
    /// </summary>
    private const int Depth = 1024;

    /// <summary>Rows of a task: with <see cref="Depth"/> columns of a they take 400 KB of the second-level cache.</summary>
    private const int LargestTask = 98;

    /// <summary>The same two for a copied a, whose pieces are shorter the more steps there are: see <see cref="CopySize"/>.</summary>
    private const int CopyDepth = 256;

    private const int LargestCopyTask = 196;

    private const int SmallestTask = 32;

    /// <summary>Tasks are whole tiles where that leaves the last one short by no more than this part of all rows.</summary>
    private const int MostUneven = 32;

    private readonly TRule _rule;
    private readonly Product _product;
    private readonly bool _packed;
    private readonly bool _last;
    private readonly int _panelWidth;
    private readonly int _taskRows;
    private readonly int _taskPanels;
    private readonly int _rowTasks;

    /// <summary>Cuts the result into tasks.</summary>
    /// <param name="rule">Applied to the finished sums.</param>
    /// <param name="product">The block.</param>
    /// <param name="packed">Whether b lies in panels.</param>
    /// <param name="last">Whether this block finishes the sums.</param>
    /// <param name="panelWidth">Columns of a panel.</param>
    /// <param name="threads">Threads that will take tasks.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ProductJob(TRule rule, in Product product, bool packed, bool last, int panelWidth, int threads)
    {
        _rule = rule;
        _product = product;
        _packed = packed;
        _last = last;
        _panelWidth = panelWidth;
        int panels = (product.Columns + panelWidth - 1) / panelWidth;
        int largest = Math.Max(IsCopied ? LargestCopyTask : LargestTask, product.Rows / (ThreadTeam.MaxParts / 2));
        if (threads == 1)
        {
            _taskRows = Math.Min(product.Rows, largest);
            _taskPanels = panels;
        }
        else
        {
            // Four tasks a thread, so that the last ones end at about the same time; along the columns only where the rows are too few.
            int tasks = 4 * threads;
            int rows = Cuts(product.Rows, tasks);
            int tiles = Cuts(rows, MicroKernel.LargestRows) * MicroKernel.LargestRows;
            rows = (tiles * tasks) - product.Rows <= product.Rows / MostUneven ? tiles : (rows + 3) & ~3;
            _taskRows = Math.Clamp(rows, SmallestTask, largest);
            int wanted = Cuts(2 * threads, Cuts(product.Rows, _taskRows));
            _taskPanels = Cuts(panels, wanted);
        }

        _rowTasks = Cuts(product.Rows, _taskRows);
        Tasks = _rowTasks * Cuts(panels, _taskPanels);
    }

    /// <summary>Number of tasks: the parts that a team has to run; a single part is all of them.</summary>
    public int Tasks { get; }

    /// <summary>
    /// Elements of <see cref="Copies"/> for a part; 0 where the job needs none. Of a transposed a, a tile would read for each panel of b a line of each of its rows, far apart: it works on a copy whose tiles lie as
    /// they are read, where that is read often.
    /// </summary>
    public int CopySize => IsCopied ? ((_taskRows + MicroKernel.LargestRows) * CopyDepth) + (_taskRows * Lanes.Virtual) : 0;

    private bool IsCopied => _product.AStep != 1 && _product.Columns >= SimdBackend.ColumnsWorthCopy;

    /// <summary>Room for the copies of all parts.</summary>
    public float* Copies { get; init; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void Run<TLane>(int part, int parts)
        where TLane : struct, ISimdLane<TLane>
    {
        for (int task = part; task < Tasks; task += parts)
        {
            int row = task % _rowTasks * _taskRows;
            int column = task / _rowTasks * _taskPanels * _panelWidth;
            int endRow = Math.Min(_product.Rows, row + _taskRows);
            int endColumn = (int)Math.Min(_product.Columns, column + ((long)_taskPanels * _panelWidth));
            Task<TLane>(row, endRow, column, endColumn, Copies is null ? null : Copies + ((nint)part * CopySize));
        }
    }

    /// <summary>How many pieces of a size a length makes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Cuts(int length, int size) => ((length - 1) / size) + 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Task<TLane>(int row, int endRow, int column, int endColumn, float* copy)
        where TLane : struct, ISimdLane<TLane>
    {
        float* zeros = stackalloc float[MicroKernel.Vectors * Lanes.Virtual];
        int depth = copy is null ? Depth : CopyDepth;
        int slices = Math.Max(1, (_product.K + depth - 1) / depth);
        for (int slice = 0; slice < slices; slice++)
        {
            int first = (int)((long)_product.K * slice / slices);
            int k = (int)((long)_product.K * (slice + 1) / slices) - first;
            bool finish = _last && slice == slices - 1;
            int tile = MicroKernel.Rows<TLane>();
            float* a = _product.A + (row * _product.ARow) + (first * _product.AStep);
            nint aStep = _product.AStep;
            nint aTile = tile * _product.ARow;
            if (copy is not null)
            {
                aTile = (tile * k) + Lanes.Virtual;
                Packing.Tiles<TLane>(a, aStep, copy, aTile, tile, endRow - row, k);
                a = copy;
                aStep = tile;
            }

            for (int j = column; j < endColumn; j += _panelWidth)
            {
                int columns = Math.Min(_panelWidth, _product.Columns - j);
                int width = columns <= TLane.Count ? TLane.Count : _panelWidth;
                nint bStep = _packed ? width : _product.BRow;
                float* b = _packed ? _product.B + ((nint)j * _product.K) : _product.B + j;
                if (endRow - row == 1 && endColumn - j >= MicroKernel.Panels * _panelWidth)
                {
                    // A single row: the tile of one panel has too few sums to keep the multiply-adds busy.
                    OneRow<TLane>(row, j, a, aStep, b + (first * bStep), bStep, first, k, finish);
                    j += (MicroKernel.Panels - 1) * _panelWidth;
                    continue;
                }

                Panel panel = new()
                {
                    A = a,
                    AStep = aStep,
                    ATile = aTile,
                    B = b + (first * bStep),
                    BStep = bStep,
                    Init = slice > 0 ? _product.C + j : _product.Init is null ? zeros : _product.Init + j,
                    InitRow = slice > 0 ? _product.CRow : _product.Init is null ? 0 : _product.InitRow,
                    Columns = columns,
                    K = k,
                };
                if (columns <= TLane.Count)
                {
                    Rows<TLane, MicroKernel.One>(panel, row, endRow, j, finish);
                }
                else
                {
                    Rows<TLane, MicroKernel.Two>(panel, row, endRow, j, finish);
                }
            }
        }
    }

    /// <summary>A row's tile of several panels side by side.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void OneRow<TLane>(int row, int column, float* a, nint aStep, float* b, nint bStep, int first, int k, bool finish)
        where TLane : struct, ISimdLane<TLane>
    {
        int columns = MicroKernel.Panels * _panelWidth;
        float* c = _product.C + (row * _product.CRow) + column;
        float* init = first > 0 ? c : _product.Init is null ? null : _product.Init + (row * _product.InitRow) + column;
        MicroKernel.RowTile<TLane>(a, aStep, b, bStep, _packed ? (nint)_panelWidth * _product.K : _panelWidth, init, c, k);
        if (finish && typeof(TRule) != typeof(IdentityRule))
        {
            Activate<TLane>(c, 0, c, 1, columns);
        }
    }

    /// <summary>The tiles of one panel, from top to bottom.</summary>
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Rows<TLane, TVectors>(in Panel panel, int row, int endRow, int column, bool finish)
        where TLane : struct, ISimdLane<TLane>
        where TVectors : struct, IConstant
    {
        float* narrow = stackalloc float[MicroKernel.LargestRows * MicroKernel.Vectors * Lanes.Virtual];
        int width = TVectors.Value * TLane.Count;
        float* a = panel.A;
        while (row < endRow)
        {
            // A tile that is wider than what is left of the result goes through a buffer.
            float* result = _product.C + (row * _product.CRow) + column;
            float* c = panel.Columns < width ? narrow : result;
            nint cRow = panel.Columns < width ? width : _product.CRow;
            int rows = MicroKernel.Run<TLane, TVectors>(
                endRow - row,
                a, _product.ARow, panel.AStep,
                panel.B, panel.BStep,
                panel.Init + (row * panel.InitRow), panel.InitRow,
                c, cRow,
                panel.K);
            if (finish && typeof(TRule) != typeof(IdentityRule))
            {
                Activate<TLane>(c, cRow, result, rows, panel.Columns);
            }
            else if (c == narrow)
            {
                Copy<TLane>(c, cRow, result, rows, panel.Columns);
            }

            row += rows;
            a += rows == MicroKernel.Rows<TLane>() ? panel.ATile : rows * _product.ARow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Activate<TLane>(float* sums, nint sumsRow, float* result, int rows, int columns)
        where TLane : struct, ISimdLane<TLane>
    {
        TRule rule = _rule;
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j += TLane.Count)
            {
                Lanes.Store(rule.Forward(TLane.Load(sums + j)), result + j, columns - j);
            }

            sums += sumsRow;
            result += _product.CRow;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Copy<TLane>(float* sums, nint sumsRow, float* result, int rows, int columns)
        where TLane : struct, ISimdLane<TLane>
    {
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < columns; j += TLane.Count)
            {
                Lanes.Store(TLane.Load(sums + j), result + j, columns - j);
            }

            sums += sumsRow;
            result += _product.CRow;
        }
    }

    /// <summary>A panel of b with what all its tiles share; a stands at the first row of the task, init at row 0.</summary>
    private struct Panel
    {
        public float* A;
        public nint AStep;
        public nint ATile;
        public float* B;
        public nint BStep;
        public float* Init;
        public nint InitRow;
        public int Columns;
        public int K;
    }
}
