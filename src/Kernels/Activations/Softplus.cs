using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A smooth <see cref="ReLU"/>: f(x) = ln(1 + e^(β·x)) / β; f′ = σ(β · x) = 1 − e^(−β·y). Range (0, ∞): the output of what is above 0.
/// </summary>
/// <param name="Beta">β: how sharp the bend is, above 0.</param>
/// <remarks>C. Dugas et al., "Incorporating second-order functional knowledge for better option pricing", 2001.</remarks>
public sealed record Softplus(double Beta = 1) : Activation<SoftplusRule>
{
    /// <inheritdoc/>
    public override string Name => "softplus";

    /// <inheritdoc/>
    protected override SoftplusRule Rule => new(Beta);

    /// <inheritdoc/>
    public override void Validate() => Guard.Positive(Beta, nameof(Beta), Name);
}

/// <summary>The element rule of <see cref="Softplus"/>.</summary>
/// <param name="beta">β.</param>
public readonly struct SoftplusRule(double beta) : IActivationRule
{
    private readonly RuleConstant _beta = new(beta);
    private readonly RuleConstant _inverse = new(1 / beta);

    /// <inheritdoc/>
    public static bool NeedsInput => false;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        // max(x, 0) + ln(1 + e^−|x|): nothing overflows, and what is nearly 0 stays accurate.
        TLane scaled = TLane.Create(_beta) * x;
        TLane rest = LaneFunctions.Log1P(TLane.Exp(-TLane.Abs(scaled)));
        return TLane.FusedMultiplyAdd(TLane.Create(_inverse), rest, TLane.Max(x, TLane.Create(0)));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane> =>
        -outputGradient * LaneFunctions.ExpM1(-TLane.Create(_beta) * y);
}
