using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// Passes of linear SGD through an ML.NET pipeline over 100,000 rows of 100 features, in rows of the view a second, reading included, beside ML.NET's own OnlineGradientDescent: both
/// read the same view.
/// </summary>
/// <param name="name">Name in the table.</param>
/// <param name="passes">Passes over the rows.</param>
internal sealed class OnlineGradientDescent(string name, int passes) : Benchmark
{
    private const int Rows = 100_000;

    public override string Name => name;

    public override string Unit => "rows/s";

    public override string? PeerName => "ML.NET OnlineGradientDescent";

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) =>
        new Run(context => new SgdTrainer(context, new SgdTrainer.Options { FeatureScaling = FeatureScaling.None, LearningRate = 0.001, NumberOfEpochs = passes, Shuffle = false, Seed = 1 }));

    public override IRun? StartPeer(int threads) => new Run(context => context.Regression.Trainers.OnlineGradientDescent(numberOfIterations: passes));

    private sealed class Run : IRun
    {
        private const int Repeats = 9;

        private readonly MLContext _context = new(seed: 1);
        private readonly IDataView _data;
        private readonly Func<MLContext, IEstimator<ITransformer>> _create;

        public Run(Func<MLContext, IEstimator<ITransformer>> create)
        {
            _create = create;
            var view = _context.Data.LoadFromEnumerable(Enumerable.Range(0, Rows).Select(i => new Row(i)));
            _data = _context.Data.Cache(view);
        }

        public double Measure()
        {
            return Rows / Repeat.Seconds(Repeats, () => _create(_context).Fit(_data));
        }

        public void Dispose()
        {
        }
    }

    private sealed class Row
    {
        public Row(int row)
        {
            Features = [.. Enumerable.Range(0, LinearSgd.Width).Select(j => LinearSgd.Feature(row, j))];
            Label = Features[0] - (2 * Features[1]);
        }

        public float Label { get; set; }

        [VectorType(LinearSgd.Width)]
        public float[] Features { get; set; }
    }
}
