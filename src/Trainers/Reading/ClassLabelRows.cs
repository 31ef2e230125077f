using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>A key as label: missing keys are skipped, the others become one-hot rows.</summary>
internal sealed class ClassLabelRows(DataViewRow row, DataViewSchema.Column column, ClassLabels classes) : LabelRows
{
    private readonly ValueGetter<ulong> _getter = KeyGetter.Create(row, column);
    private readonly LabelList _labels = new(classes.Count);
    private ulong _key;

    public override string Problem => "with a missing label";

    public override string Mend(string column) => $"No row has a class in '{column}': fit the MapValueToKey that makes it to rows with the same classes, and {LoaderHint}.";

    public override bool Read()
    {
        _getter(ref _key);
        return _key != 0 && _key <= (ulong)classes.Count;
    }

    public override int BytesOfRow => _labels.BytesOfLabel;

    public override void Keep() => _labels.Add((int)(_key - 1));

    public override IRowSource<float> Build() => new ClassRows(_labels);
}
