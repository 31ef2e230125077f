using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Sigmoid and cross-entropy in one, for answers of yes or no: −w · t · ln σ(z) − (1 − t) · ln(1 − σ(z)) for each logit z with its target t in [0, 1]. With w = 1
/// the gradient is σ(z) − t: nothing to overflow, nothing to vanish.
/// </summary>
/// <remarks>
/// PyTorch's <c>BCEWithLogitsLoss</c>. D. Cox, "The regression analysis of binary sequences", 1958. Several outputs are several independent answers (labels
/// that do not exclude each other).
/// </remarks>
public sealed record BinaryCrossEntropy : ElementLoss<BinaryCrossEntropyRule>
{
    /// <summary>w: how much a yes counts, above 0; the number of noes by that of yeses balances rare ones. PyTorch's <c>pos_weight</c>.</summary>
    public double PositiveWeight { get; init; } = 1;

    /// <inheritdoc/>
    public override string Name => "binary-cross-entropy";

    /// <inheritdoc/>
    public override OutputLink Link => OutputLink.Sigmoid;

    /// <inheritdoc/>
    public override double LowestTarget => 0;

    /// <inheritdoc/>
    public override double HighestTarget => 1;

    /// <inheritdoc/>
    protected override BinaryCrossEntropyRule Rule => new(PositiveWeight);

    /// <inheritdoc/>
    public override void Validate() => Guard.Positive(PositiveWeight, nameof(PositiveWeight), Name);
}

/// <summary>The element rule of <see cref="BinaryCrossEntropy"/>.</summary>
/// <param name="positiveWeight">w.</param>
public readonly struct BinaryCrossEntropyRule(double positiveWeight) : ILossRule
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>
    {
        // −ln σ(z) = max(−z, 0) + l and −ln(1 − σ(z)) = max(z, 0) + l with l = ln(1 + e^−|z|): sums of what is not negative, so that nothing cancels.
        TLane zero = TLane.Create(0);
        TLane rest = LaneFunctions.Log1P(TLane.Exp(-TLane.Abs(prediction)));
        TLane yes = TLane.Create(positiveWeight) * target * (TLane.Max(-prediction, zero) + rest);
        return TLane.FusedMultiplyAdd(TLane.Create(1) - target, TLane.Max(prediction, zero) + rest, yes);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>
    {
        TLane yes = TLane.FusedMultiplyAdd(TLane.Create(positiveWeight - 1), target, TLane.Create(1));
        return (yes * LaneFunctions.Sigmoid(prediction)) - (TLane.Create(positiveWeight) * target);
    }
}
