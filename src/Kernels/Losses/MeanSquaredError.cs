namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Squared error: (p − t)² for each output, without a factor ½. The mean runs over rows × outputs, the sum over both.
/// Gradient 2 · (p − t).
/// </summary>
/// <remarks>The convention of PyTorch's <c>MSELoss</c>, so that learning rates carry over. A. Legendre, 1805; C. Gauss, 1809.</remarks>
public sealed record MeanSquaredError : ElementLoss<MeanSquaredErrorRule>
{
    /// <inheritdoc/>
    public override string Name => "mean-squared-error";

    /// <inheritdoc/>
    protected override MeanSquaredErrorRule Rule => default;
}

/// <summary>The element rule of <see cref="MeanSquaredError"/>.</summary>
public readonly struct MeanSquaredErrorRule : ILossRule
{
    /// <inheritdoc/>
    public TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        return error * error;
    }

    /// <inheritdoc/>
    public TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>
    {
        TLane error = prediction - target;
        return error + error;
    }
}
