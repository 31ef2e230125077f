using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Rows a second of scoring by the digits' network, 256 rows at a time, on one thread.</summary>
internal sealed class MlpPrediction(string name) : Benchmark
{
    private const int BatchRows = 256;
    private const int Batches = 400;

    public override string Name => name;

    public override string Unit => "rows/s";

    public override string[]? PeerScript => ["mnist_predict.py"];

    public override string[]? LibTorchCommand => ["mnist_predict"];

    public override double? GigaFlops(double figure) => null;

    public override IRun Start(int threads) => new Run();

    private sealed class Run : IRun
    {
        private readonly Predictor _predictor = new(NetworkWeights.Initialize(DigitLike.Network(), 1));
        private readonly float[] _rows = new float[BatchRows * DigitLike.Pixels];
        private readonly float[] _scores = new float[BatchRows * 10];

        public double Measure()
        {
            var watch = Stopwatch.StartNew();
            for (int i = 0; i < Batches; i++)
            {
                _predictor.Predict(_rows, BatchRows, _scores);
            }

            return (double)BatchRows * Batches / watch.Elapsed.TotalSeconds;
        }

        public void Dispose() => _predictor.Dispose();
    }
}
