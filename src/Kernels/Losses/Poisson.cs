using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Negative log-likelihood of counts, without the term that depends only on the target: eᵖ − t · p for an output p that is the logarithm of the expected count, gradient
/// eᵖ − t. Without <see cref="LogInput"/> p is the count itself: p − t · ln(p + ε), gradient 1 − t / (p + ε). It may be below 0.
/// </summary>
/// <remarks>PyTorch's <c>PoissonNLLLoss</c>. S. D. Poisson, 1837; J. Nelder, R. Wedderburn, "Generalized linear models", 1972.</remarks>
public sealed record Poisson : ElementLoss<PoissonRule>
{
    /// <summary>True when outputs are logarithms, so that any output is legal; false when they are counts, at least 0 by their last activation (for example softplus).</summary>
    public bool LogInput { get; init; } = true;

    /// <summary>ε: keeps the logarithm of an output of 0 finite, above 0. Only without <see cref="LogInput"/>.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override string Name => "poisson";

    /// <inheritdoc/>
    public override OutputLink Link => LogInput ? OutputLink.Exponential : OutputLink.Identity;

    /// <inheritdoc/>
    public override bool HasAbsoluteTargets => true;

    /// <inheritdoc/>
    public override double LowestTarget => 0;

    /// <inheritdoc/>
    protected override PoissonRule Rule => new(LogInput, Epsilon);

    /// <inheritdoc/>
    public override void Validate() => Guard.Positive(Epsilon, nameof(Epsilon), Name);
}

/// <summary>The element rule of <see cref="Poisson"/>.</summary>
/// <param name="logInput">Whether predictions are logarithms.</param>
/// <param name="epsilon">ε.</param>
public readonly struct PoissonRule(bool logInput, double epsilon) : ILossRule
{
    // No bool: a device has no such argument.
    private readonly int _logInput = logInput ? 1 : 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> =>
        _logInput != 0
            ? TLane.Exp(prediction) - (target * prediction)
            : prediction - (target * TLane.Log(prediction + TLane.Create(epsilon)));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> =>
        _logInput != 0 ? TLane.Exp(prediction) - target : TLane.Create(1) - (target / (prediction + TLane.Create(epsilon)));
}
