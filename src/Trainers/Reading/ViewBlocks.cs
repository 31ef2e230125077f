using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The features of a view whose source gives its rows by blocks: read through all steps before the trainer, block by block, in any order.</summary>
internal sealed class ViewBlocks : RowBlocks
{
    private const double Mebibyte = 1 << 20;

    private readonly Lock _gate = new();
    private readonly IDataView _data;
    private readonly DataViewSchema.Column _features;
    private readonly (int[] Rows, int[] Blocks)? _kept;
    private int[] _announced = [];
    private DataViewRowCursor? _cursor;
    private ValueGetter<DataViewRowId>? _id;
    private ValueGetter<VBuffer<float>>? _numbers;
    private ValueGetter<VBuffer<byte>>? _bytes;
    private VBuffer<float> _numberRow;
    private VBuffer<byte> _byteRow;
    private int[] _path = [];
    private int _place;

    /// <param name="data">The view.</param>
    /// <param name="features">Its column of features.</param>
    /// <param name="starts">The first row of each block, and behind them the number of rows.</param>
    /// <param name="kept">Where steps leave rows out: the source's numbers of the others, and of the blocks that have some; null for all.</param>
    private ViewBlocks(IDataView data, DataViewSchema.Column features, int[] starts, (int[] Rows, int[] Blocks)? kept)
        : base(((VectorDataViewType)features.Type).Size, starts, FeatureColumn.IsBytes(features.Type)) => (_data, _features, _kept) = (data, features, kept);

    /// <summary>Whether a number is kept of each row, as steps leave some out.</summary>
    public bool KeepsNumbers => _kept is not null;

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

        var question = new RowBlockOrder([]);
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

        var blocks = new ViewBlocks(data, features, starts, kept);
        long largest = Enumerable.Range(0, blocks.BlockCount).Max(blocks.BytesOf);
        if (!spill.HasRoomFor(largest, blocks.Count * row))
        {
            problem = string.Create(CultureInfo.InvariantCulture, $"they lie in blocks of {largest / Mebibyte:N1} MiB, which are too large for a {nameof(ITrainerInput.MemoryLimit)} of {spill.MemoryLimit / Mebibyte:N0} MiB");
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

    public override void Read(int block, Span<float> rows) => Read(ref _numbers, ref _numberRow, block, rows);

    public override void Read(int block, Span<byte> rows) => Read(ref _bytes, ref _byteRow, block, rows);

    protected override void Dispose(bool disposing)
    {
        lock (_gate)
        {
            Close();
        }
    }

    /// <summary>A cursor that has failed is not gone on with. The getter is another one where the block is read by a new cursor.</summary>
    private void Read<T>(ref ValueGetter<VBuffer<T>>? getter, ref VBuffer<T> row, int block, Span<T> rows)
    {
        lock (_gate)
        {
            try
            {
                Open(block);
                Copy(getter!, ref row, block, rows);
            }
            catch
            {
                Close();
                throw;
            }
        }
    }

    /// <summary>Stays with the cursor where the block is its next one; else begins with it, and goes on as was announced, or in turn.</summary>
    private void Open(int block)
    {
        if (_cursor is not null && _place < _path.Length && _path[_place] == block)
        {
            return;
        }

        Close();
        int announced = Array.IndexOf(_announced, block);
        (_path, _place) = (announced >= 0 ? _announced[announced..] : [.. Enumerable.Range(block, BlockCount - block)], 0);
        _cursor = _data.GetRowCursor([_features], new RowBlockOrder(_kept is { } kept ? [.. _path.Select(place => kept.Blocks[place])] : _path));
        _id = _cursor.GetIdGetter();
        if (AreBytes)
        {
            _bytes = _cursor.GetGetter<VBuffer<byte>>(_features);
        }
        else
        {
            _numbers = _cursor.GetGetter<VBuffer<float>>(_features);
        }
    }

    private void Copy<T>(ValueGetter<VBuffer<T>> getter, ref VBuffer<T> row, int block, Span<T> rows)
    {
        DataViewRowId id = default;
        for (int i = 0; i < RowsOf(block); i++)
        {
            ulong expected = (ulong)NumberOf(Start(block) + i);
            bool more = _cursor!.MoveNext();
            if (more)
            {
                _id!(ref id);
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

        if (++_place == _path.Length)
        {
            Close();
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

    private void Close()
    {
        var cursor = _cursor;
        (_cursor, _id, _numbers, _bytes) = (null, null, null, null);
        cursor?.Dispose();
    }
}
