using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <summary>How far the loops over some rows of a table ask for memory before they use it.</summary>
    private const int RowsAhead = 4;

    /// <inheritdoc/>
    public void UpdateIdleRows<TRule>(
        ReadOnlySpan<UpdateStep<TRule>> steps, IdleSteps idle, in UpdatePass<float> pass, ReadOnlySpan<int> rows, ReadOnlySpan<int> taken, int columns)
        where TRule : struct, IUpdateRule
    {
        Shapes.UpdateIdleRows(steps.Length, pass, TRule.StateCount, rows, taken, columns);
        int limit = idle.Limit;
        long work = 0;
        bool transforms = false;
        foreach (int number in taken)
        {
            work += Math.Min(limit, steps.Length - number) + 1;
        }

        foreach (UpdateStep<TRule> step in steps)
        {
            // Without a gradient, clipping does nothing.
            transforms |= step.Transform.L2 != 0 || step.Transform.L1 != 0 || step.Transform.Decay != 0;
        }

#pragma warning disable CS8500 // A rule has no references: it is a struct of numbers.
        fixed (UpdateStep<TRule>* first = steps)
#pragma warning restore CS8500
        fixed (int* indices = rows, numbers = taken)
        {
            UpdateIdleRowsJob<TRule> job = new(first, steps.Length, idle, limit, transforms, pass, indices, numbers, columns);
            Run(ref job, rows.Length, work * columns * (2L + TRule.StateCount), 1);
        }

        KeepAlive(pass);
    }

#pragma warning disable CS8500
    private readonly struct UpdateIdleRowsJob<TRule>(
        UpdateStep<TRule>* steps, int count, IdleSteps idle, int limit, bool transforms, in UpdatePass<float> pass, int* rows, int* taken, int columns) : IRangeJob
        where TRule : struct, IUpdateRule
    {
        private readonly float* _weights = Pointer(pass.Weights);
        private readonly float* _state0 = TRule.StateCount > 0 ? Pointer(pass.State0) : null;
        private readonly float* _state1 = TRule.StateCount > 1 ? Pointer(pass.State1) : null;
        private readonly float* _state2 = TRule.StateCount > 2 ? Pointer(pass.State2) : null;

        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int i = start; i < end; i++)
            {
                int ahead = i + RowsAhead;
                if (ahead < end)
                {
                    Prefetch.Row(_weights, rows[ahead], columns);
                    Prefetch.Row(_state0, rows[ahead], columns);
                    Prefetch.Row(_state1, rows[ahead], columns);
                    Prefetch.Row(_state2, rows[ahead], columns);
                }

                int first = taken[i];
                int last = limit < count - first ? first + limit : count;
                Row<TLane>(rows[i] * columns, steps + first, steps + last, count - last);
            }
        }

        /// <summary>All steps of a few numbers at a time, which stay in registers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Row<TLane>(int start, UpdateStep<TRule>* first, UpdateStep<TRule>* last, int rest)
            where TLane : struct, ISimdLane<TLane>
        {
            int end = start + columns;
            TLane shrink0 = TLane.Broadcast(Power(idle.State0, rest));
            TLane shrink1 = TLane.Broadcast(Power(idle.State1, rest));
            TLane shrink2 = TLane.Broadcast(Power(idle.State2, rest));
            for (int i = start; i < end; i += TLane.Count)
            {
                TLane weight = TLane.Load(_weights + i);
                TLane state0 = TRule.StateCount > 0 ? TLane.Load(_state0 + i) : default;
                TLane state1 = TRule.StateCount > 1 ? TLane.Load(_state1 + i) : default;
                TLane state2 = TRule.StateCount > 2 ? TLane.Load(_state2 + i) : default;
                if (transforms)
                {
                    for (UpdateStep<TRule>* step = first; step < last; step++)
                    {
                        TLane gradient = default(TLane) + (TLane.Create(step->Transform.L2) * weight) + (TLane.Create(step->Transform.L1) * LaneFunctions.Sign(weight));
                        weight = TLane.FusedMultiplyAdd(TLane.Create(-step->Transform.Decay), weight, weight);
                        step->Rule.Update(ref weight, gradient, ref state0, ref state1, ref state2);
                    }
                }
                else
                {
                    for (UpdateStep<TRule>* step = first; step < last; step++)
                    {
                        TRule rule = step->Rule;
                        rule.Update(ref weight, default, ref state0, ref state1, ref state2);
                    }
                }

                Lanes.Store(weight, _weights + i, end - i);
                if (TRule.StateCount > 0)
                {
                    Lanes.Store(state0 * shrink0, _state0 + i, end - i);
                }

                if (TRule.StateCount > 1)
                {
                    Lanes.Store(state1 * shrink1, _state1 + i, end - i);
                }

                if (TRule.StateCount > 2)
                {
                    Lanes.Store(state2 * shrink2, _state2 + i, end - i);
                }
            }
        }

        private static float Power(double factor, int steps) => steps == 0 ? 1 : (float)Math.Pow((float)factor, steps);
    }
#pragma warning restore CS8500
}
