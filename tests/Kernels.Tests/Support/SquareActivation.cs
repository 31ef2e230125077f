namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>f(x) = x²: an activation whose derivative needs the input, as none of the registry's first members does.</summary>
public sealed record SquareActivation : Activation<SquareRule>
{
    /// <inheritdoc/>
    public override string Name => "square";

    /// <inheritdoc/>
    protected override SquareRule Rule => default;
}

/// <summary>The rule.</summary>
public readonly struct SquareRule : IActivationRule
{
    /// <inheritdoc/>
    public static bool NeedsInput => true;

    /// <inheritdoc/>
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> => x * x;

    /// <inheritdoc/>
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane> => outputGradient * (x + x);
}
