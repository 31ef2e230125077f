using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>One number in plain arithmetic: the lane of the reference back end. A mask is 1 for true and 0 for false.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Value">The number.</param>
internal readonly record struct ReferenceLane<T>(T Value) : ILane<ReferenceLane<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static ReferenceLane<T> Create(double value) => new(T.CreateTruncating(value));

    public static ReferenceLane<T> Create(RuleConstant value) => Create(value.Value);

    public static ReferenceLane<T> operator +(ReferenceLane<T> a, ReferenceLane<T> b) => new(a.Value + b.Value);

    public static ReferenceLane<T> operator -(ReferenceLane<T> a, ReferenceLane<T> b) => new(a.Value - b.Value);

    public static ReferenceLane<T> operator *(ReferenceLane<T> a, ReferenceLane<T> b) => new(a.Value * b.Value);

    public static ReferenceLane<T> operator /(ReferenceLane<T> a, ReferenceLane<T> b) => new(a.Value / b.Value);

    public static ReferenceLane<T> operator -(ReferenceLane<T> a) => new(-a.Value);

    public static ReferenceLane<T> FusedMultiplyAdd(ReferenceLane<T> a, ReferenceLane<T> b, ReferenceLane<T> c) =>
        new(T.FusedMultiplyAdd(a.Value, b.Value, c.Value));

    public static ReferenceLane<T> Max(ReferenceLane<T> a, ReferenceLane<T> b) => new(T.Max(a.Value, b.Value));

    public static ReferenceLane<T> Min(ReferenceLane<T> a, ReferenceLane<T> b) => new(T.Min(a.Value, b.Value));

    public static ReferenceLane<T> Abs(ReferenceLane<T> a) => new(T.Abs(a.Value));

    public static ReferenceLane<T> Sqrt(ReferenceLane<T> a) => new(T.Sqrt(a.Value));

    public static ReferenceLane<T> Exp(ReferenceLane<T> a) => new(T.Exp(a.Value));

    public static ReferenceLane<T> Log(ReferenceLane<T> a) => new(T.Log(a.Value));

    public static ReferenceLane<T> Tanh(ReferenceLane<T> a) => new(T.Tanh(a.Value));

    public static ReferenceLane<T> Erf(ReferenceLane<T> a) => new(T.CreateTruncating(ErrorFunction.Erf(double.CreateTruncating(a.Value))));

    public static ReferenceLane<T> Asinh(ReferenceLane<T> a) => new(T.Asinh(T.Clamp(a.Value, T.CreateTruncating(-1e18), T.CreateTruncating(1e18))));

    public static ReferenceLane<T> GreaterThan(ReferenceLane<T> a, ReferenceLane<T> b) => new(a.Value > b.Value ? T.One : T.Zero);

    public static ReferenceLane<T> Select(ReferenceLane<T> mask, ReferenceLane<T> whenTrue, ReferenceLane<T> whenFalse) =>
        mask.Value == T.One ? whenTrue : whenFalse;
}
