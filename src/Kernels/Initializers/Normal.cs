using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Normal with a given mean and standard deviation, whatever the layer's size; not truncated.</summary>
/// <param name="Mean">Mean, finite.</param>
/// <param name="StandardDeviation">Standard deviation, finite, at least 0.</param>
public sealed record Normal(double Mean = 0, double StandardDeviation = 0.05) : Initializer
{
    /// <inheritdoc/>
    public override string Name => "normal";

    /// <inheritdoc/>
    public override void Validate()
    {
        Guard.Finite(Mean, nameof(Mean), Name);
        Guard.NotNegative(StandardDeviation, nameof(StandardDeviation), Name);
    }

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random) =>
        FillNormal(destination, Mean, StandardDeviation, random);
}
