using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Uniform in [<paramref name="Low"/>, <paramref name="High"/>], whatever the layer's size.</summary>
/// <param name="Low">Lower bound, finite.</param>
/// <param name="High">Upper bound, finite, at least <paramref name="Low"/>.</param>
public sealed record Uniform(double Low = -0.05, double High = 0.05) : Initializer
{
    /// <inheritdoc/>
    public override string Name => "uniform";

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.Finite(Low, nameof(Low), Name);
        Guard.Finite(High, nameof(High), Name);
        Guard.NotNegative(High - Low, "High − Low", Name);
    }

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random) => FillUniform(destination, Low, High, random);
}
