using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A rate for each weight that falls with the squares of its gradients: s ← s + g²; w ← w − rateₜ · g / (√s + ε) with rateₜ = rate / (1 + (t − 1) · decay) at step t.
/// The state s starts at <see cref="InitialAccumulator"/>.
/// </summary>
/// <remarks>
/// J. Duchi, E. Hazan, Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization", 2011; ε outside the root, as in PyTorch.
/// </remarks>
public sealed record Adagrad : Optimizer<AdagradRule>
{
    /// <inheritdoc/>
    public override string Name => "adagrad";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.01;

    /// <summary>How fast the rate falls with the steps, at least 0.</summary>
    public double LearningRateDecay { get; init; }

    /// <summary>Where the sum of squares starts, at least 0.</summary>
    public double InitialAccumulator { get; init; }

    /// <summary>ε: keeps the denominator from 0. Above 0.</summary>
    public double Epsilon { get; init; } = 1e-10;

    /// <inheritdoc/>
    public override IdleSteps WithoutGradient() => new(0);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.NotNegative(LearningRateDecay, nameof(LearningRateDecay), Name);
        Guard.NotNegative(InitialAccumulator, nameof(InitialAccumulator), Name);
        Guard.Positive(Epsilon, nameof(Epsilon), Name);
    }

    /// <inheritdoc/>
    protected override AdagradRule CreateRule(double learningRate, long step) =>
        new(learningRate / (1 + ((step - 1) * LearningRateDecay)), InitialAccumulator, Epsilon);
}

/// <summary>The element rule of <see cref="Adagrad"/> for one step.</summary>
/// <param name="rate">The rate of this step.</param>
/// <param name="initial">What the sum of squares starts from; the state holds the rest, because states start at 0.</param>
/// <param name="epsilon">ε.</param>
public readonly struct AdagradRule(double rate, double initial, double epsilon) : IUpdateRule
{
    /// <inheritdoc/>
    public static int StateCount => 1;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
        where TLane : struct, ILane<TLane>
    {
        state0 = TLane.FusedMultiplyAdd(gradient, gradient, state0);
        TLane denominator = TLane.Sqrt(state0 + TLane.Create(initial)) + TLane.Create(epsilon);
        weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), gradient / denominator, weight);
    }
}
