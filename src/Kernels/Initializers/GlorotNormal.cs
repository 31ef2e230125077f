using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Normal, mean 0, variance 2 / (fanIn + fanOut), not truncated. Also called Xavier normal.</summary>
/// <remarks>For tanh and sigmoid. X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.</remarks>
public sealed record GlorotNormal : Initializer
{
    /// <inheritdoc/>
    public override string Name => "glorot-normal";

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
    {
        double deviation = Math.Sqrt(2.0 / ((double)fanIn + fanOut));
        FillNormal(destination, 0, deviation, random);
    }
}
