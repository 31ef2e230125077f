using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Adam whose step never grows back: m and v as in <see cref="Adam"/>; u ← max(u, v); w ← w − rate · m̂ / (√û + ε) with û = u / (1 − β₂ᵗ).
/// All three states start at 0.
/// </summary>
/// <remarks>
/// S. Reddi, S. Kale, S. Kumar, "On the convergence of Adam and beyond", 2018. As in PyTorch's <c>Adam(amsgrad=True)</c>: the bias is corrected after the maximum.
/// </remarks>
public sealed record AMSGrad : Optimizer<AMSGradRule>
{
    /// <inheritdoc/>
    public override string Name => "amsgrad";

    /// <inheritdoc/>
    public override double LearningRate { get; init; } = 0.001;

    /// <summary>β₁: decay of the mean of the gradient, in [0, 1).</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>β₂: decay of the mean of its square, in [0, 1).</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>ε: keeps the denominator from 0. Above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <inheritdoc/>
    public override IdleSteps WithoutGradient() => new(Beta1, Beta1, Beta2);

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Guard.InRange(Beta1, 0, 1, nameof(Beta1), Name);
        Guard.InRange(Beta2, 0, 1, nameof(Beta2), Name);
        Guard.Positive(Epsilon, nameof(Epsilon), Name);
    }

    /// <inheritdoc/>
    protected override AMSGradRule CreateRule(double learningRate, long step) => new(
        learningRate / (1 - Math.Pow(Beta1, step)), Beta1, Beta2, 1 / Math.Sqrt(1 - Math.Pow(Beta2, step)), Epsilon);
}

/// <summary>The element rule of <see cref="AMSGrad"/> for one step.</summary>
/// <param name="rate">Rate / (1 − β₁ᵗ).</param>
/// <param name="beta1">β₁.</param>
/// <param name="beta2">β₂.</param>
/// <param name="rootCorrection">1 / √(1 − β₂ᵗ).</param>
/// <param name="epsilon">ε.</param>
public readonly struct AMSGradRule(double rate, double beta1, double beta2, double rootCorrection, double epsilon) : IUpdateRule
{
    /// <inheritdoc/>
    public static int StateCount => 3;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Update<TLane>(ref TLane weight, TLane gradient, ref TLane state0, ref TLane state1, ref TLane state2)
        where TLane : struct, ILane<TLane>
    {
        state0 = TLane.FusedMultiplyAdd(TLane.Create(beta1), state0, TLane.Create(1 - beta1) * gradient);
        state1 = TLane.FusedMultiplyAdd(TLane.Create(beta2), state1, TLane.Create(1 - beta2) * gradient * gradient);
        state2 = TLane.Max(state2, state1);
        TLane denominator = TLane.FusedMultiplyAdd(TLane.Sqrt(state2), TLane.Create(rootCorrection), TLane.Create(epsilon));
        weight = TLane.FusedMultiplyAdd(TLane.Create(-rate), state0 / denominator, weight);
    }
}
