using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Evolved sign momentum: w ← w − rate · (sign(β₁ · m + (1 − β₁) · g) + λ · w); m ← β₂ · m + (1 − β₂) · g. The state m starts at 0. Every weight moves by the
/// rate, so the rate is 3 to 10 times smaller than Adam's, and λ (<see cref="Optimizer.WeightDecay"/>, decoupled) as much larger.
/// </summary>
/// <remarks>X. Chen et al., "Symbolic discovery of optimization algorithms", 2023.</remarks>
public sealed record Lion : Optimizer<LionRule>
{
    /// <inheritdoc/>
    public override string Name => "lion";

    /// <inheritdoc/>
    public override bool DecouplesWeightDecay => true;

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.0001;

    /// <summary>β₁: the share of the mean in the direction, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂: decay of the mean of the gradient, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.99;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.InRange(Beta1, 0, 1, nameof(Beta1), Name);
        Guard.InRange(Beta2, 0, 1, nameof(Beta2), Name);
    }

    /// <inheritdoc/>
    protected override LionRule CreateRule(double learningRate, long step) => new(learningRate, Beta1, Beta2);
}

/// <summary>The element rule of <see cref="Lion"/>.</summary>
/// <param name="rate">The rate.</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
public readonly struct LionRule(double rate, double beta1, double beta2) : IUpdateRule
{
    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
        where TLane : struct, ILane<TLane>
    {
        TLane direction = TLane.FusedMultiplyAdd(TLane.Create(beta1), state0, TLane.Create(1 - beta1) * gradient);
        weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), LaneFunctions.Sign(direction), weight);
        state0 = TLane.FusedMultiplyAdd(TLane.Create(beta2), state0, TLane.Create(1 - beta2) * gradient);
    }
}
