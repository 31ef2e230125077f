using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A Single, or a vector of Single, as label: rows with a NaN or infinite one are skipped.</summary>
internal sealed class NumberLabelRows : LabelRows
{
    private readonly ValueGetter<float>? _scalar;
    private readonly ValueGetter<VBuffer<float>>? _vector;
    private readonly DenseRowsBuilder _rows;
    private readonly float[] _current;
    private readonly string _name;
    private readonly LabelRange _range;
    private VBuffer<float> _buffer;

    /// <param name="row">The cursor.</param>
    /// <param name="column">The label column.</param>
    /// <param name="range">Which numbers are labels.</param>
    public NumberLabelRows(DataViewRow row, DataViewSchema.Column column, LabelRange range)
    {
        (_name, _range) = (column.Name, range);
        int width = 1;
        if (column.Type is VectorDataViewType vector)
        {
            width = vector.Size;
            _vector = row.GetGetter<VBuffer<float>>(column);
        }
        else
        {
            _scalar = row.GetGetter<float>(column);
        }

        _rows = new DenseRowsBuilder(width);
        _current = new float[width];
    }

    public override string Problem => "with a NaN or infinite label";

    public override string Mend(string column) => $"See that '{column}' is the column meant, and how it was read: text that is no number becomes NaN; {LoaderHint}.";

    public override bool Read()
    {
        if (_scalar is not null)
        {
            _scalar(ref _current[0]);
        }
        else
        {
            _vector!(ref _buffer);
            if (_buffer.Length != _current.Length)
            {
                throw new InvalidOperationException($"A row's label '{_name}' has {_buffer.Length} values, but its column promises {_current.Length}.");
            }

            _buffer.CopyTo(_current);
        }

        return FeatureRowsBuilder.IsFinite(_current);
    }

    public override string? Refusal => _range.ProblemWith(_current, _name);

    public override int BytesOfRow => _current.Length * sizeof(float);

    public override void Keep() => _rows.Add(_current);

    public override IRowSource<float> Build() => _rows.Build();
}
