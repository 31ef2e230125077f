namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Dropout: in training every element is set to 0 with probability <paramref name="Rate"/> and otherwise divided by 1 − Rate, so that the expected
/// value stays; at prediction time it does nothing. Any shape.
/// </summary>
/// <param name="Rate">Probability of dropping, in [0, 1).</param>
/// <remarks>
/// "Inverted" dropout. The mask is a function of <see cref="LayerPass{T}.RandomKey"/> and the element's index, so nothing has to be kept for the
/// backward pass. N. Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014.
/// </remarks>
public sealed record Dropout(double Rate = 0.5) : Layer
{
    /// <inheritdoc/>
    public override string Name => "dropout";

    /// <inheritdoc/>
    public override void Validate() => Guard.InRange(Rate, 0, 1, nameof(Rate), Name);

    /// <inheritdoc/>
    public override TensorShape OutputShape(TensorShape input) => input;

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
            pass.Backend.Dropout(Rate, pass.RandomKey, source, destination);
        }
        else
        {
            pass.Backend.Copy(source, destination);
        }
    }
}
