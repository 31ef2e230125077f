using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Uniform in ±√(3 / fanIn): variance 1 / fanIn.</summary>
/// <remarks>For SELU and linear units. Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, "Efficient BackProp", 1998.</remarks>
public sealed record LeCunUniform : Initializer
{
    /// <inheritdoc/>
    public override string Name => "lecun-uniform";

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
    {
        double limit = Math.Sqrt(3.0 / fanIn);
        FillUniform(destination, -limit, limit, random);
    }
}
