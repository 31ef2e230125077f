namespace MLNet.GradientTrainers.Kernels;

/// <summary>The rectified linear unit: f(x) = max(0, x); f′ = 1 for x &gt; 0, else 0. Range [0, ∞).</summary>
/// <remarks>V. Nair, G. Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010.</remarks>
public sealed record ReLU : Activation<ReLURule>
{
    /// <inheritdoc/>
    public override string Name => "relu";

    /// <inheritdoc/>
    protected override ReLURule Rule => default;
}

/// <summary>The element rule of <see cref="ReLU"/>.</summary>
public readonly struct ReLURule : IActivationRule
{
    /// <inheritdoc/>
    public static bool NeedsInput => false;

    /// <inheritdoc/>
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        TLane.Max(x, TLane.Create(0));

    /// <inheritdoc/>
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane> =>
        TLane.Select(TLane.GreaterThan(y, TLane.Create(0)), outputGradient, TLane.Create(0));
}
