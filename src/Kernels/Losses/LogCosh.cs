using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// ln cosh(p − t) for each output: ½ · e² near the target, |e| − ln 2 far from it, smooth throughout. Gradient tanh(p − t).
/// </summary>
/// <remarks>
/// No error overflows: cosh itself is never computed. P. Green, "Bayesian reconstructions from emission tomography data using a modified EM algorithm", 1990.
/// </remarks>
public sealed record LogCosh : ElementLoss<LogCoshRule>
{
    /// <inheritdoc/>
    public override string Name => "log-cosh";

    /// <inheritdoc/>
    protected override LogCoshRule Rule => default;
}

/// <summary>The element rule of <see cref="LogCosh"/>.</summary>
public readonly struct LogCoshRule : ILossRule
{
    private const double Ln2 = 0.69314718055994531;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>
    {
        TLane error = TLane.Abs(prediction - target);
        TLane far = error + LaneFunctions.Log1P(TLane.Exp(-(error + error))) - TLane.Create(Ln2);

        // Near 0 that difference cancels. cosh e = (1 + T²) / (1 − T²) = 1 + 2 · T² / (1 − T²) with T = tanh(e / 2) does not.
        TLane half = TLane.Tanh(TLane.Create(0.5) * error);
        TLane square = half * half;
        TLane near = LaneFunctions.Log1P((square + square) / (TLane.Create(1) - square));
        return TLane.Select(TLane.GreaterThan(error, TLane.Create(1)), far, near);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> =>
        TLane.Tanh(prediction - target);
}
