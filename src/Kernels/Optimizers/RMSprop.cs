using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Root mean square propagation: s ← α · s + (1 − α) · g²; w ← w − rate · g / (√s + ε). Centred: h ← α · h + (1 − α) · g, and √(s − h²) in place of √s.
/// With momentum μ: b ← μ · b + g / (√s + ε), w ← w − rate · b. All states start at 0.
/// </summary>
/// <remarks>
/// T. Tieleman, G. Hinton, "Lecture 6.5: RMSprop", 2012; centred: A. Graves, "Generating sequences with recurrent neural networks", 2013. As in PyTorch, with ε outside the root.
/// </remarks>
public sealed record RMSprop : Optimizer
{
    /// <inheritdoc/>
    public override string Name => "rmsprop";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.01;

    /// <summary>α: decay of the mean of squares, in [0, 1).</summary>
    public double Alpha { get; init; } = 0.99;

    /// <summary>ε: keeps the denominator from 0. Above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>μ: the share of the last step that is kept, in [0, 1). 0 keeps no state for it.</summary>
    public double Momentum { get; init; }

    /// <summary>True to divide by the deviation of the gradient in place of its root mean square.</summary>
    public bool Centered { get; init; }

    /// <inheritdoc/>
    public override int StateCount => 1 + (Centered ? 1 : 0) + (Momentum > 0 ? 1 : 0);

    /// <inheritdoc/>
    public override IdleSteps WithoutGradient() => (Centered, Momentum > 0) switch
    {
        (false, false) => new(0, Alpha),
        (false, true) => new(Momentum, Alpha, Momentum),
        (true, false) => new(0, Alpha, Alpha),
        (true, true) => new(Momentum, Alpha, Alpha, Momentum),
    };

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.InRange(Alpha, 0, 1, nameof(Alpha), Name);
        Guard.Positive(Epsilon, nameof(Epsilon), Name);
        Guard.InRange(Momentum, 0, 1, nameof(Momentum), Name);
    }

    /// <inheritdoc/>
    protected override void Apply<T>(IWeightUpdater<T> updater, in UpdatePass<T> pass)
    {
        Step step = new(pass.LearningRate, Alpha, Epsilon, Momentum);
        switch (Centered, Momentum > 0)
        {
            case (false, false):
                updater.Update(new PlainRule(step), pass);
                break;
            case (false, true):
                updater.Update(new MomentumRule(step), pass);
                break;
            case (true, false):
                updater.Update(new CenteredRule(step), pass);
                break;
            case (true, true):
                updater.Update(new CenteredMomentumRule(step), pass);
                break;
        }
    }

    /// <summary>The three parts that the rules are made of.</summary>
    internal readonly struct Step(double rate, double alpha, double epsilon, double momentum)
    {
        /// <summary>mean ← α · mean + (1 − α) · value.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Average<TLane>(ref TLane mean, TLane value)
            where TLane : struct, ILane<TLane> =>
            mean = TLane.FusedMultiplyAdd(TLane.Create(alpha), mean, TLane.Create(1 - alpha) * value);

        /// <summary>g / (√variance + ε); rounding may take a variance below 0.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TLane Direction<TLane>(TLane gradient, TLane variance)
            where TLane : struct, ILane<TLane> =>
            gradient / (TLane.Sqrt(TLane.Max(variance, TLane.Create(0))) + TLane.Create(epsilon));

        /// <summary>w ← w − rate · direction.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Move<TLane>(ref TLane weight, TLane direction)
            where TLane : struct, ILane<TLane> =>
            weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), direction, weight);

        /// <summary>b ← μ · b + direction; w ← w − rate · b.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Move<TLane>(ref TLane weight, TLane direction, ref TLane buffer)
            where TLane : struct, ILane<TLane>
        {
            buffer = TLane.FusedMultiplyAdd(TLane.Create(momentum), buffer, direction);
            Move(ref weight, buffer);
        }
    }

    internal readonly struct PlainRule(Step step) : IUpdateRule
    {
        public static int StateCount => 1;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            step.Average(ref state0, gradient * gradient);
            step.Move(ref weight, step.Direction(gradient, state0));
        }
    }

    internal readonly struct MomentumRule(Step step) : IUpdateRule
    {
        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            step.Average(ref state0, gradient * gradient);
            step.Move(ref weight, step.Direction(gradient, state0), ref state1);
        }
    }

    internal readonly struct CenteredRule(Step step) : IUpdateRule
    {
        public static int StateCount => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            step.Average(ref state0, gradient * gradient);
            step.Average(ref state1, gradient);
            step.Move(ref weight, step.Direction(gradient, state0 - (state1 * state1)));
        }
    }

    internal readonly struct CenteredMomentumRule(Step step) : IUpdateRule
    {
        public static int StateCount => 3;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
            where TLane : struct, ILane<TLane>
        {
            step.Average(ref state0, gradient * gradient);
            step.Average(ref state1, gradient);
            step.Move(ref weight, step.Direction(gradient, state0 - (state1 * state1)), ref state2);
        }
    }
}
