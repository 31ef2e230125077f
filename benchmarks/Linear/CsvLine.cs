using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A line through 100 points: seconds of 1,000 full-batch iterations in double, the system of data/linear.csv.</summary>
internal sealed class CsvLine(string name) : Benchmark
{
    private const int Points = 100;
    private const int Iterations = 1000;

    public override string Name => name;

    public override string Unit => "s";

    public override string[]? PeerScript => ["line.py"];

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) => new Run();

    private sealed class Run : IRun
    {
        private const int Repeats = 500;

        private readonly LinearData _data;

        public Run()
        {
            var random = new Random(1);
            double[] x = [.. Enumerable.Range(0, Points).Select(_ => 25 + (50 * random.NextDouble()))];
            _data = new LinearData(x, 1, [.. x.Select(v => 8 + (1.3 * v) + (20 * (random.NextDouble() - 0.5)))]);
        }

        public double Measure()
        {
            var regression = new LinearRegression(new LinearOptions { Optimizer = new Sgd { LearningRate = 0.0001 }, NumberOfEpochs = Iterations });
            return Repeat.Seconds(Repeats, () => regression.Run(_data));
        }

        public void Dispose()
        {
        }
    }
}
