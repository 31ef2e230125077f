using System.Diagnostics;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// An epoch of a network (128 hidden units, ReLU, Adam, batches of 128) on sparse rows, in seconds, beside a whole fit of ML.NET's SdcaMaximumEntropy on the same view.
/// </summary>
internal sealed class SparseMlpEpoch(string name) : Benchmark
{
    public override string Name => name;

    public override string Unit => "s";

    public override string? PeerName => "ML.NET SdcaMaximumEntropy, a whole fit";

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) => new Run((context, data) =>
    {
        var trainer = context.MulticlassClassification.Trainers.Mlp(Options(epochs: 5, threads));
        return trainer.Fit(data).Model.History.Epochs.Min(epoch => epoch.Seconds);
    });

    public override IRun? StartPeer(int threads) => new Run((context, data) =>
    {
        var watch = Stopwatch.StartNew();
        context.MulticlassClassification.Trainers.SdcaMaximumEntropy().Fit(data);
        return watch.Elapsed.TotalSeconds;
    });

    public static MlpTrainer.Options Options(int epochs, int threads) => new()
    {
        HiddenLayers = [128],
        Activation = new ReLU(),
        Dropout = 0,
        Optimizer = new Adam(),
        Schedule = LearningRateSchedule.Constant,
        NumberOfEpochs = epochs,
        BatchSize = 128,
        NumberOfThreads = threads,
        Seed = 1,
    };

    private sealed class Run : IRun
    {
        private readonly MLContext _context = new(seed: 1);
        private readonly IDataView _data;
        private readonly Func<MLContext, IDataView, double> _measure;

        public Run(Func<MLContext, IDataView, double> measure)
        {
            _measure = measure;
            _data = SparseRows.Load(_context, SparseRows.Make());
        }

        public double Measure() => _measure(_context, _data);

        public void Dispose()
        {
        }
    }
}

/// <summary>Predictions a second of a prediction engine, one sparse row after another, beside the same of the model of ML.NET's SdcaMaximumEntropy.</summary>
internal sealed class SparseMlpPrediction(string name) : Benchmark
{
    public override string Name => name;

    public override string Unit => "rows/s";

    public override string? PeerName => "ML.NET SdcaMaximumEntropy";

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) =>
        new Run(context => context.MulticlassClassification.Trainers.Mlp(SparseMlpEpoch.Options(epochs: 1, threads)));

    public override IRun? StartPeer(int threads) => new Run(context => context.MulticlassClassification.Trainers.SdcaMaximumEntropy(maximumNumberOfIterations: 1));

    private sealed class Run : IRun
    {
        private const int Repeats = 9;

        private readonly List<SparseRows.Row> _rows = SparseRows.Make();
        private readonly PredictionEngine<SparseRows.Row, SparseRows.Scores> _engine;

        public Run(Func<MLContext, IEstimator<ITransformer>> create)
        {
            var context = new MLContext(seed: 1);
            var model = create(context).Fit(SparseRows.Load(context, _rows));
            _engine = context.Model.CreatePredictionEngine<SparseRows.Row, SparseRows.Scores>(model, inputSchemaDefinition: SparseRows.Schema());
        }

        public double Measure() => _rows.Count / Repeat.Seconds(Repeats, () => _rows.ForEach(row => _engine.Predict(row)));

        public void Dispose() => _engine.Dispose();
    }
}
