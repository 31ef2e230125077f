using System.Numerics;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Seeded random numbers whose sequence is part of the determinism contract: it depends on no library version.
/// xoshiro256** (D. Blackman, S. Vigna, "Scrambled linear pseudorandom number generators", 2018), seeded by splitmix64.
/// </summary>
public sealed class RandomSource
{
    private ulong _s0;
    private ulong _s1;
    private ulong _s2;
    private ulong _s3;

    /// <summary>Creates a source; equal seeds give equal sequences.</summary>
    public RandomSource(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>The next 64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Uniform in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform in [0, limit).</summary>
    /// <param name="limit">At least 1.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int NextInt32(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(limit);
        return (int)(((NextUInt64() >> 32) * (ulong)limit) >> 32);
    }

    /// <summary>Standard normal (Box–Muller, cosine branch).</summary>
    public double NextGaussian()
    {
        double u = 1 - NextDouble();
        double v = NextDouble();
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * v);
    }

    /// <summary>An independent source for a part of the work; draws one number from this one.</summary>
    public RandomSource Fork() => new(NextUInt64());

    /// <summary>Its state in a checkpoint.</summary>
    internal void Exchange(CheckpointState state)
    {
        state.Part("random");
        state.Value(ref _s0);
        state.Value(ref _s1);
        state.Value(ref _s2);
        state.Value(ref _s3);
    }

    /// <summary>Puts the items in random order (Fisher–Yates).</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private static ulong SplitMix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
