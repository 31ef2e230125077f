using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <summary>Elements of one partial sum: a property of the result, not of the machine.</summary>
    private const int SumChunk = 4096;

    /// <inheritdoc/>
    public double Sum(Tensor<float> x) => Reduce(x, false);

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<float> x) => Reduce(x, true);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Sum(Tensor<float> x, Totals totals, int index) => HostTotals.Values(totals)[index] = Sum(x);

    /// <inheritdoc/>
    public void SumOfSquares(Tensor<float> x, Totals totals, int index) => HostTotals.Values(totals)[index] = SumOfSquares(x);

    /// <inheritdoc/>
    public double SumOfSquares(Tensor<float> x, ReadOnlySpan<int> rows, int columns)
    {
        Shapes.SomeRows(x, rows, columns);
        fixed (int* row = rows)
        {
            return Reduce(new ReduceJob(Pointer(x), x.Length, columns, row, true), rows.Length, x);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private double Reduce(Tensor<float> x, bool squares) =>
        Reduce(new ReduceJob(Pointer(x), x.Length, SumChunk, null, squares), (int)(((long)x.Length + SumChunk - 1) / SumChunk), x);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Reduce(ReduceJob job, int chunks, Tensor<float> x)
    {
        double* sums = (double*)_scratch.Reserve(2L * chunks);
        job.Sums = sums;
        Run(ref job, chunks, Math.Min(x.Length, chunks * (long)job.Size), 1);
        GC.KeepAlive(x.Buffer);
        double total = 0;
        for (int i = 0; i < chunks; i++)
        {
            total += sums[i];
        }

        return total;
    }

    /// <summary>Sums of chunks of one size: of all, or of those that are named.</summary>
    private struct ReduceJob(float* x, int length, int size, int* chosen, bool squares) : IRangeJob
    {
        public double* Sums;

        public readonly int Size => size;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public readonly void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* numbers = stackalloc float[Lanes.Virtual];
            for (int chunk = start; chunk < end; chunk++)
            {
                int first = (chosen is null ? chunk : chosen[chunk]) * size;
                float* elements = x + first;
                int count = Math.Min(size, length - first);
                TLane s0 = default, s1 = default, s2 = default, s3 = default;
                int i = 0;
                for (; i + Lanes.Virtual <= count; i += Lanes.Virtual)
                {
                    // The 16 virtual numbers in one, two or four registers.
                    s0 += Term(TLane.Load(elements + i));
                    if (TLane.Count <= 8)
                    {
                        s1 += Term(TLane.Load(elements + i + TLane.Count));
                    }

                    if (TLane.Count <= 4)
                    {
                        s2 += Term(TLane.Load(elements + i + (2 * TLane.Count)));
                        s3 += Term(TLane.Load(elements + i + (3 * TLane.Count)));
                    }
                }

                TLane.Store(s0, numbers);
                if (TLane.Count <= 8)
                {
                    TLane.Store(s1, numbers + TLane.Count);
                }

                if (TLane.Count <= 4)
                {
                    TLane.Store(s2, numbers + (2 * TLane.Count));
                    TLane.Store(s3, numbers + (3 * TLane.Count));
                }

                for (; i < count; i += TLane.Count)
                {
                    Lanes.Accumulate(numbers, i, Term(Lanes.Keep(TLane.Load(elements + i), default, count - i)));
                }

                double sum = 0;
                for (int j = 0; j < Lanes.Virtual; j++)
                {
                    sum += numbers[j];
                }

                Sums[chunk] = sum;
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private readonly TLane Term<TLane>(TLane value)
            where TLane : struct, ISimdLane<TLane> => squares ? value * value : value;
    }
}
