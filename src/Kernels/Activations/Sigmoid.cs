namespace MLNet.GradientTrainers.Kernels;

/// <summary>The logistic function: f(x) = 1 / (1 + e⁻ˣ); f′ = y · (1 − y). Range (0, 1).</summary>
/// <remarks>D. Rumelhart, G. Hinton, R. Williams, "Learning representations by back-propagating errors", 1986.</remarks>
public sealed record Sigmoid : Activation<SigmoidRule>
{
    /// <inheritdoc/>
    public override string Name => "sigmoid";

    /// <inheritdoc/>
    protected override SigmoidRule Rule => default;
}

/// <summary>The element rule of <see cref="Sigmoid"/>.</summary>
public readonly struct SigmoidRule : IActivationRule
{
    /// <inheritdoc/>
    public static bool NeedsInput => false;

    /// <inheritdoc/>
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        TLane.Create(1) / (TLane.Create(1) + TLane.Exp(-x));

    /// <inheritdoc/>
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane> =>
        outputGradient * (y * (TLane.Create(1) - y));
}
