using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Exp, log, tanh, erf and asinh over lane primitives, so that every width computes the same bits. Argument reductions and polynomials are those of the
/// Cephes library (S. L. Moshier, "Methods and Programs for Mathematical Functions", 1989), with fused multiply-adds;
/// those of erf and asinh are fitted for them. Largest errors against double precision: exp and log below 1 ulp, tanh, erf and asinh below 1.5 ulp.
/// </summary>
internal static class LaneMath
{
    private const float Log2E = 1.44269504088896341f;
    private const float Ln2High = 0.693359375f;
    private const float Ln2Low = -2.12194440e-4f;

    // Adding 1.5 · 2²³ rounds to an integer, which then stands in the low bits of the sum.
    private const float Rounder = 12582912f;

    /// <summary>eˣ = 2ⁿ · eʳ with n = round(x / ln 2), |r| ≤ ln 2 / 2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Exp<TLane>(TLane x)
        where TLane : struct, ISimdLane<TLane>
    {
        // Beyond these bounds the result is 0 or ∞ all the same; within them n fits the two scalings below.
        x = TLane.Min(TLane.Max(x, TLane.Broadcast(-104f)), TLane.Broadcast(89f));
        TLane shifted = TLane.FusedMultiplyAdd(x, TLane.Broadcast(Log2E), TLane.Broadcast(Rounder));
        TLane n = shifted - TLane.Broadcast(Rounder);
        TLane r = TLane.FusedMultiplyAdd(n, TLane.Broadcast(-Ln2High), x);
        r = TLane.FusedMultiplyAdd(n, TLane.Broadcast(-Ln2Low), r);

        TLane p = TLane.Broadcast(1.9875691500e-4f);
        p = TLane.FusedMultiplyAdd(p, r, TLane.Broadcast(1.3981999507e-3f));
        p = TLane.FusedMultiplyAdd(p, r, TLane.Broadcast(8.3334519073e-3f));
        p = TLane.FusedMultiplyAdd(p, r, TLane.Broadcast(4.1665795894e-2f));
        p = TLane.FusedMultiplyAdd(p, r, TLane.Broadcast(1.6666665459e-1f));
        p = TLane.FusedMultiplyAdd(p, r, TLane.Broadcast(5.0000001201e-1f));
        p = TLane.FusedMultiplyAdd(p, r * r, r) + TLane.Broadcast(1f);

        // Two factors, because 2ⁿ alone may be no normal float while the product is a subnormal or just below ∞.
        TLane exponent = TLane.SubtractBits(shifted, TLane.Broadcast(Rounder));
        TLane half = TLane.ShiftRightArithmetic(exponent, 1);
        return p * PowerOfTwo(half) * PowerOfTwo(TLane.SubtractBits(exponent, half));
    }

    /// <summary>ln x = e · ln 2 + ln m with x = 2ᵉ · m, √½ ≤ m &lt; √2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Log<TLane>(TLane x)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane subnormal = TLane.GreaterThan(TLane.Broadcast(1.17549435e-38f), x);
        TLane normal = TLane.Select(subnormal, x * TLane.Broadcast(8388608f), x);
        var (e, m) = Parts(normal);
        e = TLane.Select(subnormal, e - TLane.Broadcast(23f), e);
        TLane result = LogOfParts(e, m);
        result = TLane.Select(TLane.GreaterThan(x, TLane.Broadcast(float.MaxValue)), x, result);
        result = TLane.Select(TLane.EqualTo(x, TLane.Broadcast(0f)), TLane.Broadcast(float.NegativeInfinity), result);
        TLane negative = TLane.GreaterThan(TLane.Broadcast(0f), x);
        result = TLane.Select(negative, TLane.Broadcast(float.NaN), result);
        return TLane.Select(TLane.EqualTo(x, x), result, x);
    }

    /// <summary>x + x³ · P(x²) below 0.625, else ±(1 − 2 / (e²ˣ + 1)).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Tanh<TLane>(TLane x)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane magnitude = TLane.Abs(x);
        TLane square = x * x;
        TLane p = TLane.Broadcast(-5.70498872745e-3f);
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(2.06390887954e-2f));
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(-5.37397155531e-2f));
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(1.33314422036e-1f));
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(-3.33332819422e-1f));
        TLane small = TLane.FusedMultiplyAdd(p * square, x, x);

        TLane one = TLane.Broadcast(1f);
        TLane large = one - (TLane.Broadcast(2f) / (Exp(magnitude + magnitude) + one));
        TLane sign = TLane.And(x, TLane.BroadcastBits(0x80000000));
        return TLane.Or(TLane.Select(TLane.GreaterThan(magnitude, TLane.Broadcast(0.625f)), large, small), sign);
    }

    /// <summary>
    /// x + x · P(x²) up to 0.921875, else ±(1 − e^Q(|x|)), 1 beyond 4. P and Q are minimax fits (Lawson's iteration) to erf(x) / x − 1 and to ln erfc(x), with errors of
    /// 1.6e-8 and 1.1e-9 relative to erf.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Erf<TLane>(TLane x)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane magnitude = TLane.Abs(x);
        TLane square = x * x;
        TLane p = TLane.Broadcast(-5.9908191906e-4f);
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(4.9931732938e-3f));
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(-2.6766611263e-2f));
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(1.1281815916e-1f));
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(-3.7612494826e-1f));
        p = TLane.FusedMultiplyAdd(p, square, TLane.Broadcast(1.2837915123e-1f));
        TLane small = TLane.FusedMultiplyAdd(p, magnitude, magnitude);

        TLane bounded = TLane.Min(magnitude, TLane.Broadcast(4f));
        TLane q = TLane.Broadcast(1.9572193560e-4f);
        q = TLane.FusedMultiplyAdd(q, bounded, TLane.Broadcast(-3.0411053449e-3f));
        q = TLane.FusedMultiplyAdd(q, bounded, TLane.Broadcast(2.2218501195e-2f));
        q = TLane.FusedMultiplyAdd(q, bounded, TLane.Broadcast(-1.0391412675e-1f));
        q = TLane.FusedMultiplyAdd(q, bounded, TLane.Broadcast(-6.3720214367e-1f));
        q = TLane.FusedMultiplyAdd(q, bounded, TLane.Broadcast(-1.1276638508f));
        q = TLane.FusedMultiplyAdd(q, bounded, TLane.Broadcast(-1.9853816775e-4f));
        TLane large = TLane.Broadcast(1f) - Exp(q);
        TLane result = TLane.Select(TLane.GreaterThan(magnitude, TLane.Broadcast(0.921875f)), large, small);
        return TLane.Or(result, TLane.And(x, TLane.BroadcastBits(0x80000000)));
    }

    /// <summary>
    /// x + x · P(x²) up to 1.5, beyond it ±ln(|x| + √(x² + 1)), the same from 1e18 on. P is a minimax fit (Lawson's iteration) to asinh(x) / x − 1, with an error of 6e-9
    /// relative to asinh, about the middle of its range, since its terms would cancel about 0. Where no number of a lane is beyond 1.5, as mostly where features were scaled, the polynomial is all.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Asinh<TLane>(TLane x)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane d = TLane.FusedMultiplyAdd(x, x, TLane.Broadcast(-1.125f));
        TLane p = TLane.Broadcast(-5.7524962358e-06f);
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(1.2429792150e-05f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(-8.2022088463e-06f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(2.5827557693e-05f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(-9.8399956187e-05f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(2.4923615274e-04f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(-6.4845132874e-04f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(1.8332516775e-03f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(-5.5519817397e-03f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(1.8888557330e-02f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(-8.2135893404e-02f));
        p = TLane.FusedMultiplyAdd(p, d, TLane.Broadcast(-1.2919984758e-01f));
        TLane near = TLane.FusedMultiplyAdd(x, p, x);
        TLane magnitude = TLane.Abs(x);
        TLane far = TLane.GreaterThan(magnitude, TLane.Broadcast(1.5f));
        return TLane.MaskBits(far) == 0 ? near : TLane.Select(far, FarAsinh(x, magnitude), near);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane FarAsinh<TLane>(TLane x, TLane magnitude)
        where TLane : struct, ISimdLane<TLane>
    {
        // The square of more leaves a Single; the logarithm hardly grows there.
        TLane largest = TLane.Broadcast(1e18f);
        TLane size = TLane.Select(TLane.GreaterThan(magnitude, largest), largest, magnitude);
        var (e, m) = Parts(size + TLane.Sqrt(TLane.FusedMultiplyAdd(size, size, TLane.Broadcast(1f))));
        TLane result = LogOfParts(e, m);
        return TLane.Or(result, TLane.And(x, TLane.BroadcastBits(0x80000000)));
    }

    /// <summary>e and m with x = 2ᵉ · m, √½ ≤ m &lt; √2, of a normal x above 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (TLane E, TLane M) Parts<TLane>(TLane x)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane rootHalf = TLane.BroadcastBits(0x3F3504F3);
        TLane offset = TLane.SubtractBits(x, rootHalf);
        return (TLane.ConvertBitsToSingle(TLane.ShiftRightArithmetic(offset, 23)), TLane.AddBits(TLane.And(offset, TLane.BroadcastBits(0x007FFFFF)), rootHalf));
    }

    /// <summary>e · ln 2 + ln m.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane LogOfParts<TLane>(TLane e, TLane m)
        where TLane : struct, ISimdLane<TLane>
    {
        TLane f = m - TLane.Broadcast(1f);
        TLane square = f * f;
        TLane p = TLane.Broadcast(7.0376836292e-2f);
        p = TLane.FusedMultiplyAdd(p, f, TLane.Broadcast(-1.1514610310e-1f));
        p = TLane.FusedMultiplyAdd(p, f, TLane.Broadcast(1.1676998740e-1f));
        p = TLane.FusedMultiplyAdd(p, f, TLane.Broadcast(-1.2420140846e-1f));
        p = TLane.FusedMultiplyAdd(p, f, TLane.Broadcast(1.4249322787e-1f));
        p = TLane.FusedMultiplyAdd(p, f, TLane.Broadcast(-1.6668057665e-1f));
        p = TLane.FusedMultiplyAdd(p, f, TLane.Broadcast(2.0000714765e-1f));
        p = TLane.FusedMultiplyAdd(p, f, TLane.Broadcast(-2.4999993993e-1f));
        p = TLane.FusedMultiplyAdd(p, f, TLane.Broadcast(3.3333331174e-1f));
        TLane tail = TLane.FusedMultiplyAdd(e, TLane.Broadcast(Ln2Low), p * f * square);
        tail = TLane.FusedMultiplyAdd(square, TLane.Broadcast(-0.5f), tail);
        return TLane.FusedMultiplyAdd(e, TLane.Broadcast(Ln2High), f + tail);
    }

    /// <summary>2ⁿ for an integer n in [−126, 127].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane PowerOfTwo<TLane>(TLane n)
        where TLane : struct, ISimdLane<TLane> =>
        TLane.ShiftLeft(TLane.AddBits(n, TLane.BroadcastBits(127)), 23);
}
