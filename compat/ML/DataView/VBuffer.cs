using System.Collections;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A vector value, dense or sparse. A sparse one lists its explicit values and their ascending indices.</summary>
public readonly struct VBuffer<T> : IEnumerable
{
    private readonly T[] _values;
    private readonly int[] _indices;
    private readonly int _count;

    public readonly int Length;

    public VBuffer(int length, T[] values, int[] indices = null)
    {
        Contracts.CheckParam(length >= 0, nameof(length));
        Contracts.CheckParam((values?.Length ?? 0) >= length, nameof(values));
        Length = _count = length;
        _values = values;
        _indices = indices;
    }

    public VBuffer(int length, int count, T[] values, int[] indices)
    {
        Contracts.CheckParam(length >= 0, nameof(length));
        Contracts.CheckParam(0 <= count && count <= length, nameof(count));
        Contracts.CheckParam((values?.Length ?? 0) >= count, nameof(values));
        Contracts.CheckParam(count == length || (indices?.Length ?? 0) >= count, nameof(indices));
        Length = length;
        _count = count;
        _values = values;
        _indices = indices;
    }

    public bool IsDense => _count == Length;

    public ReadOnlySpan<T> GetValues() => _values.AsSpan(0, _count);
    public ReadOnlySpan<int> GetIndices() => IsDense ? default : _indices.AsSpan(0, _count);

    public void CopyToDense(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length);
        CopyTo(editor.Values);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination)
    {
        var editor = VBufferEditor.Create(ref destination, Length, _count);
        GetValues().CopyTo(editor.Values);
        GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    public void CopyTo(ref VBuffer<T> destination, int sourceIndex, int length)
    {
        Contracts.CheckParam(0 <= sourceIndex && sourceIndex <= Length, nameof(sourceIndex));
        Contracts.CheckParam(0 <= length && sourceIndex <= Length - length, nameof(length));
        int first = IsDense ? sourceIndex : LowerBound(sourceIndex);
        int count = IsDense ? length : LowerBound(sourceIndex + length) - first;
        var editor = VBufferEditor.Create(ref destination, length, count);
        GetValues().Slice(first, count).CopyTo(editor.Values);
        for (int i = 0; i < editor.Indices.Length; i++)
            editor.Indices[i] = _indices[first + i] - sourceIndex;
        destination = editor.Commit();
    }

    public void CopyTo(Span<T> destination) => CopyTo(destination, 0);

    public void CopyTo(Span<T> destination, int destinationIndex, T defaultValue = default)
    {
        Contracts.CheckParam(0 <= destinationIndex && destinationIndex <= destination.Length - Length, nameof(destination), "Not large enough to hold these values.");
        var target = destination.Slice(destinationIndex, Length);
        if (IsDense)
        {
            GetValues().CopyTo(target);
            return;
        }
        target.Fill(defaultValue);
        for (int i = 0; i < _count; i++)
            target[_indices[i]] = _values[i];
    }

    public static void Copy(T[] source, int sourceIndex, ref VBuffer<T> destination, int length)
    {
        int size = source?.Length ?? 0;
        Contracts.CheckParam(0 <= length && length <= size, nameof(length));
        Contracts.CheckParam(0 <= sourceIndex && sourceIndex <= size - length, nameof(sourceIndex));
        var editor = VBufferEditor.Create(ref destination, length);
        source.AsSpan(sourceIndex, length).CopyTo(editor.Values);
        destination = editor.Commit();
    }

    /// <summary>Pairs of index and value: the explicit ones, or with <paramref name="all"/> every slot.</summary>
    public IEnumerable<KeyValuePair<int, T>> Items(bool all = false)
    {
        int next = 0;
        for (int i = 0; i < _count; i++)
        {
            int index = IsDense ? i : _indices[i];
            for (; all && next < index; next++)
                yield return new(next, default);
            yield return new(index, _values[i]);
            next = index + 1;
        }
        for (; all && next < Length; next++)
            yield return new(next, default);
    }

    public IEnumerable<T> DenseValues()
    {
        foreach (var item in Items(all: true))
            yield return item.Value;
    }

    public T GetItemOrDefault(int index)
    {
        Contracts.CheckParam(0 <= index && index < Length, nameof(index));
        if (IsDense)
            return _values[index];
        int at = Array.BinarySearch(_indices ?? [], 0, _count, index);
        return at >= 0 ? _values[at] : default;
    }

    public void GetItemOrDefault(int index, ref T destination) => destination = GetItemOrDefault(index);

    public override string ToString()
        => IsDense ? $"Dense vector of size {Length}" : $"Sparse vector of size {Length}, {_count} explicit values";

    public IEnumerator GetEnumerator() => DenseValues().GetEnumerator();

    internal VBufferEditor<T> GetEditor() => GetEditor(Length, _count);

    internal VBufferEditor<T> GetEditor(int newLogicalLength, int? valuesCount, int? maxValuesCapacity = null,
        bool keepOldOnResize = false, bool requireIndicesOnDense = false)
    {
        Contracts.CheckParam(newLogicalLength >= 0, nameof(newLogicalLength), "Must be non-negative.");
        int count = valuesCount ?? newLogicalLength;
        Contracts.CheckParam(0 <= count && count <= newLogicalLength, nameof(valuesCount), $"Must be from 0 to {nameof(newLogicalLength)}.");
        int capacity = maxValuesCapacity ?? int.MaxValue;
        var values = Ensure(_values, count, capacity, keepOldOnResize, out bool newValues);
        var indices = _indices;
        bool newIndices = false;
        if (count < newLogicalLength || requireIndicesOnDense)
            indices = Ensure(_indices, count, capacity, keepOldOnResize, out newIndices);
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, requireIndicesOnDense, newValues, newIndices);
    }

    private static TItem[] Ensure<TItem>(TItem[] array, int size, int capacity, bool keepOld, out bool created)
    {
        created = size > (array?.Length ?? 0);
        if (!created)
            return array;
        // Doubling keeps a sequence of growing requests from reallocating each time.
        var result = new TItem[Math.Max(size, (int)Math.Min(Math.Min(2L * (array?.Length ?? 0), capacity), Array.MaxLength))];
        if (keepOld && array != null)
            array.CopyTo(result, 0);
        return result;
    }

    private int LowerBound(int index)
    {
        int at = Array.BinarySearch(_indices ?? [], 0, _count, index);
        return at >= 0 ? at : ~at;
    }
}
