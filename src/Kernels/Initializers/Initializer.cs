using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>How a parameter is filled before training. Immutable and serialisable.</summary>
public abstract record Initializer
{
    /// <summary>The name in the registry, for example <c>he-normal</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Fills a parameter. The same random state gives the same values in every precision, up to rounding.</summary>
    /// <param name="destination">The parameter, row-major.</param>
    /// <param name="fanIn">Inputs that feed one output.</param>
    /// <param name="fanOut">Outputs that one input feeds.</param>
    /// <param name="random">The source of randomness.</param>
    public abstract void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
