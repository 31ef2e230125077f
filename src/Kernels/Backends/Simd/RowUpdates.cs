using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <summary>How far the loop over some rows of a table asks for memory before it uses it.</summary>
    private const int RowsAhead = 2;

    /// <inheritdoc/>
    public void UpdateRows<TRule>(
        ReadOnlySpan<UpdateStep<TRule>> steps, IdleSteps idle, in UpdatePass<float> pass, ReadOnlySpan<int> rows, ReadOnlySpan<int> taken, int columns)
        where TRule : unmanaged, IUpdateRule
    {
        Shapes.UpdateRows(steps.Length, pass, TRule.StateCount, rows, taken, columns);
        int limit = idle.Limit;
        long work = 0;
        foreach (int number in taken)
        {
            work += 1 + Math.Min(limit, steps.Length - number - 1);
        }

#pragma warning disable CS8500 // A rule has no references: it is a struct of numbers.
        fixed (UpdateStep<TRule>* first = steps)
#pragma warning restore CS8500
        fixed (int* indices = rows, numbers = taken)
        {
            UpdateRowsJob<TRule> job = new(first, steps.Length, idle, limit, pass, indices, numbers, columns);
            Run(ref job, rows.Length, work * columns * (2L + TRule.StateCount), 1);
        }

        KeepAlive(pass);
    }

#pragma warning disable CS8500
    private readonly struct UpdateRowsJob<TRule>(
        UpdateStep<TRule>* steps, int count, IdleSteps idle, int limit, in UpdatePass<float> pass, int* rows, int* taken, int columns) : IRangeJob
        where TRule : unmanaged, IUpdateRule
    {
        private readonly float* _weights = Pointer(pass.Weights);
        private readonly float* _gradient = Pointer(pass.Gradient);
        private readonly float* _state0 = TRule.StateCount > 0 ? Pointer(pass.State0) : null;
        private readonly float* _state1 = TRule.StateCount > 1 ? Pointer(pass.State1) : null;
        private readonly float* _state2 = TRule.StateCount > 2 ? Pointer(pass.State2) : null;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int i = start; i < end; i++)
            {
                int first = taken[i];
                int rest = first + 1 + Math.Min(limit, count - first - 1);
                int ahead = rows[Math.Min(i + RowsAhead, end - 1)] - rows[i];
                Row<TLane>(rows[i] * columns, ahead * columns, steps + first, steps + rest, count - rest);
            }
        }

        /// <summary>All steps of a few numbers at a time, which stay in registers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row<TLane>(int start, nint ahead, UpdateStep<TRule>* first, UpdateStep<TRule>* last, int rest)
            where TLane : struct, ISimdLane<TLane>
        {
            int end = start + columns;
            bool penalised = false;
            for (UpdateStep<TRule>* step = first; step < last; step++)
            {
                penalised |= step->Transform.L2 != 0 || step->Transform.L1 != 0 || step->Transform.Decay != 0;
            }

            bool transforms = penalised || first->Transform.Scale != 1 || first->Transform.ClipValue < double.PositiveInfinity;
            TLane shrink0 = TLane.Broadcast(Power(idle.State0, rest));
            TLane shrink1 = TLane.Broadcast(Power(idle.State1, rest));
            TLane shrink2 = TLane.Broadcast(Power(idle.State2, rest));
            for (int i = start; i < end; i += TLane.Count)
            {
                Prefetch.Line(_weights + i + ahead);
                Prefetch.Line(_gradient + i + ahead);
                if (TRule.StateCount > 0)
                {
                    Prefetch.Line(_state0 + i + ahead);
                }

                if (TRule.StateCount > 1)
                {
                    Prefetch.Line(_state1 + i + ahead);
                }

                if (TRule.StateCount > 2)
                {
                    Prefetch.Line(_state2 + i + ahead);
                }

                TLane weight = TLane.Load(_weights + i);
                TLane gradient = TLane.Load(_gradient + i);
                TLane state0 = TRule.StateCount > 0 ? TLane.Load(_state0 + i) : default;
                TLane state1 = TRule.StateCount > 1 ? TLane.Load(_state1 + i) : default;
                TLane state2 = TRule.StateCount > 2 ? TLane.Load(_state2 + i) : default;
                if (transforms)
                {
                    Transform(first->Transform, ref weight, ref gradient);
                }

                Step(first->Rule, ref weight, gradient, ref state0, ref state1, ref state2);
                if (penalised)
                {
                    for (UpdateStep<TRule>* step = first + 1; step < last; step++)
                    {
                        gradient = default;
                        Transform(step->Transform, ref weight, ref gradient);
                        Step(step->Rule, ref weight, gradient, ref state0, ref state1, ref state2);
                    }
                }
                else
                {
                    // Without a gradient there is nothing to scale or to clip.
                    for (UpdateStep<TRule>* step = first + 1; step < last; step++)
                    {
                        Step(step->Rule, ref weight, default, ref state0, ref state1, ref state2);
                    }
                }

                Lanes.Store(weight, _weights + i, end - i);
                Lanes.Store(default(TLane), _gradient + i, end - i);
                if (TRule.StateCount > 0)
                {
                    Lanes.Store(LaneFunctions.FlushSubnormals(state0 * shrink0), _state0 + i, end - i);
                }

                if (TRule.StateCount > 1)
                {
                    Lanes.Store(LaneFunctions.FlushSubnormals(state1 * shrink1), _state1 + i, end - i);
                }

                if (TRule.StateCount > 2)
                {
                    Lanes.Store(LaneFunctions.FlushSubnormals(state2 * shrink2), _state2 + i, end - i);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Transform<TLane>(in GradientTransform transform, ref TLane weight, ref TLane gradient)
            where TLane : struct, ISimdLane<TLane> =>
            SimdBackend.Transform(
                TLane.Create(transform.Scale), TLane.Create(transform.ClipValue), TLane.Create(transform.L2), TLane.Create(transform.L1), TLane.Create(-transform.Decay), ref weight, ref gradient);

        private static float Power(double factor, int steps) => steps == 0 ? 1 : (float)Math.Pow((float)factor, steps);
    }
#pragma warning restore CS8500
}
