namespace MLNet.GradientTrainers.Kernels;

/// <summary>The hyperbolic tangent: f(x) = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ); f′ = 1 − y². Range (−1, 1).</summary>
/// <remarks>Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, "Efficient BackProp", 1998.</remarks>
public sealed record Tanh : Activation<TanhRule>
{
    /// <inheritdoc/>
    public override string Name => "tanh";

    /// <inheritdoc/>
    protected override TanhRule Rule => default;
}

/// <summary>The element rule of <see cref="Tanh"/>.</summary>
public readonly struct TanhRule : IActivationRule
{
    /// <inheritdoc/>
    public static bool NeedsInput => false;

    /// <inheritdoc/>
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        TLane.Tanh(x);

    /// <inheritdoc/>
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane> =>
        outputGradient * (TLane.Create(1) - (y * y));
}
