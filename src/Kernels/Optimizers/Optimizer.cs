using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What is done before an optimizer's rule: the gradient is scaled, clipped by value, and given the penalties; then the weight is decayed.</summary>
/// <param name="Scale">Factor of the gradient; clipping by the norm adds its own.</param>
/// <param name="ClipValue">Largest magnitude of an element; +∞ for none.</param>
/// <param name="L2">Added to the gradient: L2 · weight (coupled weight decay).</param>
/// <param name="L1">Added to the gradient: L1 · sign(weight).</param>
/// <param name="Decay">Subtracted from the weight: Decay · weight (decoupled weight decay).</param>
public readonly record struct GradientTransform(double Scale, double ClipValue, double L2, double L1, double Decay = 0)
{
    /// <summary>Leaves gradient and weight as they are.</summary>
    public static GradientTransform None => new(1, double.PositiveInfinity, 0, 0);
}

/// <summary>The tensors of one optimizer step, all of one length.</summary>
/// <typeparam name="T">Element type.</typeparam>
/// <param name="Weights">Updated in place.</param>
/// <param name="Gradient">Not changed.</param>
/// <param name="State0">First state, or none.</param>
/// <param name="State1">Second state, or none.</param>
/// <param name="State2">Third state, or none.</param>
/// <param name="Transform">What is done first; the optimizer adds its own weight decay.</param>
/// <param name="LearningRate">The rate of this step, after the schedule.</param>
/// <param name="Step">Number of this step, from 1.</param>
public readonly record struct UpdatePass<T>(
    Tensor<T> Weights, Tensor<T> Gradient, Tensor<T> State0, Tensor<T> State1, Tensor<T> State2, GradientTransform Transform, double LearningRate, long Step)
    where T : unmanaged
{
    /// <summary>Clipping by the global norm, on top of the transform; null for none.</summary>
    public NormClip? Clip { get; init; }

    /// <summary>The same for a part of all tensors.</summary>
    /// <param name="offset">First element.</param>
    /// <param name="length">Number of elements.</param>
    public UpdatePass<T> Slice(int offset, int length) => this with
    {
        Weights = Weights.Slice(offset, length),
        Gradient = Gradient.Slice(offset, length),
        State0 = State0.IsNone ? default : State0.Slice(offset, length),
        State1 = State1.IsNone ? default : State1.Slice(offset, length),
        State2 = State2.IsNone ? default : State2.Slice(offset, length),
    };
}

/// <summary>How a gradient changes the weights. Immutable and serialisable: the state belongs to the training loop.</summary>
public abstract record Optimizer : IDescription
{
    /// <summary>The name in the registry, for example <c>sgd</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Step size, above 0.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>
    /// Weight decay λ, at least 0. Coupled, as most optimizers have it: λ · weight is added to the gradient (an L2 penalty). Where
    /// <see cref="DecouplesWeightDecay"/> says so, the weight itself shrinks by rate · λ · weight. Training decays only the weights that multiply inputs: no bias, and no scale or
    /// shift of a normalization. (PyTorch's optimizers decay all that they are given.)
    /// </summary>
    public double WeightDecay { get; init; }

    /// <summary>True when <see cref="WeightDecay"/> acts on the weights and not through the gradient.</summary>
    public virtual bool DecouplesWeightDecay => false;

    /// <summary>Numbers of state for each weight: 0 to 3, all zero before the first step.</summary>
    public abstract int StateCount { get; }

    /// <summary>What steps without a gradient and without weight decay do: as nothing is known of an optimizer that does not say, they are taken one by one.</summary>
    public virtual IdleSteps WithoutGradient() => IdleSteps.Endless;

    /// <inheritdoc/>
    public virtual void Validate()
    {
        Guard.Positive(LearningRate, nameof(LearningRate), Name);
        Guard.NotNegative(WeightDecay, nameof(WeightDecay), Name);
    }

    /// <summary>Updates the weights, weight decay included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Step<T>(IWeightUpdater<T> updater, in UpdatePass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        GradientTransform transform = DecouplesWeightDecay
            ? pass.Transform with { Decay = pass.Transform.Decay + (pass.LearningRate * WeightDecay) }
            : pass.Transform with { L2 = pass.Transform.L2 + WeightDecay };
        Apply(updater, pass with { Transform = transform });
    }

    /// <summary>Updates the weights by the rule for this step.</summary>
    protected abstract void Apply<T>(IWeightUpdater<T> updater, in UpdatePass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Binds an optimizer's description to its rule.</summary>
/// <typeparam name="TRule">The element rule.</typeparam>
public abstract record Optimizer<TRule> : Optimizer
    where TRule : unmanaged, IUpdateRule
{
    /// <inheritdoc/>
    public sealed override int StateCount => TRule.StateCount;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected sealed override void Apply<T>(IWeightUpdater<T> updater, in UpdatePass<T> pass) =>
        updater.Update(CreateRule(pass.LearningRate, pass.Step), pass);

    /// <summary>The rule for one step, with what depends only on the step (rates, bias corrections) computed in double.</summary>
    protected abstract TRule CreateRule(double learningRate, long step);
}
