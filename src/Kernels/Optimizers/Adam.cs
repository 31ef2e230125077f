using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Adaptive moment estimation. m ← β₁ · m + (1 − β₁) · g; v ← β₂ · v + (1 − β₂) · g²; w ← w − rate · m̂ / (√v̂ + ε) with the
/// bias-corrected m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ) of step t. Both states start at 0.
/// </summary>
/// <remarks>D. Kingma, J. Ba, "Adam: a method for stochastic optimization", 2015; ε outside the root, as in the paper's algorithm 1 and in PyTorch.</remarks>
public sealed record Adam : Optimizer<AdamRule>
{
    /// <inheritdoc/>
    public override string Name => "adam";

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
    protected override AdamRule CreateRule(double learningRate, long step) => AdamRule.For(learningRate, step, Beta1, Beta2, Epsilon);
}

/// <summary>The element rule of <see cref="Adam"/> for one step.</summary>
/// <param name="rate">Rate / (1 − β₁ᵗ).</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="rootCorrection">1 / √(1 − β₂ᵗ).</param>
/// <param name="epsilon">ε.</param>
public readonly struct AdamRule(double rate, double beta1, double beta2, double rootCorrection, double epsilon) : IUpdateRule
{
    /// <inheritdoc/>
    public static int StateCount => 2;

    /// <summary>The rule for a step, with the bias corrections of that step.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static AdamRule For(double learningRate, long step, double beta1, double beta2, double epsilon) =>
        new(learningRate / (1 - Math.Pow(beta1, step)), beta1, beta2, 1 / Math.Sqrt(1 - Math.Pow(beta2, step)), epsilon);

    /// <summary>The mean shrinks by β₁ and the root of the mean square, which divides it, by √β₂.</summary>
    internal static IdleSteps Idle(double beta1, double beta2) => new(beta1 / Math.Sqrt(beta2), beta1, beta2);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
        where TLane : struct, ILane<TLane>
    {
        state0 = TLane.FusedMultiplyAdd(TLane.Create(beta1), state0, TLane.Create(1 - beta1) * gradient);
        state1 = TLane.FusedMultiplyAdd(TLane.Create(beta2), state1, TLane.Create(1 - beta2) * gradient * gradient);
        TLane denominator = TLane.FusedMultiplyAdd(TLane.Sqrt(state1), TLane.Create(rootCorrection), TLane.Create(epsilon));
        weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), state0 / denominator, weight);
    }
}
