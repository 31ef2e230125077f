using Microsoft.ML.Transforms;

namespace Microsoft.ML.Data;

/// <summary>Values of one column, copied out of a cursor into numbered slots.</summary>
internal abstract class ColumnBuffer
{
    /// <summary>Copies the value of the cursor's current row into a slot; the next free slot is appended.</summary>
    public abstract void Store(int slot);

    public abstract void Move(int from, int to);

    /// <summary>A getter of the value in the slot that <paramref name="currentSlot"/> tells.</summary>
    public abstract Delegate MakeGetter(Func<int> currentSlot);

    public static ColumnBuffer Create(DataViewRow row, DataViewSchema.Column column) => column.Type is VectorDataViewType vector
        ? Generics.Call<ColumnBuffer>(CreateVector<int>, [vector.ItemType.RawType], row, column)
        : Generics.Call<ColumnBuffer>(CreateScalar<int>, [column.Type.RawType], row, column);

    private static ColumnBuffer CreateScalar<T>(DataViewRow row, DataViewSchema.Column column)
        => new Buffer<T>(row.GetGetter<T>(column), (in T source, ref T target) => target = source);

    private static ColumnBuffer CreateVector<T>(DataViewRow row, DataViewSchema.Column column)
        => new Buffer<VBuffer<T>>(row.GetGetter<VBuffer<T>>(column), (in VBuffer<T> source, ref VBuffer<T> target) => source.CopyTo(ref target));

    private delegate void Copier<T>(in T source, ref T target);

    private sealed class Buffer<T>(ValueGetter<T> getter, Copier<T> copy) : ColumnBuffer
    {
        private T[] _values = new T[16];

        public override void Store(int slot)
        {
            if (slot >= _values.Length)
                Array.Resize(ref _values, 2 * slot);
            getter(ref _values[slot]);
        }

        public override void Move(int from, int to) => (_values[from], _values[to]) = (_values[to], _values[from]);

        public override Delegate MakeGetter(Func<int> currentSlot) => (ValueGetter<T>)((ref T value) => copy(in _values[currentSlot()], ref value));
    }
}

/// <summary>Row ids kept like a column.</summary>
internal sealed class IdBuffer(ValueGetter<DataViewRowId> getter)
{
    private DataViewRowId[] _ids = new DataViewRowId[16];

    public void Store(int slot)
    {
        if (slot >= _ids.Length)
            Array.Resize(ref _ids, 2 * slot);
        getter(ref _ids[slot]);
    }

    public void Move(int from, int to) => _ids[to] = _ids[from];

    public ValueGetter<DataViewRowId> MakeGetter(Func<int> currentSlot) => (ref DataViewRowId id) => id = _ids[currentSlot()];
}

/// <summary>A cursor over buffered rows: some slot is the current row.</summary>
internal abstract class BufferedCursor(DataViewSchema schema) : DataViewRowCursor
{
    private long _position = -1;

    /// <summary>The slot of the current row; negative before the first and after the last.</summary>
    protected int Slot { get; set; } = -1;

    protected abstract ColumnBuffer GetBuffer(int column);

    /// <summary>Sets <see cref="Slot"/> to the next row, or to −1.</summary>
    protected abstract void Advance();

    public override DataViewSchema Schema => schema;
    public override long Position => _position;
    public override long Batch => 0;
    public override bool IsColumnActive(DataViewSchema.Column column) => GetBuffer(column.Index) is not null;

    public override bool MoveNext()
    {
        Advance();
        _position = Slot < 0 ? -1 : _position + 1;
        return Slot >= 0;
    }

    protected int CurrentSlot() => Slot >= 0 ? Slot
        : throw new InvalidOperationException("There is no current row: call MoveNext first, and no getter after it gave false.");

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        var buffer = GetBuffer(column.Index)
            ?? throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not active: ask for it when the cursor is made.");
        return buffer.MakeGetter(CurrentSlot) as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' has values of {column.Type.RawType}, not of {typeof(TValue)}.");
    }
}
