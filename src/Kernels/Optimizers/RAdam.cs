using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Rectified Adam: m and v as in <see cref="Adam"/>; ρ∞ = 2 / (1 − β₂) − 1, ρₜ = ρ∞ − 2 · t · β₂ᵗ / (1 − β₂ᵗ). While ρₜ ≤ 5 the variance of v can't be trusted:
/// w ← w − rate · m̂. Then w ← w − rate · r · m̂ · √(1 − β₂ᵗ) / (√v + ε) with r = √((ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ)): a warm-up that needs no setting.
/// Both states start at 0.
/// </summary>
/// <remarks>L. Liu et al., "On the variance of the adaptive learning rate and beyond", 2020; the bound of 5 and the place of ε as in PyTorch.</remarks>
public sealed record RAdam : Optimizer<RAdamRule>
{
    /// <inheritdoc/>
    public override string Name => "radam";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.001;

    /// <summary>β₁: decay of the mean of the gradient, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂: decay of the mean of its square, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: keeps the denominator from 0. Above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override IdleSteps WithoutGradient() => AdamRule.Idle(Beta1, Beta2);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.InRange(Beta1, 0, 1, nameof(Beta1), Name);
        Guard.InRange(Beta2, 0, 1, nameof(Beta2), Name);
        Guard.Positive(Epsilon, nameof(Epsilon), Name);
    }

    /// <inheritdoc/>
    protected override RAdamRule CreateRule(double learningRate, long step)
    {
        double power = Math.Pow(Beta2, step);
        double correction = 1 - power;
        double longest = (2 / (1 - Beta2)) - 1;
        double length = longest - (2 * step * power / correction);
        double rate = learningRate / (1 - Math.Pow(Beta1, step));
        if (length <= 5)
        {
            return new RAdamRule(rate, 0, Beta1, Beta2, Epsilon);
        }

        double rectification = Math.Sqrt((length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length));
        return new RAdamRule(0, rate * rectification * Math.Sqrt(correction), Beta1, Beta2, Epsilon);
    }
}

/// <summary>The element rule of <see cref="RAdam"/> for one step: one of its two rates is 0.</summary>
/// <param name="plainRate">Factor of the mean alone.</param>
/// <param name="adaptiveRate">Factor of the mean by the root of the mean square.</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="epsilon">ε.</param>
public readonly struct RAdamRule(double plainRate, double adaptiveRate, double beta1, double beta2, double epsilon) : IUpdateRule
{
    /// <inheritdoc/>
    public static int StateCount => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
        where TLane : struct, ILane<TLane>
    {
        state0 = TLane.FusedMultiplyAdd(TLane.Create(beta1), state0, TLane.Create(1 - beta1) * gradient);
        state1 = TLane.FusedMultiplyAdd(TLane.Create(beta2), state1, TLane.Create(1 - beta2) * gradient * gradient);
        TLane rate = TLane.Create(plainRate) + (TLane.Create(adaptiveRate) / (TLane.Sqrt(state1) + TLane.Create(epsilon)));
        weight = TLane.FusedMultiplyAdd(-rate, state0, weight);
    }
}
