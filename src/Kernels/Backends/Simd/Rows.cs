using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void SumRows(Tensor<float> x, Tensor<float> sums, int rows, int columns, bool accumulate = false)
    {
        Shapes.SumRows(x, sums, rows, columns);
        SumRowsJob job = new(Pointer(x), Pointer(sums), rows, columns, accumulate);
        Run(ref job, columns, x.Length, Line);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(sums.Buffer);
    }

    /// <inheritdoc/>
    public void Softmax(Tensor<float> x, Tensor<float> y, int rows, int columns)
    {
        Shapes.Softmax(x, y, rows, columns);
        SoftmaxJob job = new(Pointer(x), Pointer(y), columns);
        Run(ref job, rows, x.Length, 1);
        GC.KeepAlive(x.Buffer);
        GC.KeepAlive(y.Buffer);
    }

    /// <inheritdoc/>
    public void SoftmaxBackward(Tensor<float> y, Tensor<float> outputGradient, Tensor<float> inputGradient, int rows, int columns)
    {
        Shapes.SoftmaxBackward(y, outputGradient, inputGradient, rows, columns);
        SoftmaxBackwardJob job = new(Pointer(y), Pointer(outputGradient), Pointer(inputGradient), columns);
        Run(ref job, rows, y.Length, 1);
        GC.KeepAlive(y.Buffer);
        GC.KeepAlive(outputGradient.Buffer);
        GC.KeepAlive(inputGradient.Buffer);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Matches(Tensor<float> prediction, Tensor<float> target, Tensor<float> weights, Tensor<float> matches, int rows, int columns)
    {
        Shapes.Matches(prediction, target, weights, matches, rows, columns);
        if (columns == 0)
        {
            Fill(matches, 0);
            return;
        }

        MatchesJob job = new(Pointer(prediction), Pointer(target), weights.IsNone ? null : Pointer(weights), Pointer(matches), columns);
        Run(ref job, rows, prediction.Length, 1);
        GC.KeepAlive(prediction.Buffer);
        GC.KeepAlive(target.Buffer);
        GC.KeepAlive(weights.Buffer);
        GC.KeepAlive(matches.Buffer);
    }

    /// <summary>The largest of a row; NaN if one is NaN.</summary>
    /// <param name="row">The row.</param>
    /// <param name="columns">Its length.</param>
    /// <param name="numbers">Room for <see cref="Lanes.Virtual"/> numbers.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float RowMax<TLane>(float* row, int columns, float* numbers)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane lowest = TLane.Broadcast(float.NegativeInfinity);
        TLane max = lowest;
        for (int j = 0; j < columns; j += TLane.Count)
        {
            max = TLane.Max(max, Lanes.Keep(TLane.Load(row + j), lowest, columns - j));
        }

        Lanes.Fill(numbers, max);
        return Lanes.Max(numbers);
    }

    private readonly struct SumRowsJob(float* x, float* sums, int rows, int columns, bool accumulate) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            // Four groups at a time: four independent sums hide the latency of an addition.
            int stride = columns;
            int j = start;
            for (; j + (4 * TLane.Count) <= end; j += 4 * TLane.Count)
            {
                float* sum = sums + j;
                TLane s0 = accumulate ? TLane.Load(sum) : default;
                TLane s1 = accumulate ? TLane.Load(sum + TLane.Count) : default;
                TLane s2 = accumulate ? TLane.Load(sum + (2 * TLane.Count)) : default;
                TLane s3 = accumulate ? TLane.Load(sum + (3 * TLane.Count)) : default;
                float* row = x + j;
                for (int i = 0; i < rows; i++, row += stride)
                {
                    s0 += TLane.Load(row);
                    s1 += TLane.Load(row + TLane.Count);
                    s2 += TLane.Load(row + (2 * TLane.Count));
                    s3 += TLane.Load(row + (3 * TLane.Count));
                }

                TLane.Store(s0, sum);
                TLane.Store(s1, sum + TLane.Count);
                TLane.Store(s2, sum + (2 * TLane.Count));
                TLane.Store(s3, sum + (3 * TLane.Count));
            }

            for (; j < end; j += TLane.Count)
            {
                TLane s = accumulate ? TLane.Load(sums + j) : default;
                float* row = x + j;
                for (int i = 0; i < rows; i++, row += stride)
                {
                    s += TLane.Load(row);
                }

                Lanes.Store(s, sums + j, end - j);
            }
        }
    }

    private readonly struct SoftmaxJob(float* x, float* y, int columns) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* numbers = stackalloc float[Lanes.Virtual];
            int length = columns;
            for (int i = start; i < end; i++)
            {
                float* input = x + ((long)i * length);
                float* output = y + ((long)i * length);
                TLane max = TLane.Broadcast(RowMax<TLane>(input, length, numbers));
                Lanes.Fill(numbers, default(TLane));
                for (int j = 0; j < length; j += TLane.Count)
                {
                    TLane e = TLane.Exp(TLane.Load(input + j) - max);
                    Lanes.Accumulate(numbers, j, Lanes.Keep(e, default, length - j));
                    Lanes.Store(e, output + j, length - j);
                }

                TLane sum = TLane.Broadcast(Lanes.Sum(numbers));
                for (int j = 0; j < length; j += TLane.Count)
                {
                    Lanes.Store(TLane.Load(output + j) / sum, output + j, length - j);
                }
            }
        }
    }

    private readonly struct SoftmaxBackwardJob(float* y, float* outputGradient, float* inputGradient, int columns) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* numbers = stackalloc float[Lanes.Virtual];
            int length = columns;
            for (int i = start; i < end; i++)
            {
                float* output = y + ((long)i * length);
                float* dy = outputGradient + ((long)i * length);
                float* dx = inputGradient + ((long)i * length);
                Lanes.Fill(numbers, default(TLane));
                for (int j = 0; j < length; j += TLane.Count)
                {
                    TLane product = TLane.Load(dy + j) * TLane.Load(output + j);
                    Lanes.Accumulate(numbers, j, Lanes.Keep(product, default, length - j));
                }

                TLane inner = TLane.Broadcast(Lanes.Sum(numbers));
                for (int j = 0; j < length; j += TLane.Count)
                {
                    Lanes.Store(TLane.Load(output + j) * (TLane.Load(dy + j) - inner), dx + j, length - j);
                }
            }
        }
    }

    private readonly struct MatchesJob(float* prediction, float* target, float* weights, float* matches, int columns) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* numbers = stackalloc float[Lanes.Virtual];
            for (int i = start; i < end; i++)
            {
                int predicted = IndexOfLargest<TLane>(prediction + ((long)i * columns), columns, numbers);
                int wanted = IndexOfLargest<TLane>(target + ((long)i * columns), columns, numbers);
                matches[i] = predicted < 0 || predicted != wanted ? 0 : weights is null ? 1 : weights[i];
            }
        }

        /// <summary>The index of the first largest element; −1 when one is NaN.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int IndexOfLargest<TLane>(float* row, int columns, float* numbers)
            where TLane : struct, ISimdLane<TLane>
        {
            // What lies behind the row may be as large, but the row's own comes first; NaN equals nothing.
            TLane max = TLane.Broadcast(RowMax<TLane>(row, columns, numbers));
            for (int j = 0; j < columns; j += TLane.Count)
            {
                uint largest = TLane.MaskBits(TLane.EqualTo(TLane.Load(row + j), max));
                if (largest != 0)
                {
                    return j + BitOperations.TrailingZeroCount(largest);
                }
            }

            return -1;
        }
    }
}
