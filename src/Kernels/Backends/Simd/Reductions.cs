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

    private double Reduce(Tensor<float> x, bool squares)
    {
        int chunks = (int)(((long)x.Length + SumChunk - 1) / SumChunk);
        double* sums = (double*)_scratch.Reserve(2L * chunks);
        ReduceJob job = new(Pointer(x), x.Length, sums, squares);
        Run(ref job, chunks, x.Length, 1);
        GC.KeepAlive(x.Buffer);
        double total = 0;
        for (int i = 0; i < chunks; i++)
        {
            total += sums[i];
        }

        return total;
    }

    private readonly struct ReduceJob(float* x, int length, double* sums, bool squares) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            float* numbers = stackalloc float[Lanes.Virtual];
            for (int chunk = start; chunk < end; chunk++)
            {
                float* elements = x + ((long)chunk * SumChunk);
                int count = Math.Min(SumChunk, length - (chunk * SumChunk));
                Lanes.Fill(numbers, default(TLane));
                for (int i = 0; i < count; i += TLane.Count)
                {
                    TLane value = Lanes.Keep(TLane.Load(elements + i), default, count - i);
                    Lanes.Accumulate(numbers, i, squares ? value * value : value);
                }

                double sum = 0;
                for (int i = 0; i < Lanes.Virtual; i++)
                {
                    sum += numbers[i];
                }

                sums[chunk] = sum;
            }
        }
    }
}
