using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The sigmoid linear unit, also called swish: f(x) = x · σ(x) = x / (1 + e⁻ˣ); f′ = σ(x) + y · (1 − σ(x)). Range (−0.28, ∞).
/// </summary>
/// <remarks>
/// S. Elfwing, E. Uchibe, K. Doya, "Sigmoid-weighted linear units for neural network function approximation in reinforcement learning", 2018; P. Ramachandran,
/// B. Zoph, Q. Le, "Searching for activation functions", 2017.
/// </remarks>
public sealed record SiLU : Activation<SiLURule>
{
    /// <inheritdoc/>
    public override string Name => "silu";

    /// <inheritdoc/>
    protected override SiLURule Rule => default;
}

/// <summary>The element rule of <see cref="SiLU"/>.</summary>
public readonly struct SiLURule : IActivationRule
{
    /// <inheritdoc/>
    public static bool NeedsInput => true;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Forward<TLane>(TLane x)
        where TLane : struct, ILane<TLane> =>
        x * LaneFunctions.Sigmoid(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLane Backward<TLane>(TLane x, TLane y, TLane outputGradient)
        where TLane : struct, ILane<TLane>
    {
        TLane sigmoid = LaneFunctions.Sigmoid(x);
        return outputGradient * TLane.FusedMultiplyAdd(y, TLane.Create(1) - sigmoid, sigmoid);
    }
}
