using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// One of <paramref name="stride"/> cursors that share the rows by batches: this one has batches first, first + stride, ….
/// Not thread-safe, as any cursor; cursors of the same view share only data that never change.
/// </summary>
/// <param name="view">The data.</param>
/// <param name="active">For each column, whether it was asked for.</param>
/// <param name="order">The order; null for the images' own.</param>
/// <param name="first">The first batch.</param>
/// <param name="stride">The number of cursors.</param>
internal sealed class ImageCursor(ImageDataView view, bool[] active, ImageOrder? order, int first, int stride) : DataViewRowCursor
{
    private readonly ImageReader _pixels = view.Set.Pixels.NewReader(view.Set.ImageLength);
    private long _position = -1;
    private long _batch = first;
    private long _place = -1;
    private int _row = -1;
    private bool _ended;

    public override long Position => _position;

    public override long Batch => _batch;

    public override DataViewSchema Schema => view.Schema;

    public override bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        long next = _place < 0 ? _batch * ImageDataView.RowsPerBatch : _place + 1;
        if (_place >= 0 && next % ImageDataView.RowsPerBatch == 0)
        {
            _batch += stride;
            next = _batch * ImageDataView.RowsPerBatch;
        }

        if (next >= (order?.Count ?? view.Set.Count))
        {
            End();
            return false;
        }

        _place = next;
        _position++;
        _row = order is null ? (int)next : order[(int)next];
        return true;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => active[view.CheckedIndex(column)];

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row(), 0);

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
        {
            throw new InvalidOperationException($"Column '{column.Name}' is not active: name it when the cursor is made.");
        }

        Delegate getter = column.Index == 0
            ? (ValueGetter<VBuffer<float>>)Pixels
            : Schema[column.Index].Type is KeyDataViewType ? (ValueGetter<uint>)Key : (ValueGetter<float>)Number;
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' has values of type {Schema[column.Index].Type.RawType}, not {typeof(TValue)}.");
    }

    protected override void Dispose(bool disposing)
    {
        End();
        base.Dispose(disposing);
    }

    private void End()
    {
        _ended = true;
        _position = -1;
        _row = -1;
    }

    private void Pixels(ref VBuffer<float> value)
    {
        int length = view.Set.ImageLength;
        ReadOnlySpan<byte> pixels = _pixels(Row());
        VBufferEditor<float> editor = VBufferEditor.Create(ref value, length);
        view.Scaling.Convert(pixels, editor.Values);
        value = editor.Commit();
    }

    // Keys count from 1: 0 is the missing value.
    private void Key(ref uint value) => value = LabelOfRow() + 1u;

    private void Number(ref float value) => value = LabelOfRow();

    private byte LabelOfRow() => view.Set.Labels!.Value.Span[Row()];

    private int Row() =>
        _row >= 0 ? _row : throw new InvalidOperationException("The cursor is not on a row: call MoveNext first, and stop when it returns false.");
}
