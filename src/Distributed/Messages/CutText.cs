using System.Buffers.Binary;
using System.Text;

namespace MLNet.GradientTrainers.Distributed;

/// <summary>A text at the end of a message of fixed length: its number of bytes, then as much of it in UTF-8 as there is room for.</summary>
internal static class CutText
{
    public static void Write(Span<byte> bytes, string text)
    {
        Encoding.UTF8.GetEncoder().Convert(text, bytes[sizeof(int)..], flush: true, out _, out int used, out _);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, used);
    }

    public static string Read(ReadOnlySpan<byte> bytes)
    {
        int length = Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(bytes), 0, bytes.Length - sizeof(int));
        return Encoding.UTF8.GetString(bytes.Slice(sizeof(int), length));
    }
}
