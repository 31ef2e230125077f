using System.Diagnostics;
using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// Images a second of training a convolutional network: gathering, forward, backward, update, loss of each batch, over an epoch of shuffled images.
/// </summary>
/// <param name="name">Name in the table.</param>
/// <param name="network">A name of <see cref="CnnNetworks"/>.</param>
/// <param name="batch">Images of an update.</param>
/// <param name="besideDirect">Whether the peer is the same back end with the direct method for all convolutions, not PyTorch.</param>
internal sealed class CnnTraining(string name, string network, int batch, bool besideDirect = false) : Benchmark
{
    private const int Images = 4096;

    public override string Name => name;

    public override string Unit => "images/s";

    public override string[]? PeerScript => besideDirect ? null : ["cnn.py", "--network", network, "--batch", batch.ToString(CultureInfo.InvariantCulture)];

    public override string? PeerName => besideDirect ? "direct method" : null;

    public override string[]? LibTorchCommand => ["cnn", "--network", network, "--batch", batch.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Forward, weight gradients, and input gradients of all layers but the first.</summary>
    public override double? GigaFlops(double figure)
    {
        var definition = CnnNetworks.Create(network);
        return 2.0 * ((3 * definition.MultiplyAdds) - definition.Layers[0].MultiplyAdds(definition.InputShape)) * figure / 1e9;
    }

    public override IRun Start(int threads) => new Run(network, batch, Backend.Create(BackendKind.Simd, threads));

    public override IRun? StartPeer(int threads) => besideDirect ? new Run(network, batch, new SimdBackend(threads, SimdBackend.WidestVector, direct: true)) : null;

    private sealed class Run : IRun
    {
        private readonly TrainingData _data;
        private readonly IBackend<float> _backend;
        private readonly Network<float> _network;
        private readonly TrainingOptions _options;

        public Run(string network, int batch, IBackend<float> backend)
        {
            var definition = CnnNetworks.Create(network);
            _data = CnnNetworks.Images(definition, Images);
            _options = CnnNetworks.Options(network, batch);
            _backend = backend;
            _network = new Network<float>(definition, _backend, batch, training: true);
            _network.Load(NetworkWeights.Initialize(definition, 1));
        }

        public double Measure()
        {
            var loop = new TrainingLoop<float>(_network, _options);
            var watch = Stopwatch.StartNew();
            loop.Run(_data);
            return Images / watch.Elapsed.TotalSeconds;
        }

        public void Dispose()
        {
            _network.Dispose();
            _backend.Dispose();
        }
    }
}
