using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A scalar function applied to every element. Immutable and serialisable; the mathematics is in its <see cref="IActivationRule"/>.
/// </summary>
public abstract record Activation : IDescription
{
    /// <summary>The name in the registry and in model files, for example <c>relu</c>.</summary>
    public abstract string Name { get; }

    /// <summary>True when the backward pass reads the input, so that it can't work in place.</summary>
    public abstract bool NeedsInput { get; }

    /// <inheritdoc/>
    public virtual void Validate()
    {
    }

    /// <summary>y = f(x), element by element; <paramref name="y"/> may be <paramref name="x"/> itself.</summary>
    public abstract void Forward<T>(IBackend<T> backend, Tensor<T> x, Tensor<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>inputGradient = outputGradient · f′; may work in place.</summary>
    /// <param name="backend">Where the tensors live.</param>
    /// <param name="x">The input; pass <paramref name="y"/> when <see cref="NeedsInput"/> is false.</param>
    /// <param name="y">The output.</param>
    /// <param name="outputGradient">∂loss/∂y.</param>
    /// <param name="inputGradient">Receives ∂loss/∂x.</param>
    public abstract void Backward<T>(IBackend<T> backend, Tensor<T> x, Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// output = f(input · weights + bias), fused: the pre-activation is not kept.
    /// See <see cref="IBackend{T}.Affine{TRule}"/> for the shapes.
    /// </summary>
    public abstract void Affine<T>(IBackend<T> backend, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows, int inputs, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The same for sparse rows; see <see cref="IBackend{T}.SparseAffine{TRule}"/>.</summary>
    public abstract void SparseAffine<T>(IBackend<T> backend, SparseBatch<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int outputs)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// output = f(input ∗ weights + bias), fused: the pre-activation is not kept.
    /// See <see cref="IBackend{T}.Convolution{TRule}"/> for the shapes.
    /// </summary>
    public abstract void Convolution<T>(IBackend<T> backend, in ConvolutionShape shape, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>Binds an activation's description to its rule, so that each back end compiles its loop for that rule.</summary>
/// <typeparam name="TRule">The element rule.</typeparam>
public abstract record Activation<TRule> : Activation
    where TRule : struct, IActivationRule
{
    /// <inheritdoc/>
    public sealed override bool NeedsInput => TRule.NeedsInput;

    /// <summary>The rule with this activation's settings.</summary>
    protected abstract TRule Rule { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Forward<T>(IBackend<T> backend, Tensor<T> x, Tensor<T> y) => backend.Map(Rule, x, y);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Backward<T>(IBackend<T> backend, Tensor<T> x, Tensor<T> y, Tensor<T> outputGradient, Tensor<T> inputGradient) =>
        backend.MapBackward(Rule, x, y, outputGradient, inputGradient);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public sealed override void Affine<T>(IBackend<T> backend, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows, int inputs, int outputs) =>
        backend.Affine(Rule, input, weights, bias, output, rows, inputs, outputs);

    /// <inheritdoc/>
    public sealed override void SparseAffine<T>(IBackend<T> backend, SparseBatch<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int outputs) =>
        backend.SparseAffine(Rule, input, weights, bias, output, outputs);

    /// <inheritdoc/>
    public sealed override void Convolution<T>(
        IBackend<T> backend, in ConvolutionShape shape, Tensor<T> input, Tensor<T> weights, Tensor<T> bias, Tensor<T> output, int rows) =>
        backend.Convolution(Rule, shape, input, weights, bias, output, rows);
}
