using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

public sealed unsafe partial class SimdBackend
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Update<TRule>(TRule rule, in UpdatePass<float> pass)
        where TRule : unmanaged, IUpdateRule
    {
        Shapes.Update(pass, TRule.StateCount);
        if (!HostTotals.TryClip(pass, out GradientTransform transform))
        {
            return;
        }

        UpdateJob<TRule> job = new(rule, pass with { Transform = transform });
        Run(ref job, pass.Weights.Length, (2L + TRule.StateCount) * pass.Weights.Length, Line);
        KeepAlive(pass);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void KeepAlive(in UpdatePass<float> pass)
    {
        GC.KeepAlive(pass.Weights.Buffer);
        GC.KeepAlive(pass.Gradient.Buffer);
        GC.KeepAlive(pass.State0.Buffer);
        GC.KeepAlive(pass.State1.Buffer);
        GC.KeepAlive(pass.State2.Buffer);
    }

    /// <summary>g ← clip(scale · g) + L2 · w + L1 · sign(w), a NaN stays NaN; then w ← w + decay · w.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transform<TLane>(TLane scale, TLane limit, TLane l2, TLane l1, TLane decay, ref TLane weight, ref TLane gradient)
        where TLane : struct, ISimdLane<TLane>
    {
        gradient = TLane.Min(TLane.Max(scale * gradient, -limit), limit) + (l2 * weight) + (l1 * LaneFunctions.Sign(weight));
        weight = TLane.FusedMultiplyAdd(decay, weight, weight);
    }

    /// <summary>The rule's update; what becomes subnormal is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Step<TRule, TLane>(TRule rule, ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
        where TRule : unmanaged, IUpdateRule
        where TLane : struct, ISimdLane<TLane>
    {
        rule.Update(ref weight, gradient, ref state0, ref state1, ref state2);
        weight = LaneFunctions.FlushSubnormals(weight);
        if (TRule.StateCount > 0)
        {
            state0 = LaneFunctions.FlushSubnormals(state0);
        }

        if (TRule.StateCount > 1)
        {
            state1 = LaneFunctions.FlushSubnormals(state1);
        }

        if (TRule.StateCount > 2)
        {
            state2 = LaneFunctions.FlushSubnormals(state2);
        }
    }

    [method: MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly struct UpdateJob<TRule>(TRule rule, in UpdatePass<float> pass) : IRangeJob
        where TRule : unmanaged, IUpdateRule
    {
        private readonly TRule _rule = rule;
        private readonly float* _weights = Pointer(pass.Weights);
        private readonly float* _gradient = Pointer(pass.Gradient);
        private readonly float* _state0 = TRule.StateCount > 0 ? Pointer(pass.State0) : null;
        private readonly float* _state1 = TRule.StateCount > 1 ? Pointer(pass.State1) : null;
        private readonly float* _state2 = TRule.StateCount > 2 ? Pointer(pass.State2) : null;
        private readonly GradientTransform _transform = pass.Transform;
        private readonly bool _transforms = pass.Transform != GradientTransform.None;

        [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
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
                    Transform(scale, limit, l2, l1, decay, ref weight, ref gradient);
                }

                TLane state0 = TRule.StateCount > 0 ? TLane.Load(states0 + i) : default;
                TLane state1 = TRule.StateCount > 1 ? TLane.Load(states1 + i) : default;
                TLane state2 = TRule.StateCount > 2 ? TLane.Load(states2 + i) : default;
                Step(rule, ref weight, gradient, ref state0, ref state1, ref state2);
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
