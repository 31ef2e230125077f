using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Rows a second of reading the scores of a transformed view, whose rows are in memory.</summary>
internal sealed class TransformRun : IRun
{
    private readonly ScoringWork _work;
    private readonly IDataView _scored;

    public TransformRun(ScoringWork work, MulticlassNetworkTransformer model, int threads)
    {
        _work = work;
        model.NumberOfThreads = threads;
        _scored = model.Transform(ScoringWork.Context.Data.Cache(ScoringWork.Context.Data.LoadFromEnumerable(work.Images())));
    }

    public double Measure() => _work.Rows / Repeat.Seconds(_work.Repeats, Read);

    public void Dispose()
    {
    }

    private void Read()
    {
        var column = _scored.Schema["Score"];
        using var cursor = _scored.GetRowCursor([column]);
        var getter = cursor.GetGetter<VBuffer<float>>(column);
        VBuffer<float> scores = default;
        while (cursor.MoveNext())
        {
            getter(ref scores);
        }
    }
}
