using System.Buffers.Binary;
using System.Text;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Reads the fields of one message of Protocol Buffers. It copies no bytes: what it gives are parts of the message.</summary>
/// <param name="message">The message's bytes.</param>
/// <param name="what">What it is, for errors.</param>
/// <remarks>https://protobuf.dev/programming-guides/encoding; the counterpart of <see cref="ProtobufWriter"/>.</remarks>
internal sealed class ProtobufReader(ReadOnlyMemory<byte> message, string what)
{
    private static readonly UTF8Encoding s_utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private int _at;
    private int _kind;

    /// <summary>The number of the field that <see cref="Next"/> has found.</summary>
    public int Field { get; private set; }

    /// <summary>Goes to the next field; false at the end. What it holds must be read or skipped.</summary>
    public bool Next()
    {
        if (_at == message.Length)
        {
            return false;
        }

        ulong tag = Varint();
        Field = (int)Math.Min(tag >> 3, int.MaxValue);
        _kind = (int)(tag & 7);
        return Field > 0 ? true : throw Damaged("a field has the number 0");
    }

    public long Integer()
    {
        Require(0);
        return (long)Varint();
    }

    /// <summary>A repeated integer: one, or several in one field.</summary>
    public void Integers(List<long> into, int most)
    {
        if (_kind == 0)
        {
            Add((long)Varint());
            return;
        }

        ProtobufReader packed = new(Bytes(), what);
        while (packed._at < packed.Length)
        {
            Add((long)packed.Varint());
        }

        void Add(long value)
        {
            if (into.Count == most)
            {
                throw Damaged($"a list has more than {most:N0} numbers");
            }

            into.Add(value);
        }
    }

    public float Single()
    {
        Require(5);
        return BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float)).Span);
    }

    /// <summary>A message, a text, or packed numbers.</summary>
    public ReadOnlyMemory<byte> Bytes()
    {
        Require(2);
        ulong length = Varint();
        return length <= int.MaxValue ? Take((int)length) : throw Damaged("a field is longer than the file");
    }

    /// <summary>Numbers of a fixed size: one, or several in one field.</summary>
    public ReadOnlyMemory<byte> Fixed(int size) => _kind == 2 ? Bytes() : _kind == (size == 4 ? 5 : 1) ? Take(size) : throw Damaged($"field {Field} is of another kind than it should be");

    public string Text()
    {
        try
        {
            return s_utf8.GetString(Bytes().Span);
        }
        catch (DecoderFallbackException e)
        {
            throw Damaged("a name is no valid UTF-8", e);
        }
    }

    public void Skip()
    {
        switch (_kind)
        {
            case 0:
                Varint();
                break;
            case 1:
                Take(8);
                break;
            case 2:
                Bytes();
                break;
            case 5:
                Take(4);
                break;
            default:
                throw Damaged($"field {Field} is of the unknown kind {_kind}");
        }
    }

    public FormatException Damaged(string problem, Exception? inner = null) => new($"This is no usable ONNX file: in its {what}, {problem}. It is damaged, or another kind of file.", inner);

    private int Length => message.Length;

    private void Require(int kind)
    {
        if (_kind != kind)
        {
            throw Damaged($"field {Field} is of another kind than it should be");
        }
    }

    private ReadOnlyMemory<byte> Take(int length)
    {
        if (length > message.Length - _at)
        {
            throw Damaged("a field is longer than what is left");
        }

        _at += length;
        return message.Slice(_at - length, length);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (_at == message.Length)
            {
                throw Damaged("a number has no end");
            }

            byte part = message.Span[_at++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Damaged("a number has more than ten bytes");
    }
}
