using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Functions that several rules need, composed of lane operations, so that every back end has them.</summary>
internal static class LaneFunctions
{
    /// <summary>2⁻¹²⁶.</summary>
    private const double SmallestNormal = 1.17549435082228750797e-38;

    /// <summary>1 above 0, −1 below, 0 for 0, NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sign<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane zero = TLane.Create(0);
        TLane notPositive = TLane.Select(TLane.GreaterThan(zero, x), TLane.Create(-1), x);
        return TLane.Select(TLane.GreaterThan(x, zero), TLane.Create(1), notPositive);
    }

    /// <summary>
    /// x, and 0 where |x| &lt; 2⁻¹²⁶: a subnormal number costs a processor a hundred times the time of a normal one, and what decays towards 0 by a factor at a step stays at one for good.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane FlushSubnormals<TLane>(TLane x)
        where TLane : struct, ISimdLane<TLane> =>
        TLane.Select(TLane.GreaterThan(TLane.Create(SmallestNormal), TLane.Abs(x)), TLane.Create(0), x);

    /// <summary>1 / (1 + e⁻ˣ): the logistic function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Sigmoid<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        TLane.Create(1) / (TLane.Create(1) + TLane.Exp(-x));

    /// <summary>
    /// ln(1 + x), accurate also near 0: with u = 1 + x rounded, ln u · x / (u − 1) cancels the rounding (W. Kahan; D. Goldberg, "What every computer
    /// scientist should know about floating-point arithmetic", 1991, theorem 4).
    /// </summary>
    /// <param name="x">In (−1, ∞).</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log1P<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane u = TLane.Create(1) + x;
        TLane rounded = u - TLane.Create(1);
        TLane lost = TLane.GreaterThan(TLane.Abs(rounded), TLane.Create(0));
        return TLane.Select(lost, TLane.Log(u) * (x / rounded), x);
    }

    /// <summary>eˣ − 1 for x ≤ 0, accurate also near 0: 2 · T / (1 − T) with T = tanh(x / 2).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane ExpM1<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane t = TLane.Tanh(TLane.Create(0.5) * x);
        return (t + t) / (TLane.Create(1) - t);
    }
}
