using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Squared near the target and linear far from it: with e = p − t, ½ · e² for |e| ≤ δ, else δ · (|e| − ½ · δ). Gradient: e cut to [−δ, δ].
/// </summary>
/// <param name="Delta">δ: where the one passes into the other, in the unit of the targets. Above 0.</param>
/// <remarks>PyTorch's <c>HuberLoss</c>. P. Huber, "Robust estimation of a location parameter", 1964.</remarks>
public sealed record Huber(double Delta = 1) : ElementLoss<HuberRule>
{
    /// <inheritdoc/>
    public override string Name => "huber";

    /// <inheritdoc/>
    protected override HuberRule Rule => new(Delta);

    /// <inheritdoc/>
    public override void Validate() => Guard.Positive(Delta, nameof(Delta), Name);
}

/// <summary>The element rule of <see cref="Huber"/>.</summary>
/// <param name="delta">δ.</param>
public readonly struct HuberRule(double delta) : ILossRule
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Value<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane>
    {
        // With the cut error c: c · (|e| − ½ · c) is both branches.
        TLane error = TLane.Abs(prediction - target);
        TLane cut = TLane.Min(error, TLane.Create(delta));
        return cut * (error - (TLane.Create(0.5) * cut));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Derivative<TLane>(TLane prediction, TLane target)
        where TLane : struct, ILane<TLane> =>
        TLane.Max(TLane.Min(prediction - target, TLane.Create(delta)), TLane.Create(-delta));
}
