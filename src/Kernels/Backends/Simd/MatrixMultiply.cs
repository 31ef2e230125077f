using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <summary>Multiply-adds below which a product ends sooner than a team starts.</summary>
    private const long SerialProduct = 256 * 1024;

    /// <summary>Up to this many rows of the result, b is used where it lies: a copy would be read too few times.</summary>
    private const int RowsWithoutCopy = 48;

    /// <summary>Elements of b that are packed at once: 16 MB.</summary>
    private const int DefaultPackedElements = 4 * 1024 * 1024;

    /// <summary>Elements after which an address has the same place in the first-level cache again: 4 KB, on x86 and Arm.</summary>
    private const int CachePeriod = 1024;

    /// <summary>Columns of the result for which a copy of a pays.</summary>
    internal const int ColumnsWorthCopy = 256;

    private readonly Scratch _scratch = new();
    private readonly Scratch _rows = new();

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void MatMul(Tensor<float> a, bool transposeA, Tensor<float> b, bool transposeB, Tensor<float> c, int m, int n, int k, bool accumulate = false)
    {
        Shapes.MatMul(a, b, c, m, n, k);
        Product product = new()
        {
            A = Pointer(a),
            ARow = transposeA ? 1 : k,
            AStep = transposeA ? m : 1,
            B = Pointer(b),
            BRow = transposeB ? k : n,
            Init = accumulate ? Pointer(c) : null,
            InitRow = n,
            C = Pointer(c),
            Rows = m,
            Columns = n,
            K = k,
        };
        Multiply(default(IdentityRule), product, transposeB);
        GC.KeepAlive(a.Buffer);
        GC.KeepAlive(b.Buffer);
        GC.KeepAlive(c.Buffer);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Affine<TRule>(TRule rule, Tensor<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int rows, int inputs, int outputs)
        where TRule : struct, IActivationRule
    {
        Shapes.Affine(input, weights, bias, output, rows, inputs, outputs);
        Product product = new()
        {
            A = Pointer(input),
            ARow = inputs,
            AStep = 1,
            B = Pointer(weights),
            BRow = outputs,
            Init = Pointer(bias),
            InitRow = 0,
            C = Pointer(output),
            Rows = rows,
            Columns = outputs,
            K = inputs,
        };
        UseFixed(ref product);
        Multiply(rule, product, false);
        GC.KeepAlive(input.Buffer);
        GC.KeepAlive(weights.Buffer);
        GC.KeepAlive(bias.Buffer);
        GC.KeepAlive(output.Buffer);
    }

    /// <summary>Runs a product. Where the rows of a, 4 KB apart, would drive each other out of the cache, it works on a copy with other distances.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Multiply<TRule>(TRule rule, in Product product, bool transposeB)
        where TRule : struct, IActivationRule
    {
        if (product.Rows == 0 || product.Columns == 0)
        {
            return;
        }

        if (product.AStep != 1 || product.ARow % CachePeriod != 0 || product.Rows <= RowsWithoutCopy || product.Columns < ColumnsWorthCopy)
        {
            MultiplyBlocks(rule, product, transposeB);
            return;
        }

        int stride = product.K % CachePeriod == 0 ? product.K + Line : product.K;
        int most = Math.Max(RowsWithoutCopy, _packedElements / stride);
        for (int row = 0; row < product.Rows; row += most)
        {
            Product some = product;
            some.Rows = Math.Min(most, product.Rows - row);
            some.A += row * product.ARow;
            some.Init = product.Init is null ? null : product.Init + (row * product.InitRow);
            some.C += (nint)row * product.Columns;
            float* copy = _rows.Reserve((long)some.Rows * stride);
            RowsJob job = new(some, copy, stride);
            Run(ref job, some.Rows, (long)some.Rows * some.K, 4);
            some.A = copy;
            some.ARow = stride;
            MultiplyBlocks(rule, some, transposeB);
        }
    }

    /// <summary>
    /// Runs a product in blocks of b that fit into the packing memory: for a network's weights that is one block. Each block is packed by all threads,
    /// then all threads take tasks (rows × panels of the result).
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void MultiplyBlocks<TRule>(TRule rule, in Product product, bool transposeB)
        where TRule : struct, IActivationRule
    {
        long work = (long)product.Rows * product.Columns * Math.Max(1, product.K);
        int threads = work < SerialProduct ? 1 : _team.Size;
        int panelWidth = PanelWidth;
        bool pack = !product.InPanels && (transposeB || product.Rows > RowsWithoutCopy);
        int depth = pack ? Math.Min(product.K, _packedElements / panelWidth) : product.K;
        int breadth = pack ? _packedElements / panelWidth / Math.Max(1, depth) * panelWidth : product.Columns;
        Product whole = product;
        for (int j = 0; j < whole.Columns; j += breadth)
        {
            int p = 0;
            do
            {
                Product block = whole;
                block.Columns = Math.Min(breadth, whole.Columns - j);
                block.K = Math.Min(depth, whole.K - p);
                block.A += p * whole.AStep;
                block.B += transposeB ? (j * whole.BRow) + p : (p * whole.BRow) + j;
                block.C += j;
                block.CRow = whole.Columns;
                block.Init = p > 0 ? block.C : whole.Init is null ? null : whole.Init + j;
                block.InitRow = p > 0 ? whole.Columns : whole.InitRow;
                if (pack)
                {
                    Pack(ref block, transposeB, panelWidth);
                }

                ProductJob<TRule> job = new(rule, block, pack || whole.InPanels, p + block.K == whole.K, panelWidth, threads);
                int parts = threads > 1 ? job.Tasks : 1;
                if (job.CopySize > 0)
                {
                    job = job with { Copies = _rows.Reserve((long)parts * job.CopySize) };
                }

                RunParts(ref job, parts);
                p += block.K;
            }
            while (p < whole.K);
        }
    }

    /// <summary>Copies a block of b into panels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Pack(ref Product block, bool transposeB, int panelWidth)
    {
        int panels = (block.Columns + panelWidth - 1) / panelWidth;
        float* packed = _scratch.Reserve((long)panels * panelWidth * block.K);
        PackInto(packed, block, transposeB, panelWidth);
        block.B = packed;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void PackInto(float* packed, in Product block, bool transposeB, int panelWidth)
    {
        if (transposeB)
        {
            TransposedPackJob job = new(block, panelWidth, packed);
            Run(ref job, (block.Columns + panelWidth - 1) / panelWidth, (long)block.Columns * block.K, 1);
        }
        else
        {
            PackJob job = new(block, panelWidth, packed);
            Run(ref job, block.K, (long)block.Columns * block.K, Line);
        }
    }

    private readonly struct RowsJob(Product product, float* copy, int stride) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int row = start; row < end; row++)
            {
                new ReadOnlySpan<float>(product.A + (row * product.ARow), product.K).CopyTo(new Span<float>(copy + ((nint)row * stride), product.K));
            }
        }
    }

    /// <summary>A range of rows into all panels.</summary>
    private readonly struct PackJob(Product block, int panelWidth, float* packed) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane> =>
            Packing.CopyRows<TLane>(block.B, block.BRow, packed, block.K, block.Columns, panelWidth, start, end);
    }

    /// <summary>A range of panels of the transpose.</summary>
    private readonly struct TransposedPackJob(Product block, int panelWidth, float* packed) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int panel = start; panel < end; panel++)
            {
                int column = panel * panelWidth;
                int columns = Math.Min(panelWidth, block.Columns - column);
                Packing.Transpose(block.B + (column * block.BRow), block.BRow, packed + ((nint)column * block.K), columns <= TLane.Count ? TLane.Count : panelWidth, block.K, columns);
            }
        }
    }
}
