using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void LimitColumnNorms(float limit, Tensor<float> x, int rows, int columns)
    {
        Shapes.LimitColumnNorms(limit, x, rows, columns);
        LimitColumnNormsJob job = new(limit, Pointer(x), rows, columns);
        Run(ref job, columns, 2L * x.Length, Line);
        GC.KeepAlive(x.Buffer);
    }

    private readonly struct LimitColumnNormsJob(float limit, float* x, int rows, int columns) : IRangeJob
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            TLane longest = TLane.Broadcast(limit);
            TLane one = TLane.Broadcast(1f);
            for (int j = start; j < end; j += TLane.Count)
            {
                TLane squares = default;
                float* row = x + j;
                for (int i = 0; i < rows; i++, row += columns)
                {
                    TLane value = TLane.Load(row);
                    squares = TLane.FusedMultiplyAdd(value, value, squares);
                }

                TLane norm = TLane.Sqrt(squares);
                TLane factor = TLane.Select(TLane.GreaterThan(norm, longest), longest / norm, one);
                row = x + j;
                for (int i = 0; i < rows; i++, row += columns)
                {
                    Lanes.Store(TLane.Load(row) * factor, row, end - j);
                }
            }
        }
    }
}
