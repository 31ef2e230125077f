using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Steps in the unit of the weights: s ← ρ · s + (1 − ρ) · g²; d = √(u + ε) / √(s + ε) · g; u ← ρ · u + (1 − ρ) · d²; w ← w − rate · d.
/// Both states start at 0.
/// </summary>
/// <remarks>M. Zeiler, "Adadelta: an adaptive learning rate method", 2012; with PyTorch's factor for the rate, 1 in the paper.</remarks>
public sealed record Adadelta : Optimizer<AdadeltaRule>
{
    /// <inheritdoc/>
    public override string Name => "adadelta";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 1;

    /// <summary>ρ: decay of both means of squares, in [0, 1).</summary>
    public double Rho { get; init; } = 0.9;

    /// <summary>ε: starts the steps and keeps the denominator from 0. Above 0.</summary>
    public double Epsilon { get; init; } = 1e-6;

    /// <inheritdoc/>
    public override IdleSteps WithoutGradient() => new(0, Rho, Rho);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.InRange(Rho, 0, 1, nameof(Rho), Name);
        Guard.Positive(Epsilon, nameof(Epsilon), Name);
    }

    /// <inheritdoc/>
    protected override AdadeltaRule CreateRule(double learningRate, long step) => new(learningRate, Rho, Epsilon);
}

/// <summary>The element rule of <see cref="Adadelta"/>.</summary>
/// <param name="rate">The rate.</param>
/// <param name="rho">ρ.</param>
/// <param name="epsilon">ε.</param>
public readonly struct AdadeltaRule(double rate, double rho, double epsilon) : IUpdateRule
{
    /// <inheritdoc/>
    public static int StateCount => 2;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
        where TLane : struct, ILane<TLane>
    {
        TLane small = TLane.Create(epsilon);
        TLane keep = TLane.Create(rho);
        TLane take = TLane.Create(1 - rho);
        state0 = TLane.FusedMultiplyAdd(keep, state0, take * gradient * gradient);
        TLane delta = TLane.Sqrt(state1 + small) / TLane.Sqrt(state0 + small) * gradient;
        state1 = TLane.FusedMultiplyAdd(keep, state1, take * delta * delta);
        weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), delta, weight);
    }
}
