using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A vector of Boolean, or of Single that are 0 or 1, as label; rows with a NaN one are skipped.</summary>
internal sealed class AnswersRows : LabelRows
{
    private readonly Action _read;
    private readonly DenseRowsBuilder _rows;
    private readonly float[] _current;
    private readonly string _name;
    private readonly LabelRange _range;

    /// <param name="row">The cursor.</param>
    /// <param name="column">The label column.</param>
    /// <param name="range">Which numbers are labels.</param>
    public AnswersRows(DataViewRow row, DataViewSchema.Column column, LabelRange range)
    {
        (_name, _range) = (column.Name, range);
        var type = (VectorDataViewType)column.Type;
        _current = new float[type.Size];
        _rows = new DenseRowsBuilder(type.Size);
        _read = type.ItemType is BooleanDataViewType ? Reader<bool>(row, column, yes => yes ? 1 : 0) : Reader<float>(row, column, value => value);
    }

    public override string Problem => "with a NaN or infinite label";

    public override string Mend(string column) => $"See that '{column}' is the column meant, and how it was read; {LoaderHint}.";

    public override bool Read()
    {
        _read();
        return FeatureRowsBuilder.IsFinite(_current);
    }

    public override string? Refusal => _range.ProblemWith(_current, _name);

    public override int BytesOfRow => _current.Length * sizeof(float);

    public override void Keep() => _rows.Add(_current);

    public override IRowSource<float> Build() => _rows.Build();

    private Action Reader<T>(DataViewRow row, DataViewSchema.Column column, Func<T, float> number)
    {
        var getter = row.GetGetter<VBuffer<T>>(column);
        VBuffer<T> buffer = default;
        return () =>
        {
            getter(ref buffer);
            if (buffer.Length != _current.Length)
            {
                throw new InvalidOperationException($"A row's label '{column.Name}' has {buffer.Length} values, but its column promises {_current.Length}.");
            }

            int i = 0;
            foreach (var value in buffer.DenseValues())
            {
                _current[i++] = number(value);
            }
        };
    }
}
