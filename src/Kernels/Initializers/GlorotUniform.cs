using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Uniform in ±√(6 / (fanIn + fanOut)): variance 2 / (fanIn + fanOut). Also called Xavier uniform.</summary>
/// <remarks>For tanh and sigmoid. X. Glorot, Y. Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.</remarks>
public sealed record GlorotUniform : Initializer
{
    /// <inheritdoc/>
    public override string Name => "glorot-uniform";

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
    {
        double limit = Math.Sqrt(6.0 / ((double)fanIn + fanOut));
        FillUniform(destination, -limit, limit, random);
    }
}
