namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Stochastic gradient descent. Plain: w ← w − rate · g. With momentum μ: b ← μ · b + g, w ← w − rate · b. With Nesterov's momentum:
/// w ← w − rate · (g + μ · b). The state b starts at 0.
/// </summary>
/// <remarks>
/// PyTorch's form: the rate multiplies the whole buffer. H. Robbins, S. Monro, "A stochastic approximation method", 1951; B. Polyak, "Some methods
/// of speeding up the convergence of iteration methods", 1964; I. Sutskever et al., "On the importance of initialization and momentum in deep
/// learning", 2013.
/// </remarks>
public sealed record Sgd : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "sgd";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.01;

    /// <summary>μ: the share of the last step's direction that is kept, in [0, 1). 0 keeps no state.</summary>
    public double Momentum { get; init; }

    /// <summary>Nesterov's form: looks one step of momentum ahead. Needs a <see cref="Momentum"/> above 0.</summary>
    public bool Nesterov { get; init; }

    /// <inheritdoc/>
    public override int StateCount => Momentum == 0 ? SgdRule.StateCount : MomentumRule.StateCount;

    /// <inheritdoc/>
    public override IdleSteps WithoutGradient() => Momentum == 0 ? new IdleSteps(0) : new IdleSteps(Momentum, Momentum);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.InRange(Momentum, 0, 1, nameof(Momentum), Name);
        if (Nesterov && Momentum == 0)
        {
            throw new ArgumentOutOfRangeException(nameof(Momentum), Momentum, $"{nameof(Nesterov)} of {Name} needs a {nameof(Momentum)} above 0; 0.9 is usual.");
        }
    }

    /// <inheritdoc/>
    protected override void Apply<T>(IWeightUpdater<T> updater, in UpdatePass<T> pass)
    {
        if (Momentum == 0)
        {
            updater.Update(new SgdRule(pass.LearningRate), pass);
        }
        else if (Nesterov)
        {
            updater.Update(new NesterovRule(pass.LearningRate, Momentum), pass);
        }
        else
        {
            updater.Update(new MomentumRule(pass.LearningRate, Momentum), pass);
        }
    }

    internal readonly struct SgdRule(double rate) : IUpdateRule
    {
        public static int StateCount => 0;

        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane> =>
            weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), gradient, weight);
    }

    internal readonly struct MomentumRule(double rate, double momentum) : IUpdateRule
    {
        public static int StateCount => 1;

        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            state0 = TLane.FusedMultiplyAdd(TLane.Create(momentum), state0, gradient);
            weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), state0, weight);
        }
    }

    internal readonly struct NesterovRule(double rate, double momentum) : IUpdateRule
    {
        public static int StateCount => 1;

        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            state0 = TLane.FusedMultiplyAdd(TLane.Create(momentum), state0, gradient);
            TLane direction = TLane.FusedMultiplyAdd(TLane.Create(momentum), state0, gradient);
            weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), direction, weight);
        }
    }
}
