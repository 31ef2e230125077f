using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace MLNet.GradientTrainers.Kernels.Gpu;

public sealed partial class GpuBackend
{
    /// <inheritdoc/>
    public void Update<TRule>(TRule rule, in UpdatePass<float> pass)
        where TRule : unmanaged, IUpdateRule
    {
        Shapes.Update(pass, TRule.StateCount);
        UpdateViews views = new(this, pass, TRule.StateCount);
        ClipViews clip = Clip(pass);
        if (pass.Weights.Length > 0)
        {
            Each<TRule, UpdateViews, GradientTransform, ClipViews>(UpdateKernel)(Session.Stream, pass.Weights.Length, rule, views, pass.Transform, clip);
        }
    }

    /// <inheritdoc/>
    public void UpdateRows<TRule>(ReadOnlySpan<UpdateStep<TRule>> steps, IdleSteps idle, in UpdatePass<float> pass, ReadOnlySpan<int> rows, ReadOnlySpan<int> taken, int columns)
        where TRule : unmanaged, IUpdateRule
    {
        Shapes.UpdateRows(steps.Length, pass, TRule.StateCount, rows, taken, columns);
        UpdateViews views = new(this, pass, TRule.StateCount);
        ClipViews clip = Clip(pass);
        if (rows.IsEmpty)
        {
            return;
        }

        // Steps that every row has taken stay here.
        int first = int.MaxValue;
        foreach (int number in taken)
        {
            first = Math.Min(first, number);
        }

        ReadOnlySpan<UpdateStep<TRule>> missed = steps[first..];
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(missed);
        ArrayView<UpdateStep<TRule>> list = _stepBytes.Fill(bytes).Cast<UpdateStep<TRule>>();
        float[] shrinks = Shrinks(idle, steps.Length, taken);
        LateRows late = new(_rowIndices.Fill(rows), _rowSteps.Fill(taken), _rowFactors.Fill(shrinks), first, steps.Length, idle.Limit, columns);
        Each<UpdateViews, ArrayView<UpdateStep<TRule>>, LateRows, ClipViews>(UpdateRowsKernel)(Session.Stream, checked(rows.Length * columns), views, list, late, clip);
    }

    /// <summary>By what the states of each row shrink after its last step.</summary>
    private static float[] Shrinks(IdleSteps idle, int steps, ReadOnlySpan<int> taken)
    {
        float[] shrinks = new float[taken.Length * 3];
        for (int i = 0; i < taken.Length; i++)
        {
            int left = steps - Rest(taken[i], steps, idle.Limit);
            shrinks[3 * i] = Power(idle.State0, left);
            shrinks[(3 * i) + 1] = Power(idle.State1, left);
            shrinks[(3 * i) + 2] = Power(idle.State2, left);
        }

        return shrinks;

        static float Power(double factor, int steps) => steps == 0 ? 1 : (float)Math.Pow((float)factor, steps);
    }

    /// <summary>The step from which on a row only rests.</summary>
    private static int Rest(int taken, int steps, int limit) => taken + 1 + IntrinsicMath.Min(limit, steps - taken - 1);

    private ClipViews Clip(in UpdatePass<float> pass) => pass.Clip is { } clip ? new ClipViews(Place(clip.Squares, clip.Index), clip.Limit) : new ClipViews(Number.View, 0);

    internal static void UpdateKernel<TRule>(Index1D i, TRule rule, UpdateViews views, GradientTransform transform, ClipViews clip)
        where TRule : unmanaged, IUpdateRule
    {
        double scale = clip.Scale();
        if (scale >= 0)
        {
            UpdatedElement element = views.Load(i, TRule.StateCount);
            element.Step(rule, transform, scale, views.Gradient[i]);
            views.Store(i, TRule.StateCount, element);
        }
    }

    internal static void UpdateRowsKernel<TRule>(Index1D i, UpdateViews views, ArrayView<UpdateStep<TRule>> steps, LateRows late, ClipViews clip)
        where TRule : unmanaged, IUpdateRule
    {
        int row = i / late.Columns;
        int k = (late.Rows[row] * late.Columns) + (i % late.Columns);
        int first = late.Taken[row];
        int rest = Rest(first, late.Steps, late.Limit);
        double scale = clip.Scale();
        UpdatedElement element = views.Load(k, TRule.StateCount);
        float gradient = views.Gradient[k];
        for (int step = first; step < rest; step++)
        {
            UpdateStep<TRule> one = steps[step - late.First];
            if (scale >= 0)
            {
                element.Step(one.Rule, one.Transform, scale, gradient);
            }

            gradient = 0;
        }

        element.Shrink(late.Shrinks[3 * row], late.Shrinks[(3 * row) + 1], late.Shrinks[(3 * row) + 2]);
        views.Store(k, TRule.StateCount, element);
        views.Gradient[k] = 0;
    }

    /// <summary>A weight and its states in a thread's registers.</summary>
    internal struct UpdatedElement
    {
        public GpuLane Weight, State0, State1, State2;

        /// <summary>g ← clip(scale · g) + L2 · w + L1 · sign(w), then w ← w − decay · w, then the rule.</summary>
        public void Step<TRule>(TRule rule, GradientTransform transform, double scale, float gradient)
            where TRule : unmanaged, IUpdateRule
        {
            GpuLane limit = new((float)transform.ClipValue);
            GpuLane clipped = GpuLane.Min(GpuLane.Max(new GpuLane((float)(transform.Scale * scale) * gradient), -limit), limit);
            GpuLane weight = Weight;
            float sign = weight.Value > 0 ? 1f : weight.Value < 0 ? -1f : 0f;
            GpuLane whole = clipped + (new GpuLane((float)transform.L2) * weight) + new GpuLane((float)transform.L1 * sign);
            weight = GpuLane.FusedMultiplyAdd(new GpuLane((float)-transform.Decay), weight, weight);
            GpuLane state0 = State0;
            GpuLane state1 = State1;
            GpuLane state2 = State2;
            rule.Update(ref weight, whole, ref state0, ref state1, ref state2);
            Weight = LaneFunctions.FlushSubnormals(weight);
            State0 = LaneFunctions.FlushSubnormals(state0);
            State1 = LaneFunctions.FlushSubnormals(state1);
            State2 = LaneFunctions.FlushSubnormals(state2);
        }

        public void Shrink(float factor0, float factor1, float factor2)
        {
            State0 = LaneFunctions.FlushSubnormals(State0 * new GpuLane(factor0));
            State1 = LaneFunctions.FlushSubnormals(State1 * new GpuLane(factor1));
            State2 = LaneFunctions.FlushSubnormals(State2 * new GpuLane(factor2));
        }
    }

    /// <summary>The tensors of <see cref="UpdatePass{T}"/> as a kernel takes them; those of states that the rule has not are not looked at.</summary>
    internal readonly struct UpdateViews(GpuBackend owner, in UpdatePass<float> pass, int states)
    {
        public readonly ArrayView<float> Weights = owner.View(pass.Weights);
        public readonly ArrayView<float> Gradient = owner.View(pass.Gradient);
        public readonly ArrayView<float> State0 = owner.View(states > 0 ? pass.State0 : pass.Weights);
        public readonly ArrayView<float> State1 = owner.View(states > 1 ? pass.State1 : pass.Weights);
        public readonly ArrayView<float> State2 = owner.View(states > 2 ? pass.State2 : pass.Weights);

        public UpdatedElement Load(int i, int states) => new()
        {
            Weight = new GpuLane(Weights[i]),
            State0 = new GpuLane(states > 0 ? State0[i] : 0),
            State1 = new GpuLane(states > 1 ? State1[i] : 0),
            State2 = new GpuLane(states > 2 ? State2[i] : 0),
        };

        public void Store(int i, int states, UpdatedElement element)
        {
            Weights[i] = element.Weight.Value;
            if (states > 0)
            {
                State0[i] = element.State0.Value;
            }

            if (states > 1)
            {
                State1[i] = element.State1.Value;
            }

            if (states > 2)
            {
                State2[i] = element.State2.Value;
            }
        }
    }

    /// <summary><see cref="NormClip"/> as a kernel takes it: the norm is read on the device, so that the host need not wait for it.</summary>
    /// <param name="squares">The squared norm; without a clip any view.</param>
    /// <param name="limit">The largest norm; 0 for no clip.</param>
    internal readonly struct ClipViews(ArrayView<double> squares, double limit)
    {
        /// <summary>The bits that are all set in ∞ and NaN. Not a comparison: compilers of kernels turn those round as if there were no NaN.</summary>
        private const ulong Exponent = 0x7FF0000000000000;

        private readonly ArrayView<double> _squares = squares;
        private readonly double _limit = limit;

        /// <summary>The gradient's factor: 1 without a clip, −1 where the step is to be left out.</summary>
        public double Scale()
        {
            if (_limit == 0)
            {
                return 1;
            }

            double norm = Math.Sqrt(_squares[0]);
            if ((Interop.FloatAsInt(norm) & Exponent) == Exponent)
            {
                return -1;
            }

            return norm > _limit ? _limit / norm : 1;
        }
    }

    /// <summary>Rows that have missed steps.</summary>
    internal readonly struct LateRows(ArrayView<int> rows, ArrayView<int> taken, ArrayView<float> shrinks, int first, int steps, int limit, int columns)
    {
        public readonly ArrayView<int> Rows = rows;
        public readonly ArrayView<int> Taken = taken;

        /// <summary>Three a row.</summary>
        public readonly ArrayView<float> Shrinks = shrinks;

        /// <summary>The number of the first step on the device.</summary>
        public readonly int First = first;
        public readonly int Steps = steps;
        public readonly int Limit = limit;
        public readonly int Columns = columns;
    }
}
