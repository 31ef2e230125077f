using System.Buffers.Binary;
using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A constant of an ONNX graph; its numbers stay in the file until they are asked for.</summary>
internal sealed class OnnxTensor
{
    private const int MaxRank = 8;
    private const int Single = 1;
    private const int Int32 = 6;
    private const int Int64 = 7;
    private const int Half = 10;
    private const int Double = 11;
    private const int BFloat16 = 16;

    private readonly List<long> _dimensions = [];
    private readonly List<long> _integers = [];
    private readonly ReadOnlyMemory<byte>? _raw;
    private readonly ReadOnlyMemory<byte>? _numbers;
    private readonly long _type;
    private readonly bool _isExternal;

    public OnnxTensor(ReadOnlyMemory<byte> message)
    {
        ProtobufReader reader = new(message, "tensors");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    reader.Integers(_dimensions, MaxRank);
                    break;
                case 2:
                    _type = reader.Integer();
                    break;
                case 4:
                    _numbers = reader.Fixed(sizeof(float));
                    break;
                case 5 or 7:
                    reader.Integers(_integers, 1 << 16);
                    break;
                case 8:
                    Name = reader.Text();
                    break;
                case 9:
                    _raw = reader.Bytes();
                    break;
                case 10:
                    _numbers = reader.Fixed(sizeof(double));
                    break;
                case 13:
                    _isExternal = true;
                    reader.Skip();
                    break;
                case 14:
                    _isExternal |= reader.Integer() != 0;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        Int128 count = 1;
        foreach (long dimension in _dimensions)
        {
            count *= dimension is >= 0 and <= int.MaxValue ? dimension : throw Wrong($"has the dimension {dimension}");
            if (count > int.MaxValue)
            {
                throw Wrong("has more numbers than can be held");
            }
        }

        Count = (int)count;
    }

    public string Name { get; } = "";

    public IReadOnlyList<long> Dimensions => _dimensions;

    public int Count { get; }

    /// <summary>The numbers as the engine holds them. Memory is taken when the file is known to have them.</summary>
    /// <param name="mayBeInfinite">Whether infinities are numbers here, as in limits.</param>
    public float[] Singles(bool mayBeInfinite = false)
    {
        int size = _type switch
        {
            Single => 4,
            Double => 8,
            Half or BFloat16 => 2,
            _ => throw Wrong(string.Create(CultureInfo.InvariantCulture, $"is of ONNX's type {_type}; weights are read of the types float (1), double (11), float16 (10) and bfloat16 (16)")),
        };
        ReadOnlySpan<byte> bytes = Bytes(size, _raw ?? (_type is Single or Double ? _numbers : null));
        float[] values = new float[Count];
        for (int i = 0; i < values.Length; i++)
        {
            ReadOnlySpan<byte> at = bytes[(i * size)..];
            values[i] = _type switch
            {
                Single => BinaryPrimitives.ReadSingleLittleEndian(at),
                Double => (float)BinaryPrimitives.ReadDoubleLittleEndian(at),
                Half => (float)BinaryPrimitives.ReadHalfLittleEndian(at),
                _ => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(at) << 16),
            };
            if (!float.IsFinite(values[i]) && !(mayBeInfinite && float.IsInfinity(values[i])))
            {
                throw Wrong("holds a number that is not finite in single precision");
            }
        }

        return values;
    }

    /// <summary>A few whole numbers, such as a shape.</summary>
    public long[] Integers()
    {
        if (_type is not (Int32 or Int64) || Count > 1024)
        {
            throw Wrong("should hold a few whole numbers");
        }

        if (_raw is null)
        {
            return _integers.Count == Count ? [.. _integers] : throw Wrong($"has {_integers.Count} numbers, but dimensions for {Count}");
        }

        int size = _type == Int32 ? 4 : 8;
        byte[] bytes = Bytes(size, _raw).ToArray();
        return [.. Enumerable.Range(0, Count).Select(i => size == 4 ? BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(4 * i)) : BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(8 * i)))];
    }

    private ReadOnlySpan<byte> Bytes(int size, ReadOnlyMemory<byte>? bytes)
    {
        if (_isExternal)
        {
            throw new NotSupportedException(
                $"The ONNX file keeps the numbers of '{Excerpt.Of(Name)}' in another file (external data), which is not read. Save it as one file, for example by Python's onnx.save(onnx.load(path), path, save_as_external_data=False).");
        }

        return bytes is { } there && there.Length == (long)size * Count
            ? there.Span
            : throw Wrong(string.Create(CultureInfo.InvariantCulture, $"has {bytes?.Length ?? 0:N0} bytes of numbers, but the dimensions [{string.Join(", ", _dimensions)}], which take {(long)size * Count:N0}"));
    }

    private FormatException Wrong(string problem) => new($"In the ONNX file, the constant '{Excerpt.Of(Name)}' {problem}.");
}
