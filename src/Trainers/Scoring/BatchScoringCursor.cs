using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// Reads rows ahead, in blocks that are scored together and by several threads, then hands them out one by one. The other active columns are buffered with them, so that any input works,
/// also one whose order can't be repeated. The input is read by the caller's thread alone; what fails there fails at its row.
/// </summary>
internal sealed class BatchScoringCursor : DataViewRowCursor
{
    // The first blocks are small and few, so that a preview of three rows does not score hundreds.
    private const int FirstBlock = 8;

    /// <summary>Blocks for each thread, so that all have work while the caller reads and hands out rows.</summary>
    private const int BlocksPerThread = 2;

    private const int LargestScores = 1 << 20;
    private const int LargestFeatures = 1 << 24;

    private readonly ScoringBindings _bindings;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly int _outputs;
    private readonly int _capacity;
    private readonly ValueGetter<VBuffer<float>> _features;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly BufferedColumn[] _buffered;
    private readonly BufferedColumn?[] _columns;
    private readonly ScoringThreads _threads;
    private readonly ScoringBlock[] _blocks;
    private readonly int[] _counts;
    private readonly float[] _scores;
    private readonly long[] _batches;
    private readonly DataViewRowId[] _ids;
    private VBuffer<float> _row;
    private int _limit = FirstBlock;
    private int _ahead = 1;
    private int _first;
    private int _read;
    private int _current = -1;
    private long _position = -1;
    private ExceptionDispatchInfo? _failure;
    private bool _inputEnded;
    private bool _ended;
    private bool _failed;

    /// <param name="bindings">The model and the columns.</param>
    /// <param name="input">The rows.</param>
    /// <param name="active">The columns that are asked for.</param>
    /// <param name="threads">Threads that score, the caller included, at least 1.</param>
    public BatchScoringCursor(ScoringBindings bindings, DataViewRowCursor input, bool[] active, int threads)
    {
        _bindings = bindings;
        _input = input;
        _active = active;
        _outputs = bindings.Scorer.OutputSize;
        _capacity = Math.Clamp(LargestScores / _outputs, 1, bindings.Scorer.BlockRows);
        _threads = new ScoringThreads(threads);
        _features = FeatureColumn.Getter(input, bindings.Features);
        _id = input.GetIdGetter();
        _blocks = Fill(Blocks(threads), () => new ScoringBlock(bindings, _capacity));
        _counts = new int[_blocks.Length];
        int rows = _blocks.Length * _capacity;
        _columns = new BufferedColumn?[bindings.InputSchema.Count];
        foreach (var column in bindings.InputSchema.Where(c => active[c.Index]))
        {
            _columns[column.Index] = BufferedColumn.Create(input, column, rows);
        }

        _buffered = [.. _columns.OfType<BufferedColumn>()];
        _scores = new float[rows * _outputs];
        _batches = new long[rows];
        _ids = new DataViewRowId[rows];
    }

    public override long Position => _position;

    public override long Batch => _current >= 0 ? _batches[Slot(_current)] : 0;

    public override DataViewSchema Schema => _bindings.OutputSchema;

    public override bool MoveNext()
    {
        if (_ended)
        {
            return false;
        }

        if (_failed)
        {
            throw new InvalidOperationException("The cursor failed while it read ahead, so that it has rows without scores. Make a new cursor.");
        }

        if (_current + 1 < _counts[_first])
        {
            _current++;
        }
        else
        {
            (_current, _failed) = (-1, true);
            bool any = NextBlock();
            _failed = false;
            if (!any)
            {
                End();
                return false;
            }

            _current = 0;
        }

        _position++;
        return true;
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId value) => value = _ids[Current()];

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!_active[column.Index])
        {
            throw new InvalidOperationException($"Column '{column.Name}' was not asked for when the cursor was made.");
        }

        Delegate getter = _bindings.IsScored(column.Index) ? _bindings.Getter(column.Index, CurrentScores) : _columns[column.Index]!.Getter(Current);
        return getter as ValueGetter<TValue>
            ?? throw new InvalidOperationException($"Column '{column.Name}' is of type {column.Type}; its values can't be got as {typeof(TValue)}.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            End();
            _threads.Clear();
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private static T[] Fill<T>(int count, Func<T> make) => [.. Enumerable.Range(0, count).Select(_ => make())];

    /// <summary>Blocks that are read ahead: fewer where rows are so wide that a few hold all memory that is meant for them.</summary>
    private int Blocks(int threads) => threads == 1
        ? 1
        : (int)Math.Clamp(LargestFeatures / Math.Max(1, (long)_capacity * Math.Max(_outputs, _bindings.Scorer.InputSize)), 2, (long)BlocksPerThread * threads);

    /// <summary>Goes to the next block of rows that are scored; false where there is none.</summary>
    private bool NextBlock()
    {
        ScoringThreads.Enter();
        try
        {
            if (_counts[_first] > 0)
            {
                _counts[_first] = 0;
                _first = (_first + 1) % _blocks.Length;
                _read--;
            }

            while (_read < _ahead && !_inputEnded)
            {
                ReadBlock();
            }

            _ahead = Math.Min(2 * _ahead, _blocks.Length);
            if (_read == 0)
            {
                _failure?.Throw();
                return false;
            }

            _threads.Await(_blocks[_first]);
            _blocks[_first].ThrowIfFailed();
            return true;
        }
        finally
        {
            ScoringThreads.Leave();
        }
    }

    private void ReadBlock()
    {
        int place = (_first + _read) % _blocks.Length;
        var block = _blocks[place];
        int slot = place * _capacity;
        int limit = Math.Min(_limit, _capacity);
        _limit = Math.Min(_limit * 4, _capacity);
        int count = 0;
        block.Rows.Clear();
        try
        {
            while (count < limit && !block.Rows.IsFull)
            {
                if (!_input.MoveNext())
                {
                    _inputEnded = true;
                    break;
                }

                _features(ref _row);
                block.Rows.Add(_row);
                _id(ref _ids[slot]);
                _batches[slot] = _input.Batch;
                foreach (var column in _buffered)
                {
                    column.Fetch(slot);
                }

                slot++;
                count++;
            }
        }
        catch (Exception exception)
        {
            // The rows before it are good, and come first.
            _failure = ExceptionDispatchInfo.Capture(exception);
            _inputEnded = true;
        }

        if (count > 0)
        {
            _counts[place] = count;
            _read++;
            block.Begin(_scores.AsMemory(place * _capacity * _outputs, _capacity * _outputs));
            _threads.Add(block);
        }
    }

    private void End()
    {
        _ended = true;
        _position = -1;
    }

    private int Slot(int row) => (_first * _capacity) + row;

    private int Current() => _position >= 0 && !_failed ? Slot(_current) : throw new InvalidOperationException("The cursor stands on no row: call MoveNext first.");

    private ReadOnlySpan<float> CurrentScores() => _scores.AsSpan(Current() * _outputs, _outputs);
}
