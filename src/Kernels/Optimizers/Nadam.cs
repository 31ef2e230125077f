using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Adam with Nesterov's momentum: m and v as in <see cref="Adam"/>, μₜ = β₁ · (1 − ½ · 0.96^(t · ψ)), Pₜ = μ₁ · … · μₜ;
/// w ← w − rate · (μₜ₊₁ · m / (1 − Pₜ₊₁) + (1 − μₜ) · g / (1 − Pₜ)) / (√v̂ + ε). Both states start at 0.
/// </summary>
/// <remarks>T. Dozat, "Incorporating Nesterov momentum into Adam", 2016. PyTorch's form and defaults since its version 2.0; 1.13 counts μₜ twice in Pₜ₊₁.</remarks>
public sealed record Nadam : Optimizer<NadamRule>
{
    /// <inheritdoc/>
    public override string Name => "nadam";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.002;

    /// <summary>β₁: decay of the mean of the gradient, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂: decay of the mean of its square, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: keeps the denominator from 0. Above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>ψ: how fast the momentum grows from β₁ / 2 to β₁, at least 0.</summary>
    public double MomentumDecay { get; init; } = 0.004;

    /// <inheritdoc/>
    public override IdleSteps WithoutGradient() => AdamRule.Idle(Beta1, Beta2);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.InRange(Beta1, 0, 1, nameof(Beta1), Name);
        Guard.InRange(Beta2, 0, 1, nameof(Beta2), Name);
        Guard.Positive(Epsilon, nameof(Epsilon), Name);
        Guard.NotNegative(MomentumDecay, nameof(MomentumDecay), Name);
    }

    /// <inheritdoc/>
    protected override NadamRule CreateRule(double learningRate, long step)
    {
        double product = Product(step);
        double next = Momentum(step + 1);
        return new NadamRule(
            learningRate * (1 - Momentum(step)) / (1 - product),
            learningRate * next / (1 - (product * next)),
            Beta1,
            Beta2,
            1 / Math.Sqrt(1 - Math.Pow(Beta2, step)),
            Epsilon);
    }

    private double Momentum(long step) => Beta1 * (1 - (0.5 * Math.Pow(0.96, step * MomentumDecay)));

    /// <summary>μ₁ · … · μₜ. Factors are left out when they can no longer change a bit of 1 minus the product, so that late steps cost no more than early ones.</summary>
    private double Product(long step)
    {
        double ratio = Math.Pow(0.96, MomentumDecay);
        double power = 1;
        double product = 1;
        for (long i = 1; i <= step && product > 1e-18; i++)
        {
            power *= ratio;
            product *= Beta1 * (1 - (0.5 * power));
        }

        return product;
    }
}

/// <summary>The element rule of <see cref="Nadam"/> for one step.</summary>
/// <param name="gradientRate">Rate · (1 − μₜ) / (1 − Pₜ).</param>
/// <param name="meanRate">Rate · μₜ₊₁ / (1 − Pₜ₊₁).</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="rootCorrection">1 / √(1 − β₂ᵗ).</param>
/// <param name="epsilon">ε.</param>
public readonly struct NadamRule(double gradientRate, double meanRate, double beta1, double beta2, double rootCorrection, double epsilon) : IUpdateRule
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
        TLane denominator = TLane.FusedMultiplyAdd(TLane.Sqrt(state1), TLane.Create(rootCorrection), TLane.Create(epsilon));
        TLane direction = TLane.FusedMultiplyAdd(TLane.Create(meanRate), state0, TLane.Create(gradientRate) * gradient);
        weight -= direction / denominator;
    }
}
