namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Softmax: yⱼ = exp(xⱼ) / Σₖ exp(xₖ) over the outputs of a flat sample, computed with the maximum subtracted. Range (0, 1), sum 1.
/// </summary>
/// <remarks>
/// Not an <see cref="Activation"/>, because every output depends on the whole row. A network that is trained with <see cref="SoftmaxCrossEntropy"/>
/// does not need it: that loss takes logits. J. Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.
/// </remarks>
public sealed record SoftmaxLayer : Layer
{
    /// <inheritdoc/>
    public override string Name => "softmax";

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        Flat.Require(input, Name);
        return input.Size > 1
            ? input
            : throw new ArgumentException($"A {Name} layer of one number gives 1, whatever the number: nothing before it would learn. Use at least two units, or a sigmoid.", nameof(input));
    }

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass) => pass.Backend.Softmax(pass.Input, pass.Output, pass.Rows, pass.InputShape.Size);

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        if (!pass.InputGradient.IsNone)
        {
            pass.Backend.SoftmaxBackward(pass.Output, pass.OutputGradient, pass.InputGradient, pass.Rows, pass.InputShape.Size);
        }
    }
}
