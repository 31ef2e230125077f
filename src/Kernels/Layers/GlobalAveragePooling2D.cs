namespace MLNet.GradientTrainers.Kernels;

/// <summary>The mean of each channel: [channels, height, width] becomes [channels].</summary>
/// <remarks>Takes the place of flattening and large dense layers. M. Lin, Q. Chen, S. Yan, "Network in network", 2014.</remarks>
public sealed record GlobalAveragePooling2D : Layer
{
    /// <inheritdoc/>
    public override string Name => "global-average-pooling-2d";

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        Images.Require(input, Name);
        return new TensorShape(input[0]);
    }

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass) => pass.Backend.AveragePool(Shape(pass.InputShape), pass.Input, pass.Output, pass.Rows);

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        if (!pass.InputGradient.IsNone)
        {
            pass.Backend.AveragePoolBackward(Shape(pass.InputShape), pass.OutputGradient, pass.InputGradient, pass.Rows);
        }
    }

    private static PoolingShape Shape(TensorShape input) => new(input[0], input[1], input[2], (input[1], input[2]), 1, 0);
}
