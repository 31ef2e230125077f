using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A cubic through a sine on 2,000 points: seconds of one full-batch epoch in double, with the sum of squares.</summary>
/// <param name="name">Name in the table.</param>
/// <param name="library">The peer: <c>torch</c> or <c>numpy</c>, both with the gradient written by hand.</param>
internal sealed class SineEpoch(string name, string library) : Benchmark
{
    private const int Points = 2000;

    public override string Name => name;

    public override string Unit => "s";

    public override string[]? PeerScript => ["sine.py", "--library", library];

    public override string? PeerName => library == "numpy" ? "NumPy" : null;

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) => new Run();

    private sealed class Run : IRun
    {
        private const int Epochs = 1_000;
        private const int Repeats = 100;

        private readonly LinearData _data;

        public Run()
        {
            double[] x = [.. Enumerable.Range(0, Points).Select(i => Math.PI * ((2.0 * i / (Points - 1)) - 1))];
            _data = new LinearData([.. x.SelectMany(v => new[] { v, v * v, v * v * v })], 3, [.. x.Select(Math.Sin)]);
        }

        public double Measure()
        {
            var options = new LinearOptions { Loss = new MeanSquaredError { Reduction = Reduction.Sum }, Optimizer = new Sgd { LearningRate = 1e-6 }, NumberOfEpochs = Epochs };
            var regression = new LinearRegression(options);
            return Repeat.Seconds(Repeats, () => regression.Run(_data)) / Epochs;
        }

        public void Dispose()
        {
        }
    }
}
