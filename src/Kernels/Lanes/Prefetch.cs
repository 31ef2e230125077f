using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Asks for memory that is read soon, where the processor can't guess it: rows of a table in an order that nobody knows. Does nothing where there is no such instruction.
/// </summary>
internal static unsafe class Prefetch
{
    private const int LineBytes = 64;

    /// <summary>Asks for the cache line of an address, which may be any.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Line(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>Asks for a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(byte* start, long bytes)
    {
        for (long i = 0; i < bytes; i += LineBytes)
        {
            Line(start + i);
        }
    }
}
