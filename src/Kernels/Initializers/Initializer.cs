using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>How a parameter is filled before training. Immutable and serialisable.</summary>
public abstract record Initializer : IDescription
{
    /// <summary>The name in the registry, for example <c>he-normal</c>.</summary>
    public abstract string Name { get; }

    /// <inheritdoc/>
    public virtual void Validate()
    {
    }

    /// <summary>Fills a parameter. The same random state gives the same values in every precision, up to rounding.</summary>
    /// <param name="destination">The parameter, row-major.</param>
    /// <param name="fanIn">Inputs that feed one output.</param>
    /// <param name="fanOut">Outputs that one input feeds.</param>
    /// <param name="random">The source of randomness.</param>
    public abstract void Fill<T>(Span<T> destination, int fanIn, int fanOut, RandomSource random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Fills with numbers uniform in [low, high].</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected static void FillUniform<T>(Span<T> destination, double low, double high, RandomSource random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref T value in destination)
        {
            value = T.CreateTruncating(low + ((high - low) * random.NextDouble()));
        }
    }

    /// <summary>Fills with numbers of a normal distribution, not truncated.</summary>
    protected static void FillNormal<T>(Span<T> destination, double mean, double standardDeviation, RandomSource random)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref T value in destination)
        {
            value = T.CreateTruncating(mean + (standardDeviation * random.NextGaussian()));
        }
    }
}
