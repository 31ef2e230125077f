namespace MLNet.GradientTrainers.Kernels;

/// <summary>f(x) = x; f′ = 1. Range (−∞, ∞). Also called linear: the output of a regression.</summary>
public sealed record Identity : Activation<IdentityRule>
{
    /// <inheritdoc/>
    public override string Name => "identity";

    /// <inheritdoc/>
    protected override IdentityRule Rule => default;
}

/// <summary>The element rule of <see cref="Identity"/>.</summary>
public readonly struct IdentityRule : IActivationRule
{
    /// <inheritdoc/>
    public static bool NeedsInput => false;

    /// <inheritdoc/>
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        x;

    /// <inheritdoc/>
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane> =>
        outputGradient;
}
