using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>One pass of linear SGD, one row at a time, over 1,000,000 rows of 100 features in memory, beside a copy of the same bytes. In GB of features a second.</summary>
internal sealed class LinearSgd(string name) : Benchmark
{
    public const int Rows = 1_000_000;
    public const int Width = 100;
    public const double GigaBytes = sizeof(float) * (double)Rows * Width / 1e9;

    private const int Repeats = 9;

    private static readonly Lazy<LinearData> Data = new(Create);

    public override string Name => name;

    public override string Unit => "GB/s";

    public override string? PeerName => "copy of the same bytes";

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) => new Run();

    public override IRun? StartPeer(int threads) => new Copy();

    /// <summary>Feature j of row i; the same for every side.</summary>
    public static float Feature(int row, int column) => (((row * 31) + (column * 17)) % 101 * 0.02f) - 1;

    private static LinearData Create()
    {
        var builder = new DenseRowsBuilder(Width);
        float[] row = new float[Width];
        double[] targets = new double[Rows];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Width; j++)
            {
                row[j] = Feature(i, j);
            }

            builder.Add(row);
            targets[i] = row[0] - (2 * row[1]);
        }

        return new LinearData(builder.Build(), targets);
    }

    private sealed class Run : IRun
    {
        private readonly LinearData _data = Data.Value;

        public double Measure()
        {
            var regression = new LinearRegression(new LinearOptions { Optimizer = new Sgd { LearningRate = 0.001 }, BatchSize = 1, Shuffle = false, NumberOfEpochs = 1 });
            return GigaBytes / Repeat.Seconds(Repeats, () => regression.Run(_data));
        }

        public void Dispose()
        {
        }
    }

    private sealed class Copy : IRun
    {
        private readonly float[] _source = new float[Rows * Width];
        private readonly float[] _target = new float[Rows * Width];

        // Memory that nobody has written to is one page of zeros, again and again: its copy would come from the cache.
        public Copy() => _source.AsSpan().Fill(1);

        public double Measure()
        {
            return GigaBytes / Repeat.Seconds(Repeats, () => _source.AsSpan().CopyTo(_target));
        }

        public void Dispose()
        {
        }
    }
}
