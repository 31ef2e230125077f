using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>How the losses of a batch become one number.</summary>
public enum Reduction
{
    /// <summary>Weighted mean: over rows, and for losses of single outputs over rows × outputs.</summary>
    Mean,

    /// <summary>Weighted sum over rows and outputs.</summary>
    Sum,
}

/// <summary>The tensors of one loss evaluation. Prediction, target and gradient are rows × columns.</summary>
/// <typeparam name="T">Element type.</typeparam>
/// <param name="Prediction">The network's last output: logits where the loss has a <see cref="Loss.Link"/> of its own.</param>
/// <param name="Target">The wanted output; for classes a one-hot (or soft) row.</param>
/// <param name="Weights">One weight a row, or none for 1.</param>
/// <param name="RowLosses">Receives weight × loss of each row, not reduced (length: rows).</param>
/// <param name="Gradient">Receives scale × weight × ∂loss/∂prediction, or none. May be <paramref name="Prediction"/> itself.</param>
/// <param name="Scale">Factor of the gradient: 1 for a sum, 1 / normalizer for a mean.</param>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of outputs.</param>
public readonly record struct LossPass<T>(
    Tensor<T> Prediction, Tensor<T> Target, Tensor<T> Weights, Tensor<T> RowLosses, Tensor<T> Gradient, double Scale, int Rows, int Columns)
    where T : unmanaged;

/// <summary>What training minimises. Immutable and serialisable.</summary>
public abstract record Loss : IDescription
{
    /// <summary>The name in the registry, for example <c>mean-squared-error</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Sum or mean.</summary>
    public Reduction Reduction { get; init; } = Reduction.Mean;

    /// <summary>
    /// What makes scores of the network's outputs at prediction time. A loss with a link of its own takes the outputs before it (logits, logarithms), so
    /// that its gradient is simply score − target and nothing overflows.
    /// </summary>
    public virtual OutputLink Link => OutputLink.Identity;

    /// <summary>True when targets mean something absolute, such as counts or probabilities, so that they must not be shifted or scaled.</summary>
    public virtual bool HasAbsoluteTargets => Link != OutputLink.Identity;

    /// <summary>The smallest target that has a meaning, for example 0 for counts; −∞ for any.</summary>
    public virtual double LowestTarget => double.NegativeInfinity;

    /// <summary>The largest target that has a meaning, for example 1 for probabilities; ∞ for any.</summary>
    public virtual double HighestTarget => double.PositiveInfinity;

    /// <summary>Whether each output has a loss of its own; false where the outputs of a row are taken together.</summary>
    internal virtual bool IsOfSingleOutputs => false;

    /// <inheritdoc/>
    public virtual void Validate()
    {
    }

    /// <summary>By how much the sum of the row losses is divided for a mean.</summary>
    /// <param name="sumOfWeights">Sum of the rows' weights; the number of rows without weights.</param>
    /// <param name="columns">Outputs of a row.</param>
    public abstract double MeanDivisor(double sumOfWeights, int columns);

    /// <summary>Hands the rule of a loss of single outputs to <paramref name="visitor"/>.</summary>
    /// <exception cref="NotSupportedException">The loss has no such rule: it takes the outputs of a row together.</exception>
    internal virtual TResult Accept<TResult>(ILossVisitor<TResult> visitor) =>
        throw new NotSupportedException($"The loss '{Name}' takes the outputs of a row together, so that it does not suit a model with one output. Take a loss of single outputs, for example {nameof(MeanSquaredError)}.");

    /// <summary>Computes the row losses and, where wanted, the gradient.</summary>
    public abstract void Evaluate<T>(IBackend<T> backend, in LossPass<T> pass)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Binds a loss of single outputs to its rule.</summary>
/// <typeparam name="TRule">The element rule.</typeparam>
public abstract record ElementLoss<TRule> : Loss
    where TRule : struct, ILossRule
{
    /// <summary>The rule with this loss's settings.</summary>
    protected abstract TRule Rule { get; }

    internal sealed override bool IsOfSingleOutputs => true;

    /// <inheritdoc/>
    public sealed override double MeanDivisor(double sumOfWeights, int columns) => sumOfWeights * columns;

    /// <inheritdoc/>
    public sealed override void Evaluate<T>(IBackend<T> backend, in LossPass<T> pass) => backend.ElementLoss(Rule, pass);

    internal sealed override TResult Accept<TResult>(ILossVisitor<TResult> visitor) => visitor.Visit(Rule);
}

/// <summary>Makes something that is compiled for the rule of a loss.</summary>
/// <typeparam name="TResult">What it makes.</typeparam>
internal interface ILossVisitor<TResult>
{
    /// <summary>Makes it.</summary>
    TResult Visit<TRule>(TRule rule)
        where TRule : struct, ILossRule;
}
