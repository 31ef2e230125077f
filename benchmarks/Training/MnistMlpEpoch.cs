using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// Seconds of a whole epoch of the digits' network (784 → 256 → 64 → 10, mean squared error, batch 512, SGD with momentum) over 60,000 shuffled images:
/// gathering, forward, backward, update, loss of each batch, training accuracy.
/// </summary>
/// <param name="name">Name in the table.</param>
/// <param name="loader">How PyTorch gets its batches: <c>tensors</c> (indexed in memory, its fastest way) or <c>dataloader</c> (as its tutorials do).</param>
internal sealed class MnistMlpEpoch(string name, string loader) : Benchmark
{
    private const int Rows = 60_000;

    /// <summary>One epoch.</summary>
    public static TrainingOptions Options { get; } = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01, Momentum = 0.9 }, BatchSize = 512, NumberOfEpochs = 1 };

    public override string Name => name;

    public override string Unit => "s";

    public override string[]? PeerScript => ["mnist_mlp.py", "--loader", loader];

    public override string[]? LibTorchCommand => loader == "tensors" ? ["mnist_mlp"] : null;

    /// <summary>Forward, weight gradients, and input gradients of all layers but the first.</summary>
    public override double? GigaFlops(double figure) => 2.0 * Rows * ((2 * 784 * 256) + (3 * 256 * 64) + (3 * 64 * 10)) / figure / 1e9;

    public override IRun Start(int threads) => new Run(threads);

    private sealed class Run : IRun
    {
        private readonly TrainingData _data = DigitLike.Rows(Rows);
        private readonly IBackend<float> _backend;
        private readonly Network<float> _network;

        public Run(int threads)
        {
            _backend = Backend.Create(BackendKind.Simd, threads);
            var definition = DigitLike.Network();
            _network = new Network<float>(definition, _backend, 512, training: true);
            _network.Load(NetworkWeights.Initialize(definition, 1));
        }

        public double Measure()
        {
            var loop = new TrainingLoop<float>(_network, Options);
            var watch = Stopwatch.StartNew();
            loop.Run(_data);
            return watch.Elapsed.TotalSeconds;
        }

        public void Dispose()
        {
            _network.Dispose();
            _backend.Dispose();
        }
    }
}
