using System.Diagnostics;
using static TorchSharp.torch;

namespace MLNet.GradientTrainers.Benchmarks.LibTorch;

/// <summary>A matrix product, in GFLOP/s.</summary>
internal static class MatMul
{
    public static double Measure(int m, int n, int k)
    {
        using var a = rand(m, k);
        using var b = rand(k, n);
        Run(0.1);
        return Run(0.3);

        double Run(double seconds)
        {
            var watch = Stopwatch.StartNew();
            long count = 0;
            for (; watch.Elapsed.TotalSeconds < seconds; count++)
            {
                using var scope = NewDisposeScope();
                mm(a, b);
            }

            return 2.0 * m * n * k * count / watch.Elapsed.TotalSeconds / 1e9;
        }
    }
}
