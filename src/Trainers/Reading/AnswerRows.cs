using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A Boolean as label. None is ever missing.</summary>
internal sealed class AnswerRows(DataViewRow row, DataViewSchema.Column column) : LabelRows
{
    private readonly ValueGetter<bool> _getter = row.GetGetter<bool>(column);
    private readonly LabelList _answers = new(2);
    private bool _answer;

    public override string Problem => "with a missing label";

    public override string Mend(string column) => $"See that '{column}' is the column meant, and how it was read; {LoaderHint}.";

    public override bool Read()
    {
        _getter(ref _answer);
        return true;
    }

    public override int BytesOfRow => _answers.BytesOfLabel;

    public override void Keep() => _answers.Add(_answer ? 1 : 0);

    public override IRowSource<float> Build() => new BinaryRows(_answers);
}
