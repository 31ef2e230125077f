using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The Gaussian error linear unit: f(x) = x · Φ(x) with the normal distribution function Φ(x) = ½ · (1 + erf(x / √2)); f′ = Φ(x) + x · φ(x) with the density
/// φ(x) = e^(−x²/2) / √(2π). Range (−0.17, ∞).
/// </summary>
/// <param name="Approximate">True for ½ · x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))), as some published networks have it; it is within 0.0005 of the exact one.</param>
/// <remarks>Exact unless told otherwise, as in PyTorch. D. Hendrycks, K. Gimpel, "Gaussian error linear units (GELUs)", 2016.</remarks>
public sealed record GELU(bool Approximate = false) : Activation<GELURule>
{
    /// <inheritdoc/>
    public override string Name => "gelu";

    /// <inheritdoc/>
    protected override GELURule Rule => new(Approximate);
}

/// <summary>The element rule of <see cref="GELU"/>.</summary>
/// <param name="approximate">True for the form by tanh.</param>
public readonly struct GELURule(bool approximate) : IActivationRule
{
    // No bool: a device has no such argument.
    private readonly int _approximate = approximate ? 1 : 0;

    private const double Cubic = 0.044715;
    private const double Inner = 0.79788456080286541; // √(2/π)
    private const double RootHalf = 0.70710678118654757;
    private const double Density = 0.39894228040143270; // 1 / √(2π)

    /// <inheritdoc/>
    public static bool NeedsInput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        x * Share(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane>
    {
        TLane share = Share(x);

        // Far out the share is 0 or 1 and has no slope: a square that stays finite keeps 0 · ∞ away.
        TLane square = TLane.Min(x * x, TLane.Create(1e6));
        TLane slope;
        if (_approximate != 0)
        {
            // Of ½ · (1 + tanh u): u′ / 2 · (1 − tanh² u) = 2 · u′ · share · (1 − share).
            TLane inner = TLane.FusedMultiplyAdd(TLane.Create(6 * Inner * Cubic), square, TLane.Create(2 * Inner));
            slope = inner * share * (TLane.Create(1) - share);
        }
        else
        {
            slope = TLane.Create(Density) * TLane.Exp(TLane.Create(-0.5) * square);
        }

        return outputGradient * TLane.FusedMultiplyAdd(x, slope, share);
    }

    /// <summary>Φ(x), or its approximation.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLane Share<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane inner = _approximate != 0
            ? TLane.Tanh(x * TLane.FusedMultiplyAdd(TLane.Create(Inner * Cubic), x * x, TLane.Create(Inner)))
            : TLane.Erf(TLane.Create(RootHalf) * x);
        return TLane.FusedMultiplyAdd(TLane.Create(0.5), inner, TLane.Create(0.5));
    }
}
