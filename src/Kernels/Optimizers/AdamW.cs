namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Adam with decoupled weight decay: w ← w − rate · λ · w, then the step of <see cref="Adam"/>, whose moments never see the decay.
/// λ is <see cref="Optimizer.WeightDecay"/>, 0.01 unless set.
/// </summary>
/// <remarks>I. Loshchilov, F. Hutter, "Decoupled weight decay regularization", 2019; λ multiplied by the rate, as in PyTorch.</remarks>
public sealed record AdamW : Optimizer<AdamRule>
{
    /// <summary>The defaults.</summary>
    public AdamW() => WeightDecay = 0.01;

    /// <inheritdoc/>
    public override string Name => "adamw";

    /// <inheritdoc/>
    public override bool DecouplesWeightDecay => true;

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
