using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What is done to a gradient before an optimizer's rule: scale, then clip by value, then weight decay.</summary>
/// <param name="Scale">Factor of the gradient; clipping by global norm arrives here.</param>
/// <param name="ClipValue">Largest magnitude of an element; +∞ for none.</param>
/// <param name="L2">Added: L2 · weight (coupled weight decay).</param>
/// <param name="L1">Added: L1 · sign(weight).</param>
public readonly record struct GradientTransform(double Scale, double ClipValue, double L2, double L1)
{
    /// <summary>Leaves the gradient as it is.</summary>
    public static GradientTransform None => new(1, double.PositiveInfinity, 0, 0);
}

/// <summary>The tensors of one optimizer step, all of one length.</summary>
/// <typeparam name="T">Element type.</typeparam>
/// <param name="Weights">Updated in place.</param>
/// <param name="Gradient">Not changed.</param>
/// <param name="State0">First state, or none.</param>
/// <param name="State1">Second state, or none.</param>
/// <param name="State2">Third state, or none.</param>
/// <param name="Transform">What is done to the gradient first.</param>
/// <param name="LearningRate">The rate of this step, after the schedule.</param>
/// <param name="Step">Number of this step, from 1.</param>
public readonly record struct UpdatePass<T>(
    Tensor<T> Weights, Tensor<T> Gradient, Tensor<T> State0, Tensor<T> State1, Tensor<T> State2, GradientTransform Transform, double LearningRate, long Step)
    where T : unmanaged;

/// <summary>How a gradient changes the weights. Immutable and serialisable: the state belongs to the training loop.</summary>
public abstract record Optimizer : IDescription
{
    /// <summary>The name in the registry, for example <c>sgd</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Step size, above 0.</summary>
    public abstract double LearningRate { get; init; }

    /// <summary>Coupled L2 penalty: WeightDecay · weight is added to the gradient. At least 0.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Numbers of state for each weight: 0 to 3, all zero before the first step.</summary>
    public abstract int StateCount { get; }

    /// <inheritdoc/>
    public virtual void Validate()
    {
        Guard.Positive(LearningRate, nameof(LearningRate), Name);
        Guard.NotNegative(WeightDecay, nameof(WeightDecay), Name);
    }

    /// <summary>Updates the weights.</summary>
    public abstract void Step<T>(IBackend<T> backend, in UpdatePass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Binds an optimizer's description to its rule.</summary>
/// <typeparam name="TRule">The element rule.</typeparam>
public abstract record Optimizer<TRule> : Optimizer
    where TRule : struct, IUpdateRule
{
    /// <inheritdoc/>
    public sealed override int StateCount => TRule.StateCount;

    /// <inheritdoc/>
    public sealed override void Step<T>(IBackend<T> backend, in UpdatePass<T> pass) =>
        backend.Update(CreateRule(pass.LearningRate, pass.Step), pass);

    /// <summary>The rule for one step, with what depends only on the step (rates, bias corrections) computed in double.</summary>
    protected abstract TRule CreateRule(double learningRate, long step);
}
