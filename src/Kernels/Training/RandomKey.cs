namespace MLNet.GradientTrainers.Kernels;

/// <summary>Keys of independent streams of random numbers, derived without state: a step's key from the seed, a layer's key from the step's.</summary>
internal static class RandomKey
{
    /// <summary>The output function of splitmix64 (G. Steele, D. Lea, C. Flood, 2014) on key + (index + 1) · golden ratio.</summary>
    public static ulong Derive(ulong key, ulong index)
    {
        ulong z = key + ((index + 1) * 0x9E3779B97F4A7C15UL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
