namespace MLNet.GradientTrainers.Kernels;

/// <summary>An activation as a layer of its own: y = f(x) for every element, any shape.</summary>
/// <param name="Activation">f.</param>
/// <remarks>After a dense layer, <see cref="Dense.Activation"/> computes the same in one pass less.</remarks>
public sealed record ActivationLayer(Activation Activation) : Layer
{
    /// <inheritdoc/>
    public override string Name => "activation";

    /// <inheritdoc/>
    public override void Validate()
    {
        if (Activation is null)
        {
            throw new ArgumentException($"{nameof(Activation)} of an {Name} layer is missing; give one of: {string.Join(", ", Activations.All.Select(a => a.Name))}.");
        }

        Activation.Validate();
    }

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input) => input;

    /// <inheritdoc/>
    internal override bool WorksInPlace => !Activation.NeedsInput;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass) => Activation.Forward(pass.Backend, pass.Input, pass.Output);

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        if (!pass.InputGradient.IsNone)
        {
            Activation.Backward(pass.Backend, Activation.NeedsInput ? pass.Input : pass.Output, pass.Output, pass.OutputGradient, pass.InputGradient);
        }
    }
}
