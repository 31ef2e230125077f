using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The features of a view whose source gives its rows by blocks: read through all steps before the trainer, block by block, in any order.</summary>
internal sealed class ViewBlocks : RowBlocks
{
    private const double Mebibyte = 1 << 20;

    /// <summary>Decoding a block may take so many times the memory of it; all cursors together have a quarter of the limit.</summary>
    private const int BuffersOfBlock = 4;

    private const int MostCursors = 8;

    private readonly Lock _gate = new();
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _features;
    private readonly (int[] Rows, int[] Blocks)? _kept;
    private readonly int _rowsOfBlock;
    private readonly int _mostCursors;

    // Threads that go through parts of the rows have one each; that which was used last stands last.
    private readonly List<OpenCursor> _cursors = [];
    private int[] _announced = [];
    private VBuffer<float> _numberRow;
    private VBuffer<byte> _byteRow;

    /// <param name="data">The view.</param>
    /// <param name="features">Its column of features.</param>
    /// <param name="starts">The first row of each block, and behind them the number of rows.</param>
    /// <param name="kept">Where steps leave rows out: the source's numbers of the others, and of the blocks that have some; null for all.</param>
    /// <param name="rowsOfBlock">Rows that the source was asked for in a block.</param>
    /// <param name="memoryLimit">Bytes of memory for rows.</param>
    private ViewBlocks(IDataView data, DataViewSchema.Column features, int[] starts, (int[] Rows, int[] Blocks)? kept, int rowsOfBlock, long memoryLimit)
        : base(((VectorDataViewType)features.Type).Size, starts, FeatureColumn.IsBytes(features.Type))
    {
        (_data, _features, _kept, _rowsOfBlock) = (data, features, kept, rowsOfBlock);
        Largest = Enumerable.Range(0, BlockCount).Max(BytesOf);
        _mostCursors = (int)Math.Clamp(memoryLimit / 4 / (BuffersOfBlock * Largest), 1, MostCursors);
    }

    /// <summary>Whether a number is kept of each row, as steps leave some out.</summary>
    public bool KeepsNumbers => _kept is not null;

    /// <summary>Bytes of the largest block.</summary>
    private long Largest { get; }

    /// <summary>The blocks of a view; null where its source has none, or where its rows are to stay in memory.</summary>
    /// <param name="data">The view.</param>
    /// <param name="features">Its column of features, of known size.</param>
    /// <param name="spill">Tells whether rows go there.</param>
    /// <param name="cancellation">Looked at before each row that is counted, where steps leave some out.</param>
    /// <param name="problem">Why blocks that there are can't be used, as the end of a sentence; null elsewhere.</param>
    public static ViewBlocks? Find(IDataView data, DataViewSchema.Column features, RowSpill spill, FitCancellation cancellation, out string? problem)
    {
        problem = null;
        var type = (VectorDataViewType)features.Type;
        long row = (long)type.Size * (FeatureColumn.IsBytes(type) ? sizeof(byte) : sizeof(float));
        bool isFiltered = data.GetRowCount() is null;
        if (!data.CanShuffle || !spill.WouldTake((data.GetRowCount() ?? StepsOfView.SourceRows(data)) * row))
        {
            return null;
        }

        var question = new RowBlockOrder([]) { RowsOfBlock = spill.RowsOfBlock(row) };
        data.GetRowCursor([features], question).Dispose();
        if (question.Starts is not { Length: > 1 } starts)
        {
            return null;
        }

        (int[] Rows, int[] Blocks)? kept = null;
        if (isFiltered)
        {
            if (Kept(data, starts[^1], cancellation) is not { } rows)
            {
                problem = $"a step between the source and the trainer repeats or reorders rows{StepsOfView.LeavingOut(data)}";
                return null;
            }

            if (rows.Length == 0 || !spill.WouldTake(rows.Length * row))
            {
                return null;
            }

            if (rows.Length < starts[^1])
            {
                (starts, int[] numbers) = Cut(rows, starts);
                kept = (rows, numbers);
            }
        }

        var blocks = new ViewBlocks(data, features, starts, kept, question.RowsOfBlock, spill.MemoryLimit);
        if (!spill.HasRoomFor(blocks.Largest, blocks.Count * row))
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"they lie in blocks of {blocks.Largest / Mebibyte:N1} MiB, which are too large for a {nameof(ITrainerInput.MemoryLimit)} of {spill.MemoryLimit / Mebibyte:N0} MiB");
            return null;
        }

        return blocks;
    }

    /// <summary>The source's number of a row, by which its identifier tells it; −1 behind the last one.</summary>
    public long NumberOf(long row) => _kept is not { } kept ? row : row < kept.Rows.Length ? kept.Rows[row] : -1;

    public override void Announce(ReadOnlySpan<int> order)
    {
        lock (_gate)
        {
            _announced = order.ToArray();
        }
    }

    public override void Read(int block, Span<float> rows) => Read(ref _numberRow, block, rows);

    public override void Read(int block, Span<byte> rows) => Read(ref _byteRow, block, rows);

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            while (_cursors.Count > 0)
            {
                Close(_cursors[0]);
            }
        }
    }

    private void Read<T>(ref VBuffer<T> row, int block, Span<T> rows)
    {
        lock (_gate)
        {
            var cursor = Open<T>(block);
            try
            {
                Copy(cursor, ref row, block, rows);
            }
            catch
            {
                // A cursor that has failed is not gone on with.
                Close(cursor);
                throw;
            }
        }
    }

    /// <summary>A cursor whose next block it is; else a new one that begins with it, and goes on as was announced, or in turn.</summary>
    private OpenCursor Open<T>(int block)
    {
        int place = _cursors.FindIndex(open => open.Next == block);
        if (place >= 0)
        {
            var open = _cursors[place];
            _cursors.RemoveAt(place);
            _cursors.Add(open);
            return open;
        }

        if (_cursors.Count == _mostCursors)
        {
            Close(_cursors[0]);
        }

        int announced = Array.IndexOf(_announced, block);
        int[] path = announced >= 0 ? _announced[announced..] : [.. Enumerable.Range(block, BlockCount - block)];
        var order = new RowBlockOrder(_kept is { } kept ? [.. path.Select(place => kept.Blocks[place])] : path) { RowsOfBlock = _rowsOfBlock };
        var cursor = _data.GetRowCursor([_features], order);
        _cursors.Add(new OpenCursor(cursor, cursor.GetIdGetter(), cursor.GetGetter<VBuffer<T>>(_features), path));
        return _cursors[^1];
    }

    private void Copy<T>(OpenCursor open, ref VBuffer<T> row, int block, Span<T> rows)
    {
        var getter = (ValueGetter<VBuffer<T>>)open.Getter;
        DataViewRowId id = default;
        for (int i = 0; i < RowsOf(block); i++)
        {
            ulong expected = (ulong)NumberOf(Start(block) + i);
            bool more = open.Cursor.MoveNext();
            if (more)
            {
                open.Id(ref id);
            }

            if (!more || id.Low != expected || id.High != 0)
            {
                throw new InvalidDataException(
                    $"Row {expected} (counted from 0) was asked for again, and the source gave {(more ? $"row {id.Low}" : "none")}: its rows are not what they were. Leave the source as it is until training has ended, or let {nameof(ITrainerInput.Rows)} be {RowStorage.InMemory}.");
            }

            getter(ref row);
            if (row.Length != Width)
            {
                throw new InvalidDataException($"Row {expected} (counted from 0) has {row.Length} values in '{_features.Name}', but the column promises {Width}. Give every row the same number of values.");
            }

            row.CopyTo(rows.Slice(i * Width, Width));
        }

        if (++open.Place == open.Path.Length)
        {
            Close(open);
        }
    }

    /// <summary>The source's numbers of the rows that steps leave; null where these are not in its order.</summary>
    private static int[]? Kept(IDataView data, int count, FitCancellation cancellation)
    {
        var rows = new List<int>();
        using var cursor = data.GetRowCursor([]);
        var getter = cursor.GetIdGetter();
        DataViewRowId id = default;
        while (cursor.MoveNext())
        {
            cancellation.ThrowIfCancelled();
            getter(ref id);
            if (id.High != 0 || id.Low >= (ulong)count || (rows.Count > 0 && id.Low <= (ulong)rows[^1]))
            {
                return null;
            }

            rows.Add((int)id.Low);
        }

        return [.. rows];
    }

    /// <summary>Cuts the rows that are left as the source is cut; blocks without any are none.</summary>
    private static (int[] Starts, int[] Blocks) Cut(int[] rows, int[] sourceStarts)
    {
        var starts = new List<int>();
        var blocks = new List<int>();
        int place = 0;
        for (int block = 0; block < sourceStarts.Length - 1; block++)
        {
            int first = place;
            while (place < rows.Length && rows[place] < sourceStarts[block + 1])
            {
                place++;
            }

            if (first < place)
            {
                starts.Add(first);
                blocks.Add(block);
            }
        }

        return ([.. starts, rows.Length], [.. blocks]);
    }

    private void Close(OpenCursor open)
    {
        _cursors.Remove(open);
        open.Cursor.Dispose();
    }

    /// <summary>A cursor on its way through blocks.</summary>
    /// <param name="cursor">The cursor.</param>
    /// <param name="id">Its identifiers.</param>
    /// <param name="getter">Its features.</param>
    /// <param name="path">The blocks, in its order.</param>
    private sealed class OpenCursor(DataViewRowCursor cursor, ValueGetter<DataViewRowId> id, Delegate getter, int[] path)
    {
        public DataViewRowCursor Cursor => cursor;

        public ValueGetter<DataViewRowId> Id => id;

        public Delegate Getter => getter;

        public int[] Path => path;

        /// <summary>How many blocks have been read.</summary>
        public int Place { get; set; }

        /// <summary>The block that it gives next.</summary>
        public int Next => path[Place];
    }
}
