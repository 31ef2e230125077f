using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>All one number.</summary>
/// <param name="Value">The number, finite.</param>
public sealed record Constant(double Value = 0) : Initializer
{
    /// <inheritdoc/>
    public override string Name => "constant";

    /// <inheritdoc/>
    public override void Validate() => Guard.Finite(Value, nameof(Value), Name);

    /// <inheritdoc/>
    public override void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random) => destination.Fill(T.CreateTruncating(Value));
}
