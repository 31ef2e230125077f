using System.Collections;
using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Classes of rows, in as few bytes each as their number allows: one, two or four. Rows that are too many for memory keep theirs there.</summary>
/// <param name="classes">Number of classes, at least 1.</param>
public sealed class LabelList(int classes) : IReadOnlyList<int>
{
    private const int FirstRows = 64;

    private byte[] _labels = [];

    /// <summary>Takes labels, each in [0, <paramref name="classes"/>), which are copied.</summary>
    /// <param name="labels">One for each row.</param>
    /// <param name="classes">Number of classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A label is out of range; the message names the row.</exception>
    public LabelList(ReadOnlySpan<int> labels, int classes)
        : this(classes)
    {
        _labels = new byte[checked(labels.Length * BytesOfLabel)];
        foreach (int label in labels)
        {
            Add(label);
        }
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Labels are below it.</summary>
    public int Classes => classes;

    /// <summary>Bytes that each takes.</summary>
    public int BytesOfLabel { get; } = classes <= byte.MaxValue + 1 ? 1 : classes <= ushort.MaxValue + 1 ? 2 : 4;

    /// <summary>The label of a row.</summary>
    public int this[int row]
    {
        get
        {
            if ((uint)row >= (uint)Count)
            {
                throw RowSources.NoSuchRow(row, Count);
            }

            return BytesOfLabel switch
            {
                1 => _labels[row],
                2 => Unsafe.ReadUnaligned<ushort>(ref _labels[2 * row]),
                _ => Unsafe.ReadUnaligned<int>(ref _labels[4 * row]),
            };
        }
    }

    /// <summary>Adds the label of the next row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is out of range; the message names the row.</exception>
    public void Add(int label)
    {
        if ((uint)label >= (uint)classes)
        {
            throw new ArgumentOutOfRangeException("labels", label, $"The label of row {Count} is {label}, but it must be in [0, {classes}).");
        }

        int end = checked((Count + 1) * BytesOfLabel);
        if (end > _labels.Length)
        {
            // By a half, so that little is free at the end.
            Array.Resize(ref _labels, (int)Math.Min(Array.MaxLength, Math.Max(FirstRows * BytesOfLabel, end + (end / 2L / BytesOfLabel * BytesOfLabel))));
        }

        ref byte place = ref _labels[end - BytesOfLabel];
        switch (BytesOfLabel)
        {
            case 1:
                place = (byte)label;
                break;
            case 2:
                Unsafe.WriteUnaligned(ref place, (ushort)label);
                break;
            default:
                Unsafe.WriteUnaligned(ref place, label);
                break;
        }

        Count++;
    }

    /// <summary>The labels of some rows.</summary>
    /// <param name="rows">Indices in [0, <see cref="Count"/>).</param>
    public LabelList Select(ReadOnlySpan<int> rows)
    {
        LabelList picked = new(classes) { _labels = new byte[rows.Length * BytesOfLabel] };
        foreach (int row in rows)
        {
            picked.Add(this[row]);
        }

        return picked;
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator()
    {
        for (int row = 0; row < Count; row++)
        {
            yield return this[row];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
