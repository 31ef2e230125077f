using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What shrinks the weights beside the gradient of a row: w ← w − rate · (L2 · w + L1 · sign(w)).</summary>
/// <param name="L2">Factor of w, coupled weight decay included.</param>
/// <param name="L1">Factor of sign(w).</param>
internal readonly record struct RowPenalties(double L2, double L1);

/// <summary>Plain stochastic descent over dense rows, one row at a time.</summary>
internal abstract class LookAheadDescent
{
    /// <summary>Narrower rows do not fill a lane.</summary>
    public const int MinWidth = DoubleLane.Count;

    /// <inheritdoc cref="LinearKernel.Descend"/>
    public abstract int Run(
        ReadOnlySpan<int> rows, ReadOnlySpan<int> ahead, ReadOnlySpan<double> rates, double factor, RowPenalties penalties, bool fitIntercept, Span<double> parameters, ref LinearSums sums);
}

/// <inheritdoc/>
/// <remarks>
/// <para>One step must wait for the one before: its prediction takes the new weights, a sum over the whole row. The wait is taken out by linearity. With wₜ the weights
/// before row t and cₜ its step, wₜ₊₁ = wₜ + cₜ·xₜ, so that wₜ₊₁·xₜ₊₁ = wₜ·xₜ₊₁ + cₜ·(xₜ·xₜ₊₁): both sums can be taken while cₜ is not yet known. One loop over
/// the columns adds the step of the row before last, and takes the two sums for the next row.</para>
/// <para>The order of all sums is fixed, whatever registers the machine has.</para>
/// </remarks>
internal sealed unsafe class LookAheadDescent<T, TRule> : LookAheadDescent
    where T : unmanaged
    where TRule : struct, ILossRule
{
    private const int Lane = DoubleLane.Count;
    private const int LineBytes = 64;

    private readonly LinearData _data;
    private readonly DenseLinearRows<T> _features;
    private readonly TRule _rule;
    private readonly int _width;

    // The weights in whole lanes; in the last one the columns that are left lie at the end, behind zeros.
    private readonly int _padded;
    private readonly double[] _memory;

    public LookAheadDescent(LinearData data, DenseLinearRows<T> features, TRule rule)
    {
        _data = data;
        _features = features;
        _rule = rule;
        _width = data.Width;
        _padded = (_width + Lane - 1) / Lane * Lane;
        _memory = GC.AllocateArray<double>(_padded + (LineBytes / sizeof(double)), pinned: true);
    }

    public override int Run(
        ReadOnlySpan<int> rows, ReadOnlySpan<int> ahead, ReadOnlySpan<double> rates, double factor, RowPenalties penalties, bool fitIntercept, Span<double> parameters, ref LinearSums sums) =>
        penalties.L1 > 0 ? Run<Both>(rows, ahead, rates, factor, penalties, fitIntercept, parameters, ref sums)
        : penalties.L2 > 0 ? Run<Scaled>(rows, ahead, rates, factor, penalties, fitIntercept, parameters, ref sums)
        : Run<Kept>(rows, ahead, rates, factor, penalties, fitIntercept, parameters, ref sums);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Run<TShrink>(
        ReadOnlySpan<int> rows, ReadOnlySpan<int> ahead, ReadOnlySpan<double> rates, double factor, RowPenalties penalties, bool fitIntercept, Span<double> parameters, ref LinearSums sums)
        where TShrink : struct, IShrink
    {
        // Locals, so that they live in registers.
        DenseLinearRows<T> features = _features;
        TRule rule = _rule;
        double[] targets = _data.Targets;
        double[]? rowWeights = _data.Weights;
        double* w = (double*)(((nuint)Unsafe.AsPointer(ref _memory[0]) + LineBytes - 1) & ~(nuint)(LineBytes - 1));
        Load(ref parameters[0], w);

        ref T last = ref features.Row(rows[0]);
        ref T current = ref last;
        Shrinkage pending = Shrinkage.None;
        double pendingStep = 0;
        double bias = parameters[_width];
        double prediction = features.Dot(rows[0], ref parameters[0]) + bias;
        LinearSums total = default;
        int done = 0;
        while (done < rows.Length)
        {
            int row = rows[done];
            if (done < ahead.Length)
            {
                features.Prefetch(ahead[done]);
            }

            ReferenceLane<double> output = new(prediction);
            ReferenceLane<double> target = new(targets[row]);
            double weight = rowWeights is null ? 1 : rowWeights[row];
            double value = weight * rule.Value(output, target).Value;
            if (!double.IsFinite(value))
            {
                break;
            }

            double error = prediction - target.Value;
            total.Loss += value;
            total.Weight += weight;
            total.Squares += weight * (error * error);
            double rate = rates[done];
            double step = -rate * factor * (weight * rule.Derivative(output, target).Value);
            Shrinkage shrinkage = new(1 - (rate * penalties.L2), rate * penalties.L1);
            bias += fitIntercept ? step : 0;
            done++;

            // Behind the last row its own products are taken, which nobody reads.
            ref T next = ref features.Row(rows[Math.Min(done, rows.Length - 1)]);
            Sums products = Advance<TShrink>(w, ref last, ref current, ref next, pendingStep, pending, shrinkage);
            prediction = Math.FusedMultiplyAdd(step, products.Product, products.Known) + bias;
            last = ref current;
            current = ref next;
            pendingStep = step;
            pending = shrinkage;
        }

        if (done > 0)
        {
            Add<TShrink>(w, ref last, pendingStep, pending);
        }

        Save(w, ref parameters[0]);
        parameters[_width] = bias;
        sums += total;
        return done;
    }

    /// <summary>w ← shrunk w + step · last; gives what the next prediction can be made of: (w once more shrunk) · next, and current · next.</summary>
    /// <remarks>Four sums each, so that one addition need not wait for the one before.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Sums Advance<TShrink>(double* w, ref T last, ref T current, ref T next, double step, Shrinkage pending, Shrinkage coming)
        where TShrink : struct, IShrink
    {
        Vector512<double> steps = Vector512.Create(step);
        Vector512<double> known0 = default;
        Vector512<double> known1 = default;
        Vector512<double> known2 = default;
        Vector512<double> known3 = default;
        Vector512<double> product0 = default;
        Vector512<double> product1 = default;
        Vector512<double> product2 = default;
        Vector512<double> product3 = default;
        int full = _width / Lane * Lane;
        int j = 0;
        for (; j <= full - (4 * Lane); j += 4 * Lane)
        {
            AdvanceLane<TShrink>(w + j, Wide.Load8(ref last, (nuint)j), Wide.Load8(ref current, (nuint)j), Wide.Load8(ref next, (nuint)j), steps, pending, coming, ref known0, ref product0);
            nuint k = (nuint)(j + Lane);
            AdvanceLane<TShrink>(w + k, Wide.Load8(ref last, k), Wide.Load8(ref current, k), Wide.Load8(ref next, k), steps, pending, coming, ref known1, ref product1);
            k = (nuint)(j + (2 * Lane));
            AdvanceLane<TShrink>(w + k, Wide.Load8(ref last, k), Wide.Load8(ref current, k), Wide.Load8(ref next, k), steps, pending, coming, ref known2, ref product2);
            k = (nuint)(j + (3 * Lane));
            AdvanceLane<TShrink>(w + k, Wide.Load8(ref last, k), Wide.Load8(ref current, k), Wide.Load8(ref next, k), steps, pending, coming, ref known3, ref product3);
        }

        for (; j < _padded; j += Lane)
        {
            AdvanceLane<TShrink>(w + j, Columns(ref last, j), Columns(ref current, j), Columns(ref next, j), steps, pending, coming, ref known0, ref product0);
        }

        return new Sums(Wide.Sum((known0 + known1) + (known2 + known3)), Wide.Sum((product0 + product1) + (product2 + product3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AdvanceLane<TShrink>(
        double* w,
        Vector512<double> last,
        Vector512<double> current,
        Vector512<double> next,
        Vector512<double> steps,
        Shrinkage pending,
        Shrinkage coming,
        ref Vector512<double> known,
        ref Vector512<double> product)
        where TShrink : struct, IShrink
    {
        Vector512<double> weights = Vector512.FusedMultiplyAdd(steps, last, TShrink.Apply(Vector512.LoadAligned(w), pending));
        weights.StoreAligned(w);
        product = Vector512.FusedMultiplyAdd(current, next, product);
        known = Vector512.FusedMultiplyAdd(TShrink.Apply(weights, coming), next, known);
    }

    /// <summary>w ← shrunk w + step · x.</summary>
    private void Add<TShrink>(double* w, ref T x, double step, Shrinkage shrinkage)
        where TShrink : struct, IShrink
    {
        Vector512<double> steps = Vector512.Create(step);
        for (int j = 0; j < _padded; j += Lane)
        {
            Vector512.FusedMultiplyAdd(steps, Columns(ref x, j), TShrink.Apply(Vector512.LoadAligned(w + j), shrinkage)).StoreAligned(w + j);
        }
    }

    /// <summary>Eight columns; where fewer are left, these at the end, behind zeros: no load goes beyond the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<double> Columns<TNumber>(ref TNumber row, int j)
        where TNumber : unmanaged
    {
        if (j + Lane <= _width)
        {
            return Wide.Load8(ref row, (nuint)j);
        }

        Vector512<long> taken = Vector512.LessThan(Vector512<long>.Indices, Vector512.Create((long)(j + Lane - _width)));
        return Vector512.AndNot(Wide.Load8(ref row, (nuint)(_width - Lane)), taken.AsDouble());
    }

    private void Load(ref double source, double* target)
    {
        for (int j = 0; j < _padded; j += Lane)
        {
            Columns(ref source, j).StoreAligned(target + j);
        }
    }

    private void Save(double* source, ref double target)
    {
        for (int j = 0; j < _width; j++)
        {
            int lane = j / Lane * Lane;
            Unsafe.Add(ref target, j) = lane + Lane <= _width ? source[j] : source[_padded - _width + j];
        }
    }

    private readonly record struct Sums(double Known, double Product);

    /// <summary>The factor of the weights, and what is taken off their magnitude.</summary>
    private readonly struct Shrinkage(double scale, double less)
    {
        public static Shrinkage None => new(1, 0);

        public Vector512<double> Scale
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Vector512.Create(scale);
        }

        public Vector512<double> Less
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => Vector512.Create(less);
        }
    }

    /// <summary>Known to the compiler, so that a run without penalties has no trace of them.</summary>
    private interface IShrink
    {
        static abstract Vector512<double> Apply(Vector512<double> weights, Shrinkage shrinkage);
    }

    private readonly struct Kept : IShrink
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Apply(Vector512<double> weights, Shrinkage shrinkage) => weights;
    }

    private readonly struct Scaled : IShrink
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Apply(Vector512<double> weights, Shrinkage shrinkage) => weights * shrinkage.Scale;
    }

    private readonly struct Both : IShrink
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<double> Apply(Vector512<double> weights, Shrinkage shrinkage)
        {
            DoubleLane w = new(weights);
            return Vector512.FusedMultiplyAdd(weights, shrinkage.Scale, -(shrinkage.Less * LaneFunctions.Sign(w).Value));
        }
    }
}
