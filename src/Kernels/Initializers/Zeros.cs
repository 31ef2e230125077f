using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>All 0: the usual start of a bias. For weights of a hidden layer it keeps all units equal for ever.</summary>
public sealed record Zeros : Initializer
{
    /// <inheritdoc/>
    public override string Name => "zeros";

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random) => destination.Clear();
}
