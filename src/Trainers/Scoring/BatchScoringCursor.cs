using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// Reads rows ahead, scores them together, then hands them out one by one. The other active columns are buffered with them, so that any input works,
/// also one whose order can't be repeated.
/// </summary>
internal sealed class BatchScoringCursor : DataViewRowCursor
{
    // The first blocks are small, so that a preview of three rows does not score hundreds.
    private const int FirstBlock = 8;
    private const int LargestBlock = 256;
    private const int LargestBlockScores = 1 << 20;

    private readonly ScoringBindings _bindings;
    private readonly DataViewRowCursor _input;
    private readonly bool[] _active;
    private readonly int _outputs;
    private readonly int _capacity;
    private readonly ValueGetter<VBuffer<float>> _features;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly BufferedColumn?[] _columns;
    private readonly FeatureBlock _rows;
    private readonly float[] _scores;
    private readonly long[] _batches;
    private readonly DataViewRowId[] _ids;
    private VBuffer<float> _row;
    private int _block = FirstBlock;
    private int _filled;
    private int _current = -1;
    private long _position = -1;
    private bool _ended;
    private bool _failed;

    public BatchScoringCursor(ScoringBindings bindings, DataViewRowCursor input, bool[] active)
    {
        _bindings = bindings;
        _input = input;
        _active = active;
        _outputs = bindings.Scorer.OutputSize;
        _capacity = Math.Clamp(LargestBlockScores / _outputs, 1, LargestBlock);
        _features = FeatureColumn.Getter(input, bindings.Features);
        _id = input.GetIdGetter();
        _columns = new BufferedColumn?[bindings.InputSchema.Count];
        foreach (var column in bindings.InputSchema.Where(c => active[c.Index]))
        {
            _columns[column.Index] = BufferedColumn.Create(input, column, _capacity);
        }

        _rows = new FeatureBlock(bindings, _capacity);
        _scores = new float[_capacity * _outputs];
        _batches = new long[_capacity];
        _ids = new DataViewRowId[_capacity];
    }

    public override long Position => _position;

    public override long Batch => _current >= 0 ? _batches[_current] : 0;

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

        if (++_current >= _filled)
        {
            (_current, _failed) = (-1, true);
            Fill();
            (_current, _failed) = (0, false);
            if (_filled == 0)
            {
                End();
                return false;
            }
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
            _input.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Fill()
    {
        int limit = Math.Min(_block, _capacity);
        _block = Math.Min(_block * 4, LargestBlock);
        for (_filled = 0; _filled < limit && !_rows.IsFull && _input.MoveNext(); _filled++)
        {
            _features(ref _row);
            _rows.Add(_row);
            _id(ref _ids[_filled]);
            _batches[_filled] = _input.Batch;
            foreach (var column in _columns)
            {
                column?.Fetch(_filled);
            }
        }

        _rows.Score(_scores);
    }

    private void End()
    {
        _ended = true;
        _position = -1;
    }

    private int Current() => _position >= 0 && !_failed ? _current : throw new InvalidOperationException("The cursor stands on no row: call MoveNext first.");

    private ReadOnlySpan<float> CurrentScores() => _scores.AsSpan(Current() * _outputs, _outputs);
}
