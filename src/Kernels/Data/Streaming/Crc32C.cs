using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The checksum CRC-32C, for which processors have an instruction.</summary>
/// <remarks>
/// G. Castagnoli, S. Bräuer, M. Herrmann, "Optimization of cyclic redundancy-check codes with 24 and 32 parity bits", 1993; RFC 3720. The instruction can begin each cycle, but its result comes after three: three parts of
/// the bytes go side by side. The checksum is linear, so that those of the parts are put together by what so many zeros behind a part make of its checksum.
/// </remarks>
internal static class Crc32C
{
    /// <summary>Bytes of a part.</summary>
    private const int PartBytes = 1 << 12;

    private const int Words = PartBytes / sizeof(ulong);
    private const int Parts = 3;

    /// <summary>For each byte of a checksum, and each value of it, what <see cref="PartBytes"/> zeros behind it make of it.</summary>
    private static readonly uint[] s_behind = Behind();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = ~0u;
        for (; bytes.Length >= Parts * PartBytes; bytes = bytes[(Parts * PartBytes)..])
        {
            ReadOnlySpan<ulong> first = MemoryMarshal.Cast<byte, ulong>(bytes[..PartBytes]);
            ReadOnlySpan<ulong> second = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(PartBytes, PartBytes));
            ReadOnlySpan<ulong> third = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(2 * PartBytes, PartBytes));
            uint crc2 = 0;
            uint crc3 = 0;
            for (int i = 0; i < first.Length && i < second.Length && i < third.Length; i++)
            {
                crc = BitOperations.Crc32C(crc, first[i]);
                crc2 = BitOperations.Crc32C(crc2, second[i]);
                crc3 = BitOperations.Crc32C(crc3, third[i]);
            }

            crc = Shifted(Shifted(crc) ^ crc2) ^ crc3;
        }

        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            crc = BitOperations.Crc32C(crc, word);
        }

        foreach (byte value in bytes[(words.Length * sizeof(ulong))..])
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return ~crc;
    }

    /// <summary>A checksum after as many zeros as a part has bytes.</summary>
    private static uint Shifted(uint crc) => s_behind[crc & 0xFF] ^ s_behind[0x100 + ((crc >> 8) & 0xFF)] ^ s_behind[0x200 + ((crc >> 16) & 0xFF)] ^ s_behind[0x300 + (crc >> 24)];

    private static uint[] Behind()
    {
        uint[] table = new uint[0x400];
        for (int bit = 0; bit < 32; bit++)
        {
            uint crc = 1u << bit;
            for (int i = 0; i < Words; i++)
            {
                crc = BitOperations.Crc32C(crc, 0ul);
            }

            // All values with this bit as their highest one.
            int start = 0x100 * (bit / 8);
            for (int value = 1 << (bit % 8), low = 0; low < 1 << (bit % 8); low++)
            {
                table[start + value + low] = table[start + low] ^ crc;
            }
        }

        return table;
    }
}
