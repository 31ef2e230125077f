using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Edits the buffers of a <see cref="VBuffer{T}"/> in place, growing them only where they are too small.</summary>
public static class VBufferEditor
{
    public static VBufferEditor<T> CreateFromBuffer<T>(scoped ref VBuffer<T> destination) => destination.GetEditor();

    public static VBufferEditor<T> Create<T>(scoped ref VBuffer<T> destination, int newLogicalLength, int? valuesCount = null,
        int? maxValuesCapacity = null, bool keepOldOnResize = false, bool requireIndicesOnDense = false)
        => destination.GetEditor(newLogicalLength, valuesCount, maxValuesCapacity, keepOldOnResize, requireIndicesOnDense);
}

public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    public readonly Span<T> Values;
    public readonly Span<int> Indices;

    internal VBufferEditor(int length, int count, T[] values, int[] indices, bool requireIndicesOnDense, bool newValues, bool newIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = count < length || requireIndicesOnDense ? indices.AsSpan(0, count) : default;
        CreatedNewValues = newValues;
        CreatedNewIndices = newIndices;
    }

    public bool CreatedNewValues { get; }
    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);

    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        Contracts.CheckParam(physicalValuesCount <= Values.Length, nameof(physicalValuesCount), "Cannot exceed the number of values that the editor was created with.");
        return new(_length, physicalValuesCount, _values, _indices);
    }
}
