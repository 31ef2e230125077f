using System.Diagnostics;
using ILGPU;
using ILGPU.Runtime;
using MLNet.GradientTrainers.Kernels.Gpu;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>What a device reaches on products and sums that touch no memory: the roof that "share of peak" is measured against. The device's assembler joins the two to one instruction.</summary>
internal static class GpuPeak
{
    private const int Chains = 16;
    private const int GroupSize = 256;

    public static double GigaFlops(GpuBackend backend, bool quick)
    {
        var session = backend.Session;
        int groups = session.Accelerator.NumMultiprocessors * 16;
        int iterations = 256;
        using var sink = session.Accelerator.Allocate1D<float>(groups * GroupSize);
        var launch = session.Kernel((Action<int, float, ArrayView<float>>)PeakKernel, static (accelerator, kernel) => accelerator.LoadKernel(kernel));
        double best = 0;
        for (int trial = 0; trial < (quick ? 4 : 8); trial++)
        {
            var watch = Stopwatch.StartNew();
            launch(session.Stream, new KernelConfig(groups, GroupSize), iterations, 0.999999f, sink.View.AsContiguous());
            session.Wait();
            double seconds = watch.Elapsed.TotalSeconds;
            best = Math.Max(best, 2.0 * Chains * iterations * groups * GroupSize / seconds / 1e9);
            if (seconds < 0.02 && iterations < 1 << 20)
            {
                iterations *= 8;
                trial--;
            }
        }

        return best;
    }

    internal static void PeakKernel(int iterations, float factor, ArrayView<float> sink)
    {
        float start = Group.IdxX * 1e-6f;
        float c0 = start, c1 = start, c2 = start, c3 = start, c4 = start, c5 = start, c6 = start, c7 = start;
        float d0 = start, d1 = start, d2 = start, d3 = start, d4 = start, d5 = start, d6 = start, d7 = start;
        for (int i = 0; i < iterations; i++)
        {
            c0 = (c0 * factor) + start;
            c1 = (c1 * factor) + start;
            c2 = (c2 * factor) + start;
            c3 = (c3 * factor) + start;
            c4 = (c4 * factor) + start;
            c5 = (c5 * factor) + start;
            c6 = (c6 * factor) + start;
            c7 = (c7 * factor) + start;
            d0 = (d0 * factor) + start;
            d1 = (d1 * factor) + start;
            d2 = (d2 * factor) + start;
            d3 = (d3 * factor) + start;
            d4 = (d4 * factor) + start;
            d5 = (d5 * factor) + start;
            d6 = (d6 * factor) + start;
            d7 = (d7 * factor) + start;
        }

        sink[(Grid.IdxX * Group.DimX) + Group.IdxX] = c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + d0 + d1 + d2 + d3 + d4 + d5 + d6 + d7;
    }
}
