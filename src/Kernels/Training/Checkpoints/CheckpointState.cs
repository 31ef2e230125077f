using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The state of a run on its way into a checkpoint or out of it. Each part names its numbers once (<see cref="ICheckpointed.Exchange"/>), so that what is written and what is read can't differ.
/// Numbers are little-endian, in the layout that they have in memory.
/// </summary>
internal abstract class CheckpointState
{
    private const int BlockElements = 1 << 18;

    /// <summary>Whether the state comes out of a checkpoint.</summary>
    public abstract bool IsReading { get; }

    /// <summary>Begins a part, so that a checkpoint of another form is noticed where it differs.</summary>
    public abstract void Part(string name);

    /// <summary>A number, or a struct of numbers.</summary>
    public void Value<T>(ref T value)
        where T : unmanaged => Bytes(MemoryMarshal.AsBytes(new Span<T>(ref value)));

    /// <inheritdoc cref="Value{T}"/>
    public void Value(ref bool value)
    {
        byte one = value ? (byte)1 : (byte)0;
        Value(ref one);
        value = one != 0;
    }

    /// <summary>A number that the run knows: a checkpoint that has another one is refused.</summary>
    /// <param name="what">What it counts, in the plural.</param>
    /// <param name="value">The run's own.</param>
    /// <exception cref="FormatException">The checkpoint has another one.</exception>
    public void Same(string what, long value)
    {
        long other = value;
        Value(ref other);
        if (other != value)
        {
            throw new FormatException($"it has {other} {what}, this run {value}");
        }
    }

    /// <summary>The same for a number that counts nothing.</summary>
    /// <param name="what">What it is.</param>
    /// <param name="value">The run's own.</param>
    /// <exception cref="FormatException">The checkpoint has another one.</exception>
    public void Same(string what, double value)
    {
        double other = value;
        Value(ref other);
        if (!other.Equals(value))
        {
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"its {what} is {other}, that of this run {value}"));
        }
    }

    /// <summary>Numbers, as many as the run has room for.</summary>
    public void Values<T>(Span<T> values)
        where T : unmanaged
    {
        Same("numbers in a row", values.Length);
        Bytes(MemoryMarshal.AsBytes(values));
    }

    /// <summary>A tensor, in blocks; none is passed over.</summary>
    public void Tensor<T>(IBackend<T> backend, Tensor<T> tensor)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Same("elements in a tensor", tensor.Length);
        T[] block = new T[Math.Min(BlockElements, tensor.Length)];
        for (int start = 0; start < tensor.Length; start += block.Length)
        {
            Span<T> values = block.AsSpan(0, Math.Min(block.Length, tensor.Length - start));
            Tensor<T> part = tensor.Slice(start, values.Length);
            if (!IsReading)
            {
                backend.Read(part, values);
            }

            Bytes(MemoryMarshal.AsBytes(values));
            if (IsReading)
            {
                backend.Write(values, part);
            }
        }
    }

    /// <summary>A list of numbers, which begins empty where it is read. It grows with what has really been read.</summary>
    /// <param name="list">The list.</param>
    /// <param name="most">How many it may hold.</param>
    public void List<T>(List<T> list, int most)
        where T : unmanaged
    {
        int count = list.Count;
        Value(ref count);
        if ((uint)count > (uint)most)
        {
            throw new FormatException($"it has a list of {count} entries, where this run has at most {most}");
        }

        for (int i = 0; i < count; i++)
        {
            T value = IsReading ? default : list[i];
            Value(ref value);
            if (IsReading)
            {
                list.Add(value);
            }
        }
    }

    /// <summary>Takes the bytes, or replaces them.</summary>
    protected abstract void Bytes(Span<byte> bytes);
}
