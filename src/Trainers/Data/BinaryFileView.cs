using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>A file of ML.NET's binary format, whose blocks can be read in any order.</summary>
internal sealed class BinaryFileView : IDataView
{
    private readonly FileState _file;
    private readonly IDataView _rows;
    private readonly IDataView _blocks;
    private readonly int[] _starts;

    /// <param name="file">The file.</param>
    /// <param name="rows">Its rows as ML.NET reads them.</param>
    /// <param name="blocks">The same, where a generator shuffles whole blocks, by one Fisher–Yates shuffle.</param>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public BinaryFileView(FileState file, IDataView rows, IDataView blocks)
    {
        (_file, _rows, _blocks) = (file, rows, blocks);
        _starts = FindBlocks();
    }

    public bool CanShuffle => _rows.CanShuffle;

    public DataViewSchema Schema => _rows.Schema;

    /// <summary>Whether an error of ML.NET's reader is one of the file's content. Its own <see cref="IOException"/>s name no file, those of the system do.</summary>
    public static bool IsDamage(string path, Exception exception) =>
        exception is IOException ? !exception.Message.Contains(path, StringComparison.Ordinal) : exception is not (UnauthorizedAccessException or OperationCanceledException);

    /// <summary>What such an error comes to.</summary>
    public static InvalidDataException Damaged(string path, Exception inner)
    {
        // ML.NET makes the readers of columns by reflection.
        string what = (inner is TargetInvocationException { InnerException: { } cause } ? cause : inner).Message.TrimEnd('.');
        return new InvalidDataException($"'{path}' can't be read as a file of ML.NET's binary format: {what}. Write it again with mlContext.Data.SaveAsBinary.", inner);
    }

    public long? GetRowCount() => _rows.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        ArgumentNullException.ThrowIfNull(columnsNeeded);
        if (rand is not RowBlockOrder order || _starts.Length < 2)
        {
            return Open(() => _rows.GetRowCursor(columnsNeeded, rand));
        }

        order.Answer(_starts);
        _file.ThrowIfChanged();
        var permutation = new BlockPermutation(BlockPermutation.Complete(order.Blocks, _starts.Length - 1));
        return Open(() => _blocks.GetRowCursor(columnsNeeded.Select(column => _blocks.Schema[column.Index]), permutation));
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Opens a cursor, which reads where the blocks of each column lie.</summary>
    private Cursor Open(Func<DataViewRowCursor> open)
    {
        try
        {
            return new Cursor(this, open());
        }
        catch (Exception exception) when (exception is not ArgumentException && IsDamage(_file.Path, exception))
        {
            _file.ThrowIfChanged();
            throw Damaged(_file.Path, exception);
        }
    }

    /// <summary>The first row of each block: all have as many rows, but for the last one. Cursors without columns read nothing.</summary>
    private int[] FindBlocks()
    {
        if (_blocks.GetRowCount() is not (> 0 and <= int.MaxValue) || _blocks.Schema.Count == 0)
        {
            return [0];
        }

        int rows = (int)_blocks.GetRowCount()!.Value;
        var count = new FirstRange();
        _blocks.GetRowCursor([], count).Dispose();
        int size = rows;
        if (count.Length > 1)
        {
            using var second = _blocks.GetRowCursor([], new BlockPermutation(BlockPermutation.Complete([1], count.Length)));
            second.MoveNext();
            DataViewRowId id = default;
            second.GetIdGetter()(ref id);
            size = (int)id.Low;
        }

        int blocks = (rows + size - 1) / size;
        return blocks == Math.Max(1, count.Length)
            ? [.. Enumerable.Range(0, blocks).Select(block => block * size), rows]
            : throw new InvalidDataException($"'{_file.Path}' has {rows} rows in {count.Length} blocks of {size}, which does not go together: the file is damaged.");
    }

    /// <summary>Notes how many items a shuffle begins with.</summary>
    private sealed class FirstRange : Random
    {
        public int Length { get; private set; }

        public override int Next(int maxValue)
        {
            Length = Math.Max(Length, maxValue);
            return 0;
        }
    }

    /// <summary>Names the file in errors, and looks whether it is still the same where rows are read again.</summary>
    private sealed class Cursor(BinaryFileView view, DataViewRowCursor inner) : DataViewRowCursor
    {
        public override long Position => inner.Position;

        public override long Batch => inner.Batch;

        public override DataViewSchema Schema => view.Schema;

        public override bool MoveNext()
        {
            try
            {
                return inner.MoveNext();
            }
            catch (Exception exception) when (IsDamage(view._file.Path, exception))
            {
                view._file.ThrowIfChanged();
                throw Damaged(view._file.Path, exception);
            }
        }

        public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(inner.Schema[column.Index]);

        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => inner.GetGetter<TValue>(inner.Schema[column.Index]);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                try
                {
                    inner.Dispose();
                }
                catch (Exception exception) when (exception is not OutOfMemoryException)
                {
                    // What went wrong in blocks ahead that nobody wants any more; blocks that are wanted tell it themselves.
                }
            }

            base.Dispose(disposing);
        }
    }
}
