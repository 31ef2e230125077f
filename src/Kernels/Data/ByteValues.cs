using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The numbers that bytes stand for. Multiples of one number are computed, as that is faster than to look them up.</summary>
internal sealed class ByteValues
{
    private const int Count = byte.MaxValue + 1;
    private const int Block = 512;

    private readonly float[] _table;
    private readonly bool _areMultiples;

    /// <param name="table">One number a byte; copied.</param>
    public ByteValues(ReadOnlySpan<float> table)
    {
        if (table.Length != Count)
        {
            throw new ArgumentException($"A byte stands for one of {Count} values, but {table.Length} are given.", "values");
        }

        _table = table.ToArray();
        float scale = _table[1];
        _areMultiples = !_table.Where((value, i) => BitConverter.SingleToUInt32Bits(value) != BitConverter.SingleToUInt32Bits(i * scale)).Any();
    }

    public ReadOnlySpan<float> Table => _table;

    /// <summary>byte · <paramref name="scale"/>, rounded once.</summary>
    public static ByteValues Multiples(float scale)
    {
        if (!float.IsFinite(scale * byte.MaxValue))
        {
            throw new ArgumentOutOfRangeException(nameof(scale), scale, $"The scale must be finite, and so must be {byte.MaxValue} times it.");
        }

        return new([.. Enumerable.Range(0, Count).Select(i => i * scale)]);
    }

    /// <summary>Writes what each byte stands for: as many numbers as there are bytes.</summary>
    public void Read(ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        if (_areMultiples)
        {
            Multiply(bytes, destination, _table[1]);
        }
        else
        {
            LookUp(bytes, destination);
        }
    }

    /// <summary>
    /// Finds the bytes that stand for numbers; false where none stands for one of them. A byte is guessed as if the numbers grew evenly, and counts only if it reads as the number, bit for bit.
    /// </summary>
    public bool TryFind(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        Span<float> read = stackalloc float[Block];
        for (int start = 0; start < values.Length; start += Block)
        {
            ReadOnlySpan<float> wanted = values.Slice(start, Math.Min(Block, values.Length - start));
            Span<byte> found = bytes.Slice(start, wanted.Length);
            Guess(wanted, found, _table[0], byte.MaxValue / (_table[^1] - _table[0]));
            Read(found, read);
            if (!MemoryMarshal.AsBytes(wanted).SequenceEqual(MemoryMarshal.AsBytes(read[..wanted.Length])))
            {
                return false;
            }
        }

        return true;
    }

    private static void Guess(ReadOnlySpan<float> values, Span<byte> bytes, float first, float perStep)
    {
        int lane = Vector<float>.Count;
        int i = 0;
        for (; i + Vector<byte>.Count <= values.Length; i += Vector<byte>.Count)
        {
            Vector<ushort> low = Vector.Narrow(Step(values[i..]), Step(values[(i + lane)..]));
            Vector<ushort> high = Vector.Narrow(Step(values[(i + (2 * lane))..]), Step(values[(i + (3 * lane))..]));
            Vector.Narrow(low, high).CopyTo(bytes[i..]);
        }

        for (; i < values.Length; i++)
        {
            bytes[i] = (byte)(uint)(int)(((values[i] - first) * perStep) + 0.5f);
        }

        Vector<uint> Step(ReadOnlySpan<float> some) =>
            Vector.AsVectorUInt32(Vector.ConvertToInt32(((new Vector<float>(some) - new Vector<float>(first)) * perStep) + new Vector<float>(0.5f)));
    }

    /// <summary>One product of floats an element, which every machine rounds alike.</summary>
    private static void Multiply(ReadOnlySpan<byte> bytes, Span<float> destination, float scale)
    {
        int lane = Vector<byte>.Count;
        int i = 0;
        if (bytes.Length >= lane)
        {
            for (; i < bytes.Length - lane; i += lane)
            {
                MultiplyLane(bytes, destination, scale, i);
            }

            // The last ones, some of them once more.
            MultiplyLane(bytes, destination, scale, bytes.Length - lane);
            return;
        }

        for (; i < bytes.Length; i++)
        {
            destination[i] = bytes[i] * scale;
        }
    }

    private static void MultiplyLane(ReadOnlySpan<byte> bytes, Span<float> destination, float scale, int start)
    {
        int step = Vector<float>.Count;
        Vector.Widen(new Vector<byte>(bytes[start..]), out Vector<ushort> low, out Vector<ushort> high);
        Vector.Widen(low, out Vector<uint> first, out Vector<uint> second);
        Vector.Widen(high, out Vector<uint> third, out Vector<uint> fourth);
        ref float target = ref MemoryMarshal.GetReference(destination.Slice(start, Vector<byte>.Count));
        Numbers(first, scale).StoreUnsafe(ref target);
        Numbers(second, scale).StoreUnsafe(ref target, (nuint)step);
        Numbers(third, scale).StoreUnsafe(ref target, (nuint)(2 * step));
        Numbers(fourth, scale).StoreUnsafe(ref target, (nuint)(3 * step));
    }

    private static Vector<float> Numbers(Vector<uint> bytes, float scale) => Vector.ConvertToSingle(Vector.AsVectorInt32(bytes)) * scale;

    /// <summary>Eight bytes are loaded at once, as loads are what limits this loop.</summary>
    private unsafe void LookUp(ReadOnlySpan<byte> bytes, Span<float> destination)
    {
        fixed (float* table = _table, target = destination)
        fixed (byte* source = bytes)
        {
            int i = 0;
            for (; i + sizeof(ulong) <= bytes.Length; i += sizeof(ulong))
            {
                ulong eight = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>(source + i, sizeof(ulong)));
                float* to = target + i;
                to[0] = table[(byte)eight];
                to[1] = table[(byte)(eight >> 8)];
                to[2] = table[(byte)(eight >> 16)];
                to[3] = table[(byte)(eight >> 24)];
                to[4] = table[(byte)(eight >> 32)];
                to[5] = table[(byte)(eight >> 40)];
                to[6] = table[(byte)(eight >> 48)];
                to[7] = table[(byte)(eight >> 56)];
            }

            for (; i < bytes.Length; i++)
            {
                target[i] = table[source[i]];
            }
        }
    }
}
