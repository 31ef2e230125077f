using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Seeds of trials, which follow from the sweep's seed and the trial's number: the order in which trials run changes nothing.</summary>
internal static class TrialSeeds
{
    /// <summary>For the trial's training, at least 0.</summary>
    public static int Training(int seed, int number) => (int)(Source(seed, number, 0).NextUInt64() >> 33);

    /// <summary>For the trial's proposal.</summary>
    public static RandomSource Random(int seed, int number) => Source(seed, number, 1);

    private static RandomSource Source(int seed, int number, int purpose) => new(((ulong)(uint)seed << 32) + ((ulong)(uint)number << 1) + (ulong)purpose);
}
