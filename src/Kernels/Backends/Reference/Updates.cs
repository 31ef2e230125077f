namespace MLNet.GradientTrainers.Kernels;

public sealed partial class ReferenceBackend<T>
{
    /// <inheritdoc/>
    public void Update<TRule>(TRule rule, in UpdatePass<T> pass)
        where TRule : unmanaged, IUpdateRule
    {
        Shapes.Update(pass, TRule.StateCount);
        if (!HostTotals.TryClip(pass, out GradientTransform transform))
        {
            return;
        }

        Span<T> weights = Span(pass.Weights);
        Span<T> gradients = Span(pass.Gradient);
        Span<T> states0 = Span(pass.State0);
        Span<T> states1 = Span(pass.State1);
        Span<T> states2 = Span(pass.State2);
        for (int i = 0; i < weights.Length; i++)
        {
            ReferenceLane<T> gradient = new(Transform(gradients[i], weights[i], transform));
            ReferenceLane<T> weight = new(T.FusedMultiplyAdd(T.CreateTruncating(-transform.Decay), weights[i], weights[i]));
            ReferenceLane<T> state0 = new(TRule.StateCount > 0 ? states0[i] : T.Zero);
            ReferenceLane<T> state1 = new(TRule.StateCount > 1 ? states1[i] : T.Zero);
            ReferenceLane<T> state2 = new(TRule.StateCount > 2 ? states2[i] : T.Zero);
            rule.Update(ref weight, gradient, ref state0, ref state1, ref state2);
            weights[i] = FlushSubnormals(weight.Value);
            if (TRule.StateCount > 0)
            {
                states0[i] = FlushSubnormals(state0.Value);
            }

            if (TRule.StateCount > 1)
            {
                states1[i] = FlushSubnormals(state1.Value);
            }

            if (TRule.StateCount > 2)
            {
                states2[i] = FlushSubnormals(state2.Value);
            }
        }
    }

    /// <inheritdoc/>
    public void UpdateRows<TRule>(ReadOnlySpan<UpdateStep<TRule>> steps, IdleSteps idle, in UpdatePass<T> pass, ReadOnlySpan<int> rows, ReadOnlySpan<int> taken, int columns)
        where TRule : unmanaged, IUpdateRule
    {
        Shapes.UpdateRows(steps.Length, pass, TRule.StateCount, rows, taken, columns);
        for (int i = 0; i < rows.Length; i++)
        {
            UpdatePass<T> row = pass.Slice(rows[i] * columns, columns);
            int first = taken[i];
            int rest = first + 1 + Math.Min(idle.Limit, steps.Length - first - 1);
            for (int step = first; step < rest; step++)
            {
                Update(steps[step].Rule, row with { Transform = steps[step].Transform });
                Fill(row.Gradient, T.Zero);
            }

            Shrink(Span(row.State0), idle.State0, steps.Length - rest);
            Shrink(Span(row.State1), idle.State1, steps.Length - rest);
            Shrink(Span(row.State2), idle.State2, steps.Length - rest);
        }
    }

    /// <summary>A state after so many steps, each of which multiplies it by a factor in this precision.</summary>
    private static void Shrink(Span<T> state, double factor, int steps)
    {
        T power = T.CreateTruncating(Math.Pow(double.CreateTruncating(T.CreateTruncating(factor)), steps));
        foreach (ref T value in state)
        {
            value = FlushSubnormals(value * power);
        }
    }

    /// <summary>x, and 0 where it is too small for a normal number.</summary>
    private static T FlushSubnormals(T x) => T.IsNormal(x) || !T.IsFinite(x) ? x : T.Zero;

    /// <summary>clip(scale · g) + L2 · w + L1 · sign(w); a NaN stays NaN.</summary>
    private static T Transform(T gradient, T weight, GradientTransform transform)
    {
        T limit = T.CreateTruncating(transform.ClipValue);
        T clipped = T.Min(T.Max(T.CreateTruncating(transform.Scale) * gradient, -limit), limit);
        T sign = weight > T.Zero ? T.One : weight < T.Zero ? -T.One : T.Zero;
        return clipped + (T.CreateTruncating(transform.L2) * weight) + (T.CreateTruncating(transform.L1) * sign);
    }
}
