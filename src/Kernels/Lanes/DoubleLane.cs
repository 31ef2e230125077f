using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Eight doubles in a <see cref="Vector512{T}"/>: the lane of the linear models. Where the machine has narrower registers the run time splits it,
/// so that the numbers are the same everywhere.
/// </summary>
internal readonly struct DoubleLane(Vector512<double> value) : ILane<DoubleLane>
{
    /// <summary>Numbers in the lane.</summary>
    public const int Count = 8;

    /// <summary>The numbers.</summary>
    public Vector512<double> Value { get; } = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Create(double value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Create(RuleConstant value) => Create(value.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator +(DoubleLane a, DoubleLane b) => new(a.Value + b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator -(DoubleLane a, DoubleLane b) => new(a.Value - b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator *(DoubleLane a, DoubleLane b) => new(a.Value * b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator /(DoubleLane a, DoubleLane b) => new(a.Value / b.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane operator -(DoubleLane a) => new(-a.Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane FusedMultiplyAdd(DoubleLane a, DoubleLane b, DoubleLane c) => new(Vector512.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Max(DoubleLane a, DoubleLane b) => new(Vector512.Max(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Min(DoubleLane a, DoubleLane b) => new(Vector512.Min(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Abs(DoubleLane a) => new(Vector512.Abs(a.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Sqrt(DoubleLane a) => new(Vector512.Sqrt(a.Value));

    public static DoubleLane Exp(DoubleLane a) => Each(a, Math.Exp);

    public static DoubleLane Log(DoubleLane a) => Each(a, Math.Log);

    public static DoubleLane Tanh(DoubleLane a) => Each(a, Math.Tanh);

    public static DoubleLane Erf(DoubleLane a) => Each(a, ErrorFunction.Erf);

    public static DoubleLane Asinh(DoubleLane a) => Each(a, static x => Math.Asinh(Math.Clamp(x, -1e18, 1e18)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane GreaterThan(DoubleLane a, DoubleLane b) => new(Vector512.GreaterThan(a.Value, b.Value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DoubleLane Select(DoubleLane mask, DoubleLane whenTrue, DoubleLane whenFalse) => new(Vector512.ConditionalSelect(mask.Value, whenTrue.Value, whenFalse.Value));

    /// <summary>One by one: the same bits as a single number, and few losses need it.</summary>
    private static DoubleLane Each(DoubleLane a, Func<double, double> function)
    {
        Vector512<double> result = a.Value;
        for (int i = 0; i < Count; i++)
        {
            result = result.WithElement(i, function(a.Value.GetElement(i)));
        }

        return new(result);
    }
}
