using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Asks for memory that is read soon, where the processor can't guess it: rows of a table in an order that nobody knows. Does nothing where there is no such instruction.
/// </summary>
internal static unsafe class Prefetch
{
    private const int LineElements = 16;

    /// <summary>Asks for a row of a table; null for no table.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(float* table, int row, int columns)
    {
        if (Sse.IsSupported && table is not null)
        {
            float* start = table + ((nint)row * columns);
            for (int i = 0; i < columns; i += LineElements)
            {
                Sse.Prefetch0(start + i);
            }
        }
    }
}
