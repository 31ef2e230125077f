using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What the loops of the SIMD back end share: ends of rows, and sums whose order no register width changes.</summary>
internal static unsafe class Lanes
{
    /// <summary>
    /// Numbers that a sum is spread over, whatever the register width: element i goes to number i mod 16, and the 16 numbers are added in one order.
    /// </summary>
    public const int Virtual = 16;

    /// <summary>The first cache line border from an address on, so that no vector straddles two lines.</summary>
    public static float* Align(float* address) => (float*)(((nint)address + 63) & -64);

    /// <summary>Writes as many numbers as remain, at most a whole lane group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TLane>(TLane value, float* destination, int remaining)
        where TLane : struct, ISimdLane<TLane>
    {
        if (remaining >= TLane.Count)
        {
            TLane.Store(value, destination);
        }
        else
        {
            TLane.StorePart(value, destination, remaining);
        }
    }

    /// <summary>The first <paramref name="remaining"/> numbers of <paramref name="value"/>, and <paramref name="other"/> behind them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Keep<TLane>(TLane value, TLane other, int remaining)
        where TLane : struct, ISimdLane<TLane>
    {
        if (remaining >= TLane.Count)
        {
            return value;
        }

        TLane beyond = TLane.GreaterOrEqualBits(TLane.Indices, TLane.BroadcastBits((uint)remaining));
        return TLane.Select(beyond, other, value);
    }

    /// <summary>Adds to the virtual number of element <paramref name="index"/> and its followers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Accumulate<TLane>(float* sums, int index, TLane value)
        where TLane : struct, ISimdLane<TLane>
    {
        float* sum = sums + (index & (Virtual - 1));
        TLane.Store(TLane.Load(sum) + value, sum);
    }

    /// <summary>Sets all virtual numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill<TLane>(float* sums, TLane value)
        where TLane : struct, ISimdLane<TLane>
    {
        for (int i = 0; i < Virtual; i += TLane.Count)
        {
            TLane.Store(value, sums + i);
        }
    }

    /// <summary>The sum of the 16 virtual numbers: halves are added to halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Sum(float* sums)
    {
        Vector128<float> low = Vector128.Load(sums) + Vector128.Load(sums + 8);
        Vector128<float> high = Vector128.Load(sums + 4) + Vector128.Load(sums + 12);
        Vector128<float> four = low + high;
        Vector128<float> two = four + Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3));
        return two.GetElement(0) + two.GetElement(1);
    }

    /// <summary>The largest of the 16 virtual numbers; NaN if one is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Max(float* numbers)
    {
        Vector128<float> low = Vector128.Max(Vector128.Load(numbers), Vector128.Load(numbers + 8));
        Vector128<float> high = Vector128.Max(Vector128.Load(numbers + 4), Vector128.Load(numbers + 12));
        Vector128<float> four = Vector128.Max(low, high);
        Vector128<float> two = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 2, 3)));
        return MathF.Max(two.GetElement(0), two.GetElement(1));
    }
}
