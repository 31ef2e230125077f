namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The leaky rectified linear unit: f(x) = x for x &gt; 0, else slope · x; f′ = 1 for x &gt; 0, else slope. Range (−∞, ∞).
/// </summary>
/// <param name="Slope">Slope below 0: finite, at least 0.</param>
/// <remarks>A. Maas, A. Hannun, A. Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.</remarks>
public sealed record LeakyReLU(double Slope = 0.01) : Activation<LeakyReLURule>
{
    /// <inheritdoc/>
    public override string Name => "leaky-relu";

    /// <inheritdoc/>
    protected override LeakyReLURule Rule => new(Slope);

    /// <inheritdoc/>
    public override void Validate() => Guard.NotNegative(Slope, nameof(Slope), Name);
}

/// <summary>The element rule of <see cref="LeakyReLU"/>.</summary>
/// <param name="slope">Slope below 0, at least 0, so that y has the sign of x.</param>
public readonly struct LeakyReLURule(double slope) : IActivationRule
{
    private readonly RuleConstant _slope = new(slope);

    /// <inheritdoc/>
    public static bool NeedsInput => false;

    /// <inheritdoc/>
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        TLane.Select(TLane.GreaterThan(x, TLane.Create(0)), x, TLane.Create(_slope) * x);

    /// <inheritdoc/>
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane> =>
        TLane.Select(TLane.GreaterThan(y, TLane.Create(0)), outputGradient, TLane.Create(_slope) * outputGradient);
}
