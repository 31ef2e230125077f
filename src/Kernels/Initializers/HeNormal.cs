using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Normal, mean 0, variance 2 / fanIn, not truncated. Also called Kaiming normal.</summary>
/// <remarks>For ReLU and its relatives. K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", 2015.</remarks>
public sealed record HeNormal : Initializer
{
    /// <inheritdoc/>
    public override string Name => "he-normal";

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
    {
        double deviation = Math.Sqrt(2.0 / fanIn);
        FillNormal(destination, 0, deviation, random);
    }
}
