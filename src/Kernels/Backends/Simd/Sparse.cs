using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void SparseAffine<TRule>(TRule rule, SparseBatch<float> input, Tensor<float> weights, Tensor<float> bias, Tensor<float> output, int outputs)
        where TRule : struct, IActivationRule
    {
        Shapes.SparseAffine(input, weights, bias, output, outputs);
        fixed (int* starts = input.Starts, rows = input.Columns)
        fixed (float* values = input.Values)
        {
            SparseSums sums = new(starts, rows, values, Pointer(weights), outputs);
            SparseAffineJob<TRule> job = new(rule, sums, Pointer(bias), Pointer(output));
            Run(ref job, input.Rows, ((long)input.StoredValues + input.Rows) * outputs, 1);
        }

        GC.KeepAlive(weights.Buffer);
        GC.KeepAlive(bias.Buffer);
        GC.KeepAlive(output.Buffer);
    }

    /// <inheritdoc/>
    public void SparseWeightGradient(SparseBatch<float> input, Tensor<float> outputGradient, Tensor<float> weightGradient, int outputs)
    {
        Shapes.SparseWeightGradient(input, outputGradient, weightGradient, outputs);
        SparseColumns<float> columns = input.ByColumn;
        fixed (int* used = columns.Used, starts = columns.Starts, rows = columns.Rows)
        fixed (float* values = columns.Values)
        {
            SparseSums sums = new(starts, rows, values, Pointer(outputGradient), outputs);
            SparseWeightGradientJob job = new(sums, used, Pointer(weightGradient));
            Run(ref job, columns.Count, ((long)columns.Values.Length + columns.Count) * outputs, 1);
        }

        GC.KeepAlive(outputGradient.Buffer);
        GC.KeepAlive(weightGradient.Buffer);
    }

    /// <inheritdoc/>
    public void FillRows(Tensor<float> destination, float value, ReadOnlySpan<int> rows, int columns)
    {
        Shapes.SomeRows(destination, rows, columns);
        foreach (int row in rows)
        {
            Span(destination).Slice(row * columns, columns).Fill(value);
        }

        GC.KeepAlive(destination.Buffer);
    }

    /// <summary>Weighted sums of rows of a table: sum i is that of values[p] · table[rows[p]] over p from starts[i] to starts[i + 1].</summary>
    private readonly struct SparseSums(int* starts, int* rows, float* values, float* table, int columns)
    {
        public int Columns => columns;

        /// <summary>Four groups of columns of sum i, added to what is there: four independent sums hide the latency of an addition.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TLane>(int i, int column, ref TLane s0, ref TLane s1, ref TLane s2, ref TLane s3)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int p = starts[i]; p < starts[i + 1]; p++)
            {
                TLane value = TLane.Broadcast(values[p]);
                float* row = table + ((nint)rows[p] * columns) + column;
                s0 = TLane.FusedMultiplyAdd(value, TLane.Load(row), s0);
                s1 = TLane.FusedMultiplyAdd(value, TLane.Load(row + TLane.Count), s1);
                s2 = TLane.FusedMultiplyAdd(value, TLane.Load(row + (2 * TLane.Count)), s2);
                s3 = TLane.FusedMultiplyAdd(value, TLane.Load(row + (3 * TLane.Count)), s3);
            }
        }

        /// <summary>One group of columns of sum i.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Add<TLane>(int i, int column, TLane sum)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int p = starts[i]; p < starts[i + 1]; p++)
            {
                sum = TLane.FusedMultiplyAdd(TLane.Broadcast(values[p]), TLane.Load(table + ((nint)rows[p] * columns) + column), sum);
            }

            return sum;
        }
    }

    private readonly struct SparseAffineJob<TRule>(TRule rule, SparseSums sums, float* bias, float* output) : IRangeJob
        where TRule : struct, IActivationRule
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int columns = sums.Columns;
            for (int i = start; i < end; i++)
            {
                float* result = output + ((nint)i * columns);
                int j = 0;
                for (; j + (4 * TLane.Count) <= columns; j += 4 * TLane.Count)
                {
                    TLane s0 = Bias<TLane>(j);
                    TLane s1 = Bias<TLane>(j + TLane.Count);
                    TLane s2 = Bias<TLane>(j + (2 * TLane.Count));
                    TLane s3 = Bias<TLane>(j + (3 * TLane.Count));
                    sums.Add(i, j, ref s0, ref s1, ref s2, ref s3);
                    TLane.Store(rule.Forward(s0), result + j);
                    TLane.Store(rule.Forward(s1), result + j + TLane.Count);
                    TLane.Store(rule.Forward(s2), result + j + (2 * TLane.Count));
                    TLane.Store(rule.Forward(s3), result + j + (3 * TLane.Count));
                }

                for (; j < columns; j += TLane.Count)
                {
                    Lanes.Store(rule.Forward(sums.Add(i, j, Bias<TLane>(j))), result + j, columns - j);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private TLane Bias<TLane>(int column)
            where TLane : struct, ISimdLane<TLane> => bias is null ? default : TLane.Load(bias + column);
    }

    private readonly struct SparseWeightGradientJob(SparseSums sums, int* used, float* gradient) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            int columns = sums.Columns;
            for (int i = start; i < end; i++)
            {
                float* result = gradient + ((nint)used[i] * columns);
                int j = 0;
                for (; j + (4 * TLane.Count) <= columns; j += 4 * TLane.Count)
                {
                    TLane s0 = default, s1 = default, s2 = default, s3 = default;
                    sums.Add(i, j, ref s0, ref s1, ref s2, ref s3);
                    TLane.Store(s0, result + j);
                    TLane.Store(s1, result + j + TLane.Count);
                    TLane.Store(s2, result + j + (2 * TLane.Count));
                    TLane.Store(s3, result + j + (3 * TLane.Count));
                }

                for (; j < columns; j += TLane.Count)
                {
                    Lanes.Store(sums.Add(i, j, default(TLane)), result + j, columns - j);
                }
            }
        }
    }
}
