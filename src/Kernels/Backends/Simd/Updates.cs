using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    public void Update<TRule>(TRule rule, in UpdatePass<float> pass)
        where TRule : struct, IUpdateRule
    {
        Shapes.Update(pass, TRule.StateCount);
        UpdateJob<TRule> job = new(rule, pass);
        Run(ref job, pass.Weights.Length, (2L + TRule.StateCount) * pass.Weights.Length, Line);
        KeepAlive(pass);
    }

    /// <inheritdoc/>
    public void UpdateRows<TRule>(TRule rule, in UpdatePass<float> pass, ReadOnlySpan<int> rows, int columns)
        where TRule : struct, IUpdateRule
    {
        Shapes.Update(pass, TRule.StateCount);
        Shapes.SomeRows(pass.Weights, rows, columns);
        fixed (int* indices = rows)
        {
            UpdateRowsJob<TRule> job = new(new(rule, pass), indices, columns);
            Run(ref job, rows.Length, (2L + TRule.StateCount) * rows.Length * columns, 1);
        }

        KeepAlive(pass);
    }

    private static void KeepAlive(in UpdatePass<float> pass)
    {
        GC.KeepAlive(pass.Weights.Buffer);
        GC.KeepAlive(pass.Gradient.Buffer);
        GC.KeepAlive(pass.State0.Buffer);
        GC.KeepAlive(pass.State1.Buffer);
        GC.KeepAlive(pass.State2.Buffer);
    }

    private readonly struct UpdateRowsJob<TRule>(UpdateJob<TRule> all, int* rows, int columns) : IRangeJob
        where TRule : struct, IUpdateRule
    {
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            for (int i = start; i < end; i++)
            {
                if (i + RowsAhead < end)
                {
                    all.FetchAhead(rows[i + RowsAhead], columns);
                }

                all.Run<TLane>(rows[i] * columns, (rows[i] + 1) * columns);
            }
        }
    }

    private readonly struct UpdateJob<TRule>(TRule rule, in UpdatePass<float> pass) : IRangeJob
        where TRule : struct, IUpdateRule
    {
        private readonly TRule _rule = rule;
        private readonly float* _weights = Pointer(pass.Weights);
        private readonly float* _gradient = Pointer(pass.Gradient);
        private readonly float* _state0 = TRule.StateCount > 0 ? Pointer(pass.State0) : null;
        private readonly float* _state1 = TRule.StateCount > 1 ? Pointer(pass.State1) : null;
        private readonly float* _state2 = TRule.StateCount > 2 ? Pointer(pass.State2) : null;
        private readonly GradientTransform _transform = pass.Transform;
        private readonly bool _transforms = pass.Transform != GradientTransform.None;

        /// <summary>Asks for a row's weights, gradient and states.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void FetchAhead(int row, int columns)
        {
            Prefetch.Row(_weights, row, columns);
            Prefetch.Row(_gradient, row, columns);
            Prefetch.Row(_state0, row, columns);
            Prefetch.Row(_state1, row, columns);
            Prefetch.Row(_state2, row, columns);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run<TLane>(int start, int end)
            where TLane : struct, ISimdLane<TLane>
        {
            TRule rule = _rule;
            float* weights = _weights;
            float* gradients = _gradient;
            float* states0 = _state0;
            float* states1 = _state1;
            float* states2 = _state2;
            bool transforms = _transforms;
            TLane scale = TLane.Create(_transform.Scale);
            TLane limit = TLane.Create(_transform.ClipValue);
            TLane l2 = TLane.Create(_transform.L2);
            TLane l1 = TLane.Create(_transform.L1);
            TLane decay = TLane.Create(-_transform.Decay);
            for (int i = start; i < end; i += TLane.Count)
            {
                TLane weight = TLane.Load(weights + i);
                TLane gradient = TLane.Load(gradients + i);
                if (transforms)
                {
                    // clip(scale · g) + L2 · w + L1 · sign(w); a NaN stays NaN.
                    gradient = TLane.Min(TLane.Max(scale * gradient, -limit), limit) + (l2 * weight) + (l1 * LaneFunctions.Sign(weight));
                    weight = TLane.FusedMultiplyAdd(decay, weight, weight);
                }

                TLane state0 = TRule.StateCount > 0 ? TLane.Load(states0 + i) : default;
                TLane state1 = TRule.StateCount > 1 ? TLane.Load(states1 + i) : default;
                TLane state2 = TRule.StateCount > 2 ? TLane.Load(states2 + i) : default;
                rule.Update(ref weight, gradient, ref state0, ref state1, ref state2);
                Lanes.Store(weight, weights + i, end - i);
                if (TRule.StateCount > 0)
                {
                    Lanes.Store(state0, states0 + i, end - i);
                }

                if (TRule.StateCount > 1)
                {
                    Lanes.Store(state1, states1 + i, end - i);
                }

                if (TRule.StateCount > 2)
                {
                    Lanes.Store(state2, states2 + i, end - i);
                }
            }
        }
    }
}
