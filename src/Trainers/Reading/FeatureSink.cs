using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Where the features go of rows that are read once: into a copy, or, where they can be read again where they lie, nowhere.</summary>
internal sealed class FeatureSink
{
    /// <summary>Narrower rows are no images, and reading them from bytes would not be faster.</summary>
    private const int SmallestByteWidth = 64;

    /// <summary>The first rows tell whether a column is sparse, as they do where it is copied.</summary>
    private const int RowsBeforeChoosing = 1000;

    private readonly IDataView _data;
    private readonly DataViewSchema.Column _column;
    private readonly IChannel _channel;
    private readonly FitCancellation _cancellation;
    private readonly Func<FeatureRowsBuilder> _newCopy;
    private readonly int _width;
    private readonly ViewBlocks? _blocks;
    private readonly RowSpill? _spill;
    private FeatureRowsBuilder? _copy;
    private IRowSource<float>? _inPlace;
    private ValueGetter<DataViewRowId>? _id;
    private bool _isToldWhy;

    // The rows that are used, from the first one on that is not; null as long as all are.
    private List<int>? _kept;
    private int _used;

    /// <param name="roles">The columns, checked.</param>
    /// <param name="data">The rows.</param>
    /// <param name="spill">Where rows go that are too many for memory; null for all in memory.</param>
    /// <param name="channel">Is told why rows are copied that might have been read where they lie.</param>
    /// <param name="cancellation">Looked at before each row that is read again.</param>
    public FeatureSink(TrainingRoles roles, IDataView data, RowSpill? spill, IChannel channel, FitCancellation cancellation)
    {
        (_data, _column, _channel, _cancellation) = (data, data.Schema[roles.Features], channel, cancellation);
        _width = ((VectorDataViewType)_column.Type).Size;
        bool keepBytes = roles.TakesBytes && (_width >= SmallestByteWidth || FeatureColumn.IsBytes(_column.Type));
        _newCopy = () => new FeatureRowsBuilder(_width, keepBytes, PixelValues.Of(_column), spill);
        if (spill is not null)
        {
            _spill = spill;
            _inPlace = roles.TakesBytes ? (data as IRowsInFile)?.InFile(_column, spill) : null;
            if (_inPlace is null)
            {
                _blocks = ViewBlocks.Find(data, _column, spill, cancellation, out string? problem);
                Tell(problem);
                _inPlace = _blocks is null ? null : new BlockRows(_blocks, spill);
            }
        }

        if (_inPlace is null)
        {
            _copy = _newCopy();
            TellWhatHides(_spill?.WouldTake(0) ?? false);
        }
    }

    /// <summary>Whether a number is kept of each row, beside its label.</summary>
    public bool KeepsNumbers => _blocks is { KeepsNumbers: true };

    /// <summary>Reads by a cursor from now on.</summary>
    public void Begin(DataViewRowCursor cursor) => _id = _blocks is not null ? cursor.GetIdGetter() : null;

    /// <summary>Looks at the cursor's next row, whether it will be used or not.</summary>
    /// <param name="row">Its number, counted from 0.</param>
    public void Meet(long row)
    {
        if (_id is not null && !Is(_id, row))
        {
            Copy($"a step between the source and the trainer leaves out, repeats or reorders rows{StepsOfView.LeavingOut(_data)}", row);
        }
    }

    /// <summary>Takes the features of that row, which is used.</summary>
    public void Add(long row, in VBuffer<float> features)
    {
        if (_id is not null && row < RowsBeforeChoosing && !features.IsDense && FeatureRowsBuilder.IsSparse(features.GetValues().Length, _width))
        {
            Copy("most of their values are 0, which a copy leaves out", row);
        }

        if (_copy is not null)
        {
            _copy.Add(features);
            return;
        }

        if (_kept is null && _used < row)
        {
            _kept = [.. Enumerable.Range(0, _used)];
        }

        _kept?.Add((int)row);
        _used++;
    }

    /// <summary>The features of all rows that are used.</summary>
    /// <param name="rows">How many rows there were.</param>
    public IRowSource<float> Build(long rows)
    {
        if (_id is not null && rows != _inPlace!.Count)
        {
            Copy($"a step between the source and the trainer leaves out rows{StepsOfView.LeavingOut(_data)}", rows);
        }

        if (_copy is not null)
        {
            TellWhatHides(_spill is { IsUsed: true });
            return _copy.Build();
        }

        return _used == _inPlace!.Count ? _inPlace : new Subset(_inPlace, _kept is null ? [.. Enumerable.Range(0, _used)] : CollectionsMarshal.AsSpan(_kept));
    }

    /// <summary>Copies the rows after all, those before from another pass.</summary>
    private void Copy(string why, long rows)
    {
        Tell(why);
        _copy = _newCopy();
        (_inPlace, _id) = (null, null);
        if (_used == 0)
        {
            return;
        }

        using var cursor = _data.GetRowCursor([_column]);
        var id = cursor.GetIdGetter();
        var getter = FeatureColumn.Getter(cursor, _column);
        VBuffer<float> features = default;
        int place = 0;
        for (int row = 0; row < rows && place < _used; row++)
        {
            _cancellation.ThrowIfCancelled();
            if (!cursor.MoveNext() || !Is(id, row))
            {
                throw new InvalidOperationException($"The data gives other rows when it is read again: the second time there is another one in the place of row {row} (counted from 0). Let {nameof(ITrainerInput.Rows)} be {RowStorage.InMemory}, or save the rows to a file first.");
            }

            if (_kept is null || _kept[place] == row)
            {
                getter(ref features);
                _copy.Add(features);
                place++;
            }
        }
    }

    /// <summary>Rows that were to stay in memory may turn out to be too many only while they are read.</summary>
    private void TellWhatHides(bool areCopiedToFile)
    {
        if (areCopiedToFile && !_isToldWhy)
        {
            Tell(StepsOfView.Hiding(_data));
        }
    }

    private void Tell(string? why)
    {
        if (why is not null)
        {
            _isToldWhy = true;
            _channel.Info(MessageSensitivity.None, $"The rows are copied to a temporary file, as they can't be read where they lie: {why}.");
        }
    }

    private bool Is(ValueGetter<DataViewRowId> getter, long row)
    {
        DataViewRowId id = default;
        getter(ref id);
        return id.Low == (ulong)(_blocks?.NumberOf(row) ?? row) && id.High == 0;
    }
}
