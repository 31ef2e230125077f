using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Uniform in ±√(6 / fanIn): variance 2 / fanIn. Also called Kaiming uniform.</summary>
/// <remarks>For ReLU and its relatives. K. He, X. Zhang, S. Ren, J. Sun, "Delving deep into rectifiers", 2015.</remarks>
public sealed record HeUniform : Initializer
{
    /// <inheritdoc/>
    public override string Name => "he-uniform";

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
    {
        double limit = Math.Sqrt(6.0 / fanIn);
        FillUniform(destination, -limit, limit, random);
    }
}
