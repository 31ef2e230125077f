using System.Buffers.Binary;
using System.Text;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Protocol Buffers' wire format, as far as ONNX needs it: a field is its number and kind, then a varint, four bytes, or a length with so many bytes.</summary>
/// <remarks>https://protobuf.dev/programming-guides/encoding. Google.Protobuf would be the engine's only dependency, for these lines.</remarks>
internal sealed class ProtobufWriter
{
    private const int Varint = 0;
    private const int LengthDelimited = 2;
    private const int FourBytes = 5;

    private readonly MemoryStream _bytes = new();

    public long Length => _bytes.Length;

    public void Write(int field, long value)
    {
        Tag(field, Varint);
        Number((ulong)value);
    }

    public void Write(int field, float value)
    {
        Tag(field, FourBytes);
        Span<byte> bytes = stackalloc byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    public void Write(int field, string value)
    {
        byte[] text = Encoding.UTF8.GetBytes(value);
        Begin(field, text.Length);
        _bytes.Write(text);
    }

    /// <summary>A message in the message.</summary>
    public void Write(int field, ProtobufWriter message)
    {
        Begin(field, message.Length);
        message.CopyTo(_bytes);
    }

    /// <summary>The beginning of a field whose bytes are written elsewhere.</summary>
    public void Begin(int field, long length)
    {
        Tag(field, LengthDelimited);
        Number((ulong)length);
    }

    public void CopyTo(Stream stream) => stream.Write(_bytes.GetBuffer().AsSpan(0, (int)_bytes.Length));

    private void Tag(int field, int kind) => Number((ulong)((field << 3) | kind));

    private void Number(ulong value)
    {
        while (value > 0x7F)
        {
            _bytes.WriteByte((byte)(value | 0x80));
            value >>= 7;
        }

        _bytes.WriteByte((byte)value);
    }
}
