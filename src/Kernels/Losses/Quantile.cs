using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Pinball loss, whose minimum is a quantile: τ · (t − p) for p &lt; t, (1 − τ) · (p − t) for p &gt; t. Gradient −τ below the target, 1 − τ above, 0 on it. Networks for several τ
/// give an interval: 0.05 and 0.95 hold nine targets of ten.
/// </summary>
/// <param name="Tau">τ: the share of targets that should lie below the prediction, in (0, 1). 0.5 is half the absolute error.</param>
/// <remarks>R. Koenker, G. Bassett, "Regression quantiles", 1978.</remarks>
public sealed record Quantile(double Tau = 0.5) : ElementLoss<QuantileRule>
{
    /// <inheritdoc/>
    public override string Name => "quantile";

    /// <inheritdoc/>
    protected override QuantileRule Rule => new(Tau);

    /// <inheritdoc/>
    public override void Validate() => Guard.Inside(Tau, 0, 1, nameof(Tau), Name);
}

/// <summary>The element rule of <see cref="Quantile"/>.</summary>
/// <param name="tau">τ.</param>
public readonly struct QuantileRule(double tau) : ILossRule
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>
    {
        TLane error = target - prediction;
        return TLane.Max(TLane.Create(tau) * error, TLane.Create(tau - 1) * error);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>
    {
        // (sign + 1) / 2 − τ is right on both sides; on the target the sign of 0 takes away τ too.
        TLane sign = LaneFunctions.Sign(prediction - target);
        return sign * TLane.FusedMultiplyAdd(sign, TLane.Create(0.5 - tau), TLane.Create(0.5));
    }
}
