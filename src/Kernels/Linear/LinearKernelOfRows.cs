using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <inheritdoc/>
internal sealed class LinearKernel<TRows, TRule>(LinearData data, TRows features, TRule rule) : LinearKernel
    where TRows : struct, ILinearRows
    where TRule : struct, ILossRule
{
    /// <summary>Step of the numeric second derivative, relative to the prediction: the cube root of a double's precision, about.</summary>
    private const double CurvatureStep = 1e-4;

    private readonly double[] _targets = data.Targets;
    private readonly double[]? _weights = data.Weights;
    private readonly int _width = data.Width;

    private LookAheadDescent? _lookAhead;

    public override bool DescendsWithPenalties => features is not SparseLinearRows && _width >= LookAheadDescent.MinWidth;

    public override LinearSums Measure(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters) => Pass<Measuring>(rows, parameters, default);

    public override LinearSums Gradient(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        gradient.Clear();
        return Pass<Differentiating>(rows, parameters, gradient);
    }

    public override int Descend(
        ReadOnlySpan<int> rows, ReadOnlySpan<int> ahead, ReadOnlySpan<double> rates, double factor, RowPenalties penalties, bool fitIntercept, Span<double> parameters, ref LinearSums sums)
    {
        if (_width >= LookAheadDescent.MinWidth)
        {
            _lookAhead ??= features switch
            {
                DenseLinearRows<float> single => new LookAheadDescent<float, TRule>(data, single, rule),
                DenseLinearRows<double> dual => new LookAheadDescent<double, TRule>(data, dual, rule),
                _ => null,
            };
            if (_lookAhead is not null)
            {
                return _lookAhead.Run(rows, ahead, rates, factor, penalties, fitIntercept, parameters, ref sums);
            }
        }

        return StepByStep(rows, ahead, rates, factor, fitIntercept, parameters, ref sums);
    }

    public override PackedRows? Pack(ReadOnlySpan<int> rows) => features switch
    {
        DenseLinearRows<float> single => PackedRows<float, TRule>.Create(data, single, rule, rows),
        DenseLinearRows<double> dual => PackedRows<double, TRule>.Create(data, dual, rule, rows),
        _ => null,
    };

    public override double SquaredNorm(int row) => features.SquaredNorm(row);

    public override double LargestProducts(ReadOnlySpan<double> weights)
    {
        double largest = 0;
        for (int row = 0; row < data.Count; row++)
        {
            largest = Math.Max(largest, features.SumOfMagnitudes(row, ref MemoryMarshal.GetReference(weights)));
        }

        return largest;
    }

    public override void Curvatures(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, bool atTarget, Span<double> curvatures)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            ReferenceLane<double> target = new(_targets[row]);
            double at = atTarget ? target.Value : features.Dot(row, ref Unsafe.AsRef(in MemoryMarshal.GetReference(parameters))) + parameters[_width];
            double h = CurvatureStep * Math.Max(1, Math.Abs(at));
            double slope = rule.Derivative(new ReferenceLane<double>(at + h), target).Value - rule.Derivative(new ReferenceLane<double>(at - h), target).Value;
            double curvature = slope / (2 * h) * (_weights?[row] ?? 1);
            curvatures[i] = double.IsFinite(curvature) ? Math.Max(0, curvature) : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int StepByStep(
        ReadOnlySpan<int> rows, ReadOnlySpan<int> ahead, ReadOnlySpan<double> rates, double factor, bool fitIntercept, Span<double> parameters, ref LinearSums sums)
    {
        // Locals, so that they live in registers.
        TRows x = features;
        TRule loss = rule;
        double[] targets = _targets;
        double[]? weights = _weights;
        ref double w = ref MemoryMarshal.GetReference(parameters);
        double bias = parameters[_width];
        double total = 0;
        double weightSum = 0;
        double squares = 0;
        int done = 0;
        foreach (int row in rows)
        {
            if (done < ahead.Length)
            {
                x.Prefetch(ahead[done]);
            }

            ReferenceLane<double> prediction = new(x.Dot(row, ref w) + bias);
            ReferenceLane<double> target = new(targets[row]);
            double weight = weights is null ? 1 : weights[row];
            double value = weight * loss.Value(prediction, target).Value;
            if (!double.IsFinite(value))
            {
                break;
            }

            double error = prediction.Value - target.Value;
            total += value;
            weightSum += weight;
            squares += weight * (error * error);
            double step = -rates[done] * factor * (weight * loss.Derivative(prediction, target).Value);
            x.AddScaled(row, step, ref w);
            bias += fitIntercept ? step : 0;
            done++;
        }

        parameters[_width] = bias;
        sums += new LinearSums { Loss = total, Weight = weightSum, Squares = squares };
        return done;
    }

    /// <summary>Eight rows at a time, then one at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private LinearSums Pass<TMode>(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, Span<double> gradient)
        where TMode : struct, IMode
    {
        ref double w = ref Unsafe.AsRef(in MemoryMarshal.GetReference(parameters));
        ref double g = ref MemoryMarshal.GetReference(gradient);
        ref int row = ref Unsafe.AsRef(in MemoryMarshal.GetReference(rows));
        double bias = parameters[_width];
        Vector512<double> biasGradients = Vector512<double>.Zero;
        LaneSums lanes = default;
        int i = 0;
        for (; i + DoubleLane.Count <= rows.Length; i += DoubleLane.Count)
        {
            ref int first = ref Unsafe.Add(ref row, i);
            Vector512<double> prediction = features.Dot(ref first, ref w) + Vector512.Create(bias);
            Vector512<double> derivative = _weights is null
                ? lanes.Add(rule, prediction, Pick(_targets, ref first))
                : lanes.Add(rule, prediction, Pick(_targets, ref first), Pick(_weights, ref first));
            if (TMode.NeedsGradient)
            {
                features.AddScaled(ref first, derivative, ref g);
                biasGradients += derivative;
            }
        }

        LinearSums sums = lanes.Total(_weights is not null);
        double biasGradient = Wide.Sum(biasGradients);
        for (; i < rows.Length; i++)
        {
            ReferenceLane<double> prediction = new(features.Dot(rows[i], ref w) + bias);
            ReferenceLane<double> target = new(_targets[rows[i]]);
            double weight = _weights is null ? 1 : _weights[rows[i]];
            double error = prediction.Value - target.Value;
            sums.Loss += weight * rule.Value(prediction, target).Value;
            sums.Weight += weight;
            sums.Squares += weight * (error * error);
            if (TMode.NeedsGradient)
            {
                double derivative = weight * rule.Derivative(prediction, target).Value;
                features.AddScaled(rows[i], derivative, ref g);
                biasGradient += derivative;
            }
        }

        if (TMode.NeedsGradient)
        {
            gradient[_width] = biasGradient;
        }

        return sums;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Pick(double[] values, ref int rows) => Vector512.Create(
        values[rows],
        values[Unsafe.Add(ref rows, 1)],
        values[Unsafe.Add(ref rows, 2)],
        values[Unsafe.Add(ref rows, 3)],
        values[Unsafe.Add(ref rows, 4)],
        values[Unsafe.Add(ref rows, 5)],
        values[Unsafe.Add(ref rows, 6)],
        values[Unsafe.Add(ref rows, 7)]);

    /// <summary>Known to the compiler, so that measuring has no trace of the gradient.</summary>
    private interface IMode
    {
        static abstract bool NeedsGradient { get; }
    }

    private readonly struct Measuring : IMode
    {
        public static bool NeedsGradient => false;
    }

    private readonly struct Differentiating : IMode
    {
        public static bool NeedsGradient => true;
    }
}
