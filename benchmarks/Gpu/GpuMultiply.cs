using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Gpu;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Matrix products of square matrices, in GFLOP/s.</summary>
internal static class GpuMultiply
{
    private const double SecondsOfARun = 0.3;
    private const int Runs = 5;

    public static IEnumerable<GpuMeasure> Measure(GpuBackend gpu, IBackend<float> processor, double peak, bool small) =>
        (small ? new[] { 512 } : [1024, 4096]).Select(size => new GpuMeasure($"multiply-{size}", () => [One(size, gpu, processor, peak)]));

    private static GpuResult One(int size, GpuBackend gpu, IBackend<float> processor, double peak)
    {
        double ours = Median(gpu, size);
        return GpuResult.Of($"multiply-{size}", ours, Median(processor, size), "GFLOP/s", ours / peak);
    }

    private static double Median(IBackend<float> backend, int size)
    {
        var a = backend.Allocate(size * size);
        var b = backend.Allocate(size * size);
        var c = backend.Allocate(size * size);
        using TensorBuffer<float> a1 = a.Buffer!, b1 = b.Buffer!, c1 = c.Buffer!;
        backend.Fill(a, 0.5f);
        backend.Fill(b, 0.25f);
        var figures = new List<double>();
        float[] one = new float[1];
        for (int run = 0; run <= Runs; run++)
        {
            var watch = Stopwatch.StartNew();
            long count = 0;
            do
            {
                // Queued ten at a time, then waited for.
                for (int i = 0; i < 10; i++, count++)
                {
                    backend.MatMul(a, false, b, false, c, size, size, size);
                }

                backend.Read(c.Slice(0, 1), one);
            }
            while (watch.Elapsed.TotalSeconds < SecondsOfARun);
            if (run > 0)
            {
                figures.Add(2.0 * size * size * size * count / watch.Elapsed.TotalSeconds / 1e9);
            }
        }

        return Runner.Median(figures);
    }
}
