using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Streaming;

/// <summary>Rows that are made when they are read, so that no table of them takes memory: vectors of bytes, or of Single, whose label a line through them tells.</summary>
/// <param name="count">Number of rows.</param>
/// <param name="width">Features of a row.</param>
/// <param name="bytes">Whether features are bytes; else Single.</param>
/// <param name="fill">Fills a row's features, as bytes; numbers are their 256th parts.</param>
/// <param name="label">A row's label from its number; a key where <paramref name="classes"/> is above 0.</param>
/// <param name="classes">Number of classes; 0 for numbers.</param>
internal sealed class GeneratedRows(int count, int width, bool bytes, Action<int, byte[]> fill, Func<int, float> label, int classes) : IDataView
{
    public bool CanShuffle => false;

    /// <summary>Cursors that were made.</summary>
    public int Passes { get; private set; }

    public DataViewSchema Schema { get; } = Make(width, bytes, classes);

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        Passes++;
        return new Cursor(this);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    private static DataViewSchema Make(int width, bool bytes, int classes)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn("Features", new VectorDataViewType(bytes ? NumberDataViewType.Byte : NumberDataViewType.Single, width));
        builder.AddColumn("Label", classes > 0 ? new KeyDataViewType(typeof(uint), classes) : NumberDataViewType.Single);
        return builder.ToSchema();
    }

    private sealed class Cursor(GeneratedRows rows) : DataViewRowCursor
    {
        private readonly byte[] _row = new byte[((VectorDataViewType)rows.Schema[0].Type).Size];
        private int _position = -1;

        public override long Position => _position;

        public override long Batch => 0;

        public override DataViewSchema Schema => rows.Schema;

        public override bool IsColumnActive(DataViewSchema.Column column) => true;

        public override bool MoveNext() => rows.Move(++_position);

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            Delegate getter = column.Index switch
            {
                0 when typeof(TValue) == typeof(VBuffer<byte>) => (ValueGetter<VBuffer<byte>>)Bytes,
                0 => (ValueGetter<VBuffer<float>>)Numbers,
                _ when typeof(TValue) == typeof(uint) => (ValueGetter<uint>)((ref uint value) => value = (uint)rows.Label(_position) + 1),
                _ => (ValueGetter<float>)((ref float value) => value = rows.Label(_position)),
            };
            return (ValueGetter<TValue>)getter;
        }

        private void Bytes(ref VBuffer<byte> value)
        {
            rows.Fill(_position, _row);
            var editor = VBufferEditor.Create(ref value, _row.Length);
            _row.CopyTo(editor.Values);
            value = editor.Commit();
        }

        private void Numbers(ref VBuffer<float> value)
        {
            rows.Fill(_position, _row);
            var editor = VBufferEditor.Create(ref value, _row.Length);
            for (int j = 0; j < _row.Length; j++)
            {
                editor.Values[j] = _row[j] / 256f;
            }

            value = editor.Commit();
        }
    }

    private bool Move(int position) => position < count;

    private void Fill(int row, byte[] features) => fill(row, features);

    private float Label(int row) => label(row);
}
