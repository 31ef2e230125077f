using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Normal, mean 0, variance 1 / fanIn, not truncated.</summary>
/// <remarks>For SELU and linear units. Y. LeCun, L. Bottou, G. Orr, K.-R. Müller, "Efficient BackProp", 1998.</remarks>
public sealed record LeCunNormal : Initializer
{
    /// <inheritdoc/>
    public override string Name => "lecun-normal";

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
    {
        double deviation = Math.Sqrt(1.0 / fanIn);
        FillNormal(destination, 0, deviation, random);
    }
}
