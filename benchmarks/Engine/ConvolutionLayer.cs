using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>What of a convolution is measured.</summary>
internal enum ConvolutionPass
{
    Forward,
    InputGradient,
    WeightGradient,
}

/// <summary>
/// A convolution of a network, stride 1, 64 images, in GFLOP/s of its definition's operations, which Winograd's method does not all compute: a share of the peak may be above 1. The peer is the same back end with the direct method.
/// </summary>
internal sealed class ConvolutionLayer(string name, ConvolutionPass pass, ConvolutionShape shape) : Benchmark
{
    private const int Images = 64;
    private const double SecondsPerMeasure = 0.3;

    public override string Name => name;

    public override string Unit => "GFLOP/s";

    public override string? PeerName => "direct method";

    /// <summary>The three passes of the convolutions of the digits' network, S7, LeNet-5, Small and ResNet-8 that have several channels.</summary>
    public static IEnumerable<ConvolutionLayer> All()
    {
        (string Name, ConvolutionShape Shape)[] layers =
        [
            ("digits-2", Shape(32, 14, 64, 5, 2)),
            ("s7-2", Shape(32, 16, 32, 5, 2)),
            ("s7-3", Shape(32, 8, 64, 5, 2)),
            ("lenet-2", Shape(6, 14, 16, 5, 0)),
            ("small-2", Shape(32, 14, 64, 3, 1)),
            ("small-3", Shape(64, 7, 128, 3, 1)),
            ("resnet-16", Shape(16, 32, 16, 3, 1)),
            ("resnet-32", Shape(32, 16, 32, 3, 1)),
            ("resnet-64", Shape(64, 8, 64, 3, 1)),
        ];
        return layers.SelectMany(layer => new[]
        {
            new ConvolutionLayer($"conv-{layer.Name}-forward", ConvolutionPass.Forward, layer.Shape),
            new ConvolutionLayer($"conv-{layer.Name}-input", ConvolutionPass.InputGradient, layer.Shape),
            new ConvolutionLayer($"conv-{layer.Name}-weights", ConvolutionPass.WeightGradient, layer.Shape),
        });
    }

    public override double? GigaFlops(double figure) => figure;

    public override IRun Start(int threads) => new Run(threads, pass, shape, false);

    public override IRun? StartPeer(int threads) => new Run(threads, pass, shape, true);

    private static ConvolutionShape Shape(int channels, int size, int filters, int kernel, int padding) => new(channels, size, size, filters, kernel, 1, padding, 1, 1);

    private sealed class Run : IRun
    {
        private readonly SimdBackend _backend;
        private readonly ConvolutionPass _pass;
        private readonly ConvolutionShape _shape;
        private readonly Tensor<float> _input;
        private readonly Tensor<float> _weights;
        private readonly Tensor<float> _output;

        public Run(int threads, ConvolutionPass pass, ConvolutionShape shape, bool direct)
        {
            _backend = new SimdBackend(threads, SimdBackend.WidestVector, direct: direct);
            _pass = pass;
            _shape = shape;
            _input = _backend.Allocate(Images * shape.InputSize);
            _weights = _backend.Allocate(shape.WeightSize);
            _output = _backend.Allocate(Images * shape.OutputSize);
            _backend.Fill(_input, 0.5f);
            _backend.Fill(_weights, 0.25f);
            _backend.Fill(_output, 0.125f);
        }

        public double Measure()
        {
            var watch = Stopwatch.StartNew();
            long count = 0;
            for (; watch.Elapsed.TotalSeconds < SecondsPerMeasure; count++)
            {
                switch (_pass)
                {
                    case ConvolutionPass.Forward:
                        _backend.Convolution(default(ReLURule), _shape, _input, _weights, default, _output, Images);
                        break;
                    case ConvolutionPass.InputGradient:
                        _backend.ConvolutionInputGradient(_shape, _output, _weights, _input, Images);
                        break;
                    default:
                        _backend.ConvolutionWeightGradient(_shape, _input, _output, _weights, Images);
                        break;
                }
            }

            return 2.0 * Images * _shape.OutputHeight * _shape.OutputWidth * _shape.WeightSize * count / watch.Elapsed.TotalSeconds / 1e9;
        }

        public void Dispose()
        {
            _input.Buffer!.Dispose();
            _weights.Buffer!.Dispose();
            _output.Buffer!.Dispose();
            _backend.Dispose();
        }
    }
}
