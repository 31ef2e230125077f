namespace MLNet.GradientTrainers.Kernels;

/// <summary>The counter-based random numbers of dropout: a pure function of key and index, so that no order of threads changes them.</summary>
public static class DropoutMask
{
    /// <summary>The 32-bit threshold below which an element is dropped.</summary>
    /// <param name="rate">Probability of dropping, in [0, 1).</param>
    public static uint Threshold(double rate) => (uint)Math.Min(uint.MaxValue, Math.Round(rate * 4294967296.0));

    /// <summary>
    /// A random 32-bit number of an element: two rounds of a multiply-xorshift hash (lowbias32, C. Wellons, 2018) over the index, keyed by both halves.
    /// Only 32-bit operations, so that it vectorises on every machine.
    /// </summary>
    public static uint Hash(ulong key, uint index)
    {
        uint x = index ^ (uint)key;
        x = Mix(x);
        return Mix(x + (uint)(key >> 32));
    }

    private static uint Mix(uint x)
    {
        x ^= x >> 16;
        x *= 0x7feb352dU;
        x ^= x >> 15;
        x *= 0x846ca68bU;
        return x ^ (x >> 16);
    }
}
