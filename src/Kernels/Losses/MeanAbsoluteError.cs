namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Absolute error, also called L1: |p − t| for each output. Gradient sign(p − t), 0 where p = t. Its minimum is the median, which outliers hardly move.
/// </summary>
/// <remarks>PyTorch's <c>L1Loss</c>. R. Boscovich, 1757; P.-S. Laplace, 1793.</remarks>
public sealed record MeanAbsoluteError : ElementLoss<MeanAbsoluteErrorRule>
{
    /// <inheritdoc/>
    public override string Name => "mean-absolute-error";

    /// <inheritdoc/>
    protected override MeanAbsoluteErrorRule Rule => default;
}

/// <summary>The element rule of <see cref="MeanAbsoluteError"/>.</summary>
public readonly struct MeanAbsoluteErrorRule : ILossRule
{
    /// <inheritdoc/>
    public TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> =>
        TLane.Abs(prediction - target);

    /// <inheritdoc/>
    public TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> =>
        LaneFunctions.Sign(prediction - target);
}
