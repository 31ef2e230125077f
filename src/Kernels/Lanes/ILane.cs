namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// One or several numbers that a rule (activation, loss, optimizer) computes on at once. A rule is written
/// once over a lane; the reference back end runs it on one number, the SIMD back end on 4, 8 or 16, a GPU on one a thread.
/// </summary>
/// <typeparam name="TSelf">The implementing type.</typeparam>
/// <remarks>Comparisons give a mask for <see cref="Select"/>; a mask is good for nothing else.</remarks>
public interface ILane<TSelf>
    where TSelf : struct, ILane<TSelf>
{
    /// <summary>All numbers set to <paramref name="value"/>, rounded to the lane's precision.</summary>
    static abstract TSelf Create(double value);

    /// <summary>The same of a number that is not known when the rule is compiled.</summary>
    static abstract TSelf Create(RuleConstant value);

    /// <summary>a + b.</summary>
    static abstract TSelf operator +(TSelf a, TSelf b);

    /// <summary>a − b.</summary>
    static abstract TSelf operator -(TSelf a, TSelf b);

    /// <summary>a · b.</summary>
    static abstract TSelf operator *(TSelf a, TSelf b);

    /// <summary>a / b.</summary>
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>−a.</summary>
    static abstract TSelf operator -(TSelf a);

    /// <summary>a · b + c, rounded once.</summary>
    static abstract TSelf FusedMultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>The larger one; NaN if either is NaN.</summary>
    static abstract TSelf Max(TSelf a, TSelf b);

    /// <summary>The smaller one; NaN if either is NaN.</summary>
    static abstract TSelf Min(TSelf a, TSelf b);

    /// <summary>|a|.</summary>
    static abstract TSelf Abs(TSelf a);

    /// <summary>√a.</summary>
    static abstract TSelf Sqrt(TSelf a);

    /// <summary>eᵃ; 0 for −∞, +∞ on overflow, NaN for NaN.</summary>
    static abstract TSelf Exp(TSelf a);

    /// <summary>Natural logarithm; −∞ for 0, NaN below 0.</summary>
    static abstract TSelf Log(TSelf a);

    /// <summary>Hyperbolic tangent, accurate also near 0.</summary>
    static abstract TSelf Tanh(TSelf a);

    /// <summary>Error function erf a = 2/√π · ∫₀ᵃ e^(−t²) dt, accurate also near 0.</summary>
    static abstract TSelf Erf(TSelf a);

    /// <summary>Inverse hyperbolic sine, accurate also near 0; the same for all numbers beyond ±1e18, ∞ among them; NaN for NaN.</summary>
    static abstract TSelf Asinh(TSelf a);

    /// <summary>Mask of a &gt; b.</summary>
    static abstract TSelf GreaterThan(TSelf a, TSelf b);

    /// <summary><paramref name="whenTrue"/> where the mask holds, else <paramref name="whenFalse"/>.</summary>
    static abstract TSelf Select(TSelf mask, TSelf whenTrue, TSelf whenFalse);
}
