namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Makes a sample of any shape flat: [channels, height, width] becomes [channels · height · width], channel after channel, row after row.
/// </summary>
/// <remarks>That order is the border's (and PyTorch's), whatever order the engine keeps images in; so weights of the dense layer behind it mean the same everywhere.</remarks>
public sealed record Flatten : Layer
{
    /// <inheritdoc/>
    public override string Name => "flatten";

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new TensorShape(input.Size);
    }

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass)
    {
        if (BorderOrder.Differs(pass.InputShape))
        {
            BorderOrder.ToBorder(pass.Backend, pass.InputShape, pass.Input, pass.Output, pass.Rows);
        }
        else
        {
            pass.Backend.Copy(pass.Input, pass.Output);
        }
    }

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        if (pass.InputGradient.IsNone)
        {
            return;
        }

        if (BorderOrder.Differs(pass.InputShape))
        {
            BorderOrder.FromBorder(pass.Backend, pass.InputShape, pass.OutputGradient, pass.InputGradient, pass.Rows);
        }
        else
        {
            pass.Backend.Copy(pass.OutputGradient, pass.InputGradient);
        }
    }
}
