namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Dropout of whole channels of an image: in training every channel is set to 0 with probability <paramref name="Rate"/> and otherwise divided by
/// 1 − Rate; at prediction time it does nothing.
/// </summary>
/// <param name="Rate">Probability of dropping, in [0, 1).</param>
/// <remarks>
/// Neighbouring pixels are alike, so that dropping single ones hides nothing. J. Tompson et al., "Efficient object localization using convolutional networks", 2015.
/// </remarks>
public sealed record SpatialDropout(double Rate = 0.5) : Layer
{
    /// <inheritdoc/>
    public override string Name => "spatial-dropout";

    /// <inheritdoc/>
    public override void Validate() => Guard.InRange(Rate, 0, 1, nameof(Rate), Name);

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input)
    {
        Images.Require(input, Name);
        return input;
    }

    /// <inheritdoc/>
    internal override bool NeedsOutput => false;

    /// <inheritdoc/>
    public override void Forward<T>(LayerPass<T> pass) => Apply(pass, pass.Input, pass.Output);

    /// <inheritdoc/>
    public override void Backward<T>(LayerPass<T> pass)
    {
        if (!pass.InputGradient.IsNone)
        {
            Apply(pass, pass.OutputGradient, pass.InputGradient);
        }
    }

    private void Apply<T>(LayerPass<T> pass, Tensor<T> source, Tensor<T> destination)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        if (pass.Training)
        {
            TensorShape shape = pass.InputShape;
            pass.Backend.DropoutChannels(Rate, pass.RandomKey, source, destination, pass.Rows, shape[1] * shape[2], shape[0]);
        }
        else
        {
            pass.Backend.Copy(source, destination);
        }
    }
}
