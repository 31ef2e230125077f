using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Uniform in ±1 / √fanIn: variance 1 / (3 · fanIn).</summary>
/// <remarks>What PyTorch gives the weights and the biases of a linear layer unless told otherwise; for a bias, fanIn is that of the layer's weight.</remarks>
public sealed record PyTorchUniform : Initializer
{
    /// <inheritdoc/>
    public override string Name => "pytorch-uniform";

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
    {
        double limit = Math.Sqrt(1.0 / fanIn);
        FillUniform(destination, -limit, limit, random);
    }
}
