namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The inverse square root unit: f(x) = x / √(1 + α · x²); f′ = 1 / √(1 + α · x²)³. Range (−1/√α, 1/√α): a smooth clip, which is x near 0.
/// </summary>
/// <param name="Alpha">α, a finite number above 0; 1/9 clips at 3.</param>
/// <remarks>
/// B. Carlile et al., "Improving deep learning by inverse square root linear units (ISRLUs)", 2017; as a clip of scaled features: D. Holzmüller, L. Grinsztajn, I. Steinwart, "Better by
/// default", 2024.
/// </remarks>
public sealed record ISRU(double Alpha = 1) : Activation<ISRURule>
{
    /// <inheritdoc/>
    public override string Name => "isru";

    /// <inheritdoc/>
    protected override ISRURule Rule => new(Alpha);

    /// <inheritdoc/>
    public override void Validate() => Guard.Positive(Alpha, nameof(Alpha), Name);
}

/// <summary>The element rule of <see cref="ISRU"/>.</summary>
/// <param name="alpha">α, above 0.</param>
public readonly struct ISRURule(double alpha) : IActivationRule
{
    /// <summary>√α · |x| beyond which f is ±1/√α to the last bit, and whose square is far from the end of a Single.</summary>
    private const double Largest = 1e9;

    /// <inheritdoc/>
    public static bool NeedsInput => true;

    /// <inheritdoc/>
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane>
    {
        TLane t = Scaled(x);
        return t * TLane.Create(1 / Math.Sqrt(alpha)) / TLane.Sqrt(TLane.FusedMultiplyAdd(t, t, TLane.Create(1)));
    }

    /// <inheritdoc/>
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane>
    {
        TLane t = Scaled(x);
        TLane inverse = TLane.Create(1) / TLane.Sqrt(TLane.FusedMultiplyAdd(t, t, TLane.Create(1)));
        return outputGradient * inverse * inverse * inverse;
    }

    /// <summary>√α · x.</summary>
    private TLane Scaled<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        TLane.Max(TLane.Create(-Largest), TLane.Min(TLane.Create(Largest), x * TLane.Create(Math.Sqrt(alpha))));
}
