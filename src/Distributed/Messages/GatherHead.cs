using System.Buffers.Binary;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>What goes before the bytes that a process tells all others: of one length, so that it can be received before it is known what comes.</summary>
internal static class GatherHead
{
    public const int Length = 256;
    private const int Purpose = 12;

    /// <summary>Writes a head.</summary>
    /// <param name="head">Receives it.</param>
    /// <param name="number">How many times the process has told something, with this one.</param>
    /// <param name="length">How many bytes come.</param>
    /// <param name="purpose">What they are; cut where it is too long.</param>
    public static void Write(Span<byte> head, long number, int length, string purpose)
    {
        BinaryPrimitives.WriteInt64LittleEndian(head, number);
        BinaryPrimitives.WriteInt32LittleEndian(head[8..], length);
        CutText.Write(head[Purpose..], purpose);
    }

    /// <summary>Reads a head.</summary>
    public static (long Number, int Length, string Purpose) Read(ReadOnlySpan<byte> head) =>
        (BinaryPrimitives.ReadInt64LittleEndian(head), BinaryPrimitives.ReadInt32LittleEndian(head[8..]), CutText.Read(head[Purpose..]));
}
