using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers;

/// <summary>
/// Sorts numbers by their bits, eight at a time from the lowest (least significant digit first): each pass goes over them once, whatever their order, where a sort by comparisons guesses a branch wrong for every other one.
/// </summary>
internal static class RadixSort
{
    private const int Digits = sizeof(uint);
    private const int Radix = 256;

    /// <summary>For fewer numbers than this the counts of the digits are more work than comparisons.</summary>
    private const int FewestNumbers = 128;

    /// <summary>Sorts numbers in ascending order.</summary>
    /// <param name="values">The numbers; none is NaN.</param>
    /// <param name="scratch">Room for as many; what is in it is lost.</param>
    public static void Sort(Span<float> values, Span<float> scratch)
    {
        if (values.Length < FewestNumbers)
        {
            values.Sort();
            return;
        }

        Span<uint> from = MemoryMarshal.Cast<float, uint>(values);
        Span<uint> to = MemoryMarshal.Cast<float, uint>(scratch)[..from.Length];
        Span<int> counts = stackalloc int[Digits * Radix];
        counts.Clear();
        for (int i = 0; i < from.Length; i++)
        {
            // In the order of the numbers: all bits of negative ones turned, of others the sign.
            uint key = from[i] ^ ((uint)((int)from[i] >> 31) | 0x8000_0000);
            from[i] = key;
            for (int digit = 0; digit < Digits; digit++)
            {
                counts[(digit * Radix) + Digit(key, digit)]++;
            }
        }

        bool isMoved = false;
        for (int digit = 0; digit < Digits; digit++)
        {
            Span<int> places = counts.Slice(digit * Radix, Radix);
            if (places[Digit(from[0], digit)] == from.Length)
            {
                continue;
            }

            int start = 0;
            foreach (ref int place in places)
            {
                (place, start) = (start, start + place);
            }

            foreach (uint key in from)
            {
                to[places[Digit(key, digit)]++] = key;
            }

            Span<uint> sorted = to;
            to = from;
            from = sorted;
            isMoved = !isMoved;
        }

        Span<uint> result = isMoved ? to : from;
        for (int i = 0; i < result.Length; i++)
        {
            uint key = from[i];
            result[i] = key ^ (((key >> 31) - 1) | 0x8000_0000);
        }
    }

    private static int Digit(uint key, int digit) => (byte)(key >> (8 * digit));
}
