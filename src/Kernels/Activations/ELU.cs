using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The exponential linear unit: f(x) = x for x &gt; 0, else α · (eˣ − 1); f′ = 1 for x &gt; 0, else y + α. Range (−α, ∞).
/// </summary>
/// <param name="Alpha">α: finite, at least 0.</param>
/// <remarks>D.-A. Clevert, T. Unterthiner, S. Hochreiter, "Fast and accurate deep network learning by exponential linear units (ELUs)", 2016.</remarks>
public sealed record ELU(double Alpha = 1) : Activation<ELURule>
{
    /// <inheritdoc/>
    public override string Name => "elu";

    /// <inheritdoc/>
    protected override ELURule Rule => new(Alpha, 1);

    /// <inheritdoc/>
    public override void Validate() => Guard.NotNegative(Alpha, nameof(Alpha), Name);
}

/// <summary>The element rule of <see cref="ELU"/> and <see cref="SELU"/>.</summary>
/// <param name="alpha">α, at least 0, so that y has the sign of x.</param>
/// <param name="scale">Factor of the whole, above 0.</param>
public readonly struct ELURule(double alpha, double scale) : IActivationRule
{
    private readonly RuleConstant _scale = new(scale);
    private readonly RuleConstant _below = new(scale * alpha);

    /// <inheritdoc/>
    public static bool NeedsInput => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane below = TLane.Create(_below) * LaneFunctions.ExpM1(x);
        return TLane.Select(TLane.GreaterThan(x, TLane.Create(0)), TLane.Create(_scale) * x, below);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane>
    {
        TLane slope = TLane.Select(TLane.GreaterThan(y, TLane.Create(0)), TLane.Create(_scale), y + TLane.Create(_below));
        return outputGradient * slope;
    }
}
