using Microsoft.ML;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Rows a second of a prediction engine, one row after another.</summary>
internal sealed class EngineRun(ScoringWork work, MulticlassNetworkTransformer model) : IRun
{
    private readonly PredictionEngine<ServedImage, ServedClass> _engine = ScoringWork.Context.Model.CreatePredictionEngine<ServedImage, ServedClass>(model);
    private readonly ServedImage[] _images = work.Images();
    private ServedClass _answer = new();
    private int _next;

    public double Measure() => 1 / Repeat.Seconds(work.Repeats, () => _engine.Predict(_images[_next++ % _images.Length], ref _answer));

    public void Dispose() => _engine.Dispose();
}
