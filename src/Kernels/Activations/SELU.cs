namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The scaled exponential linear unit: f(x) = λ · x for x &gt; 0, else λ · α · (eˣ − 1); f′ = λ for x &gt; 0, else y + λ · α, with λ = 1.0507009873554805 and
/// α = 1.6732632423543772. Range (−λ · α, ∞). It keeps mean 0 and variance 1 from layer to layer when weights start by <see cref="LeCunNormal"/>.
/// </summary>
/// <remarks>G. Klambauer et al., "Self-normalizing neural networks", 2017.</remarks>
public sealed record SELU : Activation<ELURule>
{
    private const double Alpha = 1.6732632423543772848170429916717;
    private const double Lambda = 1.0507009873554804934193349852946;

    /// <inheritdoc/>
    public override string Name => "selu";

    /// <inheritdoc/>
    protected override ELURule Rule => new(Alpha, Lambda);
}
