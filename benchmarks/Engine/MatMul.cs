using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A matrix product of m × k by k × n, in GFLOP/s.</summary>
internal sealed class MatMul(string name, int m, int n, int k) : Benchmark
{
    private const double SecondsPerMeasure = 0.3;

    public override string Name => name;

    public override string Unit => "GFLOP/s";

    public override string[]? PeerScript => ["matmul.py", $"{m}", $"{n}", $"{k}"];

    public override string[]? LibTorchCommand => ["matmul", $"{m}", $"{n}", $"{k}"];

    public override double? GigaFlops(double figure) => figure;

    public override IRun Start(int threads) => new Run(threads, m, n, k);

    private sealed class Run : IRun
    {
        private readonly IBackend<float> _backend;
        private readonly Tensor<float> _a;
        private readonly Tensor<float> _b;
        private readonly Tensor<float> _c;
        private readonly int _m;
        private readonly int _n;
        private readonly int _k;

        public Run(int threads, int m, int n, int k)
        {
            (_m, _n, _k) = (m, n, k);
            _backend = Backend.Create(BackendKind.Simd, threads);
            _a = _backend.Allocate(m * k);
            _b = _backend.Allocate(k * n);
            _c = _backend.Allocate(m * n);
            _backend.Fill(_a, 0.5f);
            _backend.Fill(_b, 0.25f);
        }

        public double Measure()
        {
            var watch = Stopwatch.StartNew();
            long count = 0;
            for (; watch.Elapsed.TotalSeconds < SecondsPerMeasure; count++)
            {
                _backend.MatMul(_a, false, _b, false, _c, _m, _n, _k);
            }

            return 2.0 * _m * _n * _k * count / watch.Elapsed.TotalSeconds / 1e9;
        }

        public void Dispose()
        {
            _a.Buffer!.Dispose();
            _b.Buffer!.Dispose();
            _c.Buffer!.Dispose();
            _backend.Dispose();
        }
    }
}
