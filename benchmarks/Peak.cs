using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>What the cores reach on fused multiply-adds that touch no memory: the roof that "share of peak" is measured against.</summary>
internal static class Peak
{
    private const int Accumulators = 12;
    private const long Iterations = 40_000_000;

    public static double GigaFlops(int threads)
    {
        double best = 0;
        for (int trial = 0; trial < 5; trial++)
        {
            double[] figures = new double[threads];
            var workers = Enumerable.Range(0, threads).Select(i => new Thread(() => figures[i] = OneThread())).ToList();
            workers.ForEach(w => w.Start());
            workers.ForEach(w => w.Join());
            best = Math.Max(best, figures.Sum());
        }

        return best;
    }

    /// <summary>The same of one thread, for a part of a second and by processor time, to compare with what ran just before: who else uses the machine counts little.</summary>
    public static double GigaFlopsOfProcessorTime()
    {
        var start = Environment.CpuUsage.TotalTime;
        double flops = Loop(Iterations / 4 / Accumulators, out float sink);
        GC.KeepAlive(sink);
        return flops / (Environment.CpuUsage.TotalTime - start).TotalSeconds / 1e9;
    }

    private static double OneThread()
    {
        Loop(1000, out _);
        var watch = Stopwatch.StartNew();
        double flops = Loop(Iterations / Accumulators, out float sink);
        GC.KeepAlive(sink);
        return flops / watch.Elapsed.TotalSeconds / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Loop(long iterations, out float sink) =>
        Vector512.IsHardwareAccelerated ? Loop512(iterations, out sink) : Vector256.IsHardwareAccelerated ? Loop256(iterations, out sink) : Loop128(iterations, out sink);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Loop512(long iterations, out float sink)
    {
        var a = Vector512.Create(0.999999f);
        var b = Vector512.Create(1e-6f);
        Vector512<float> c0 = b, c1 = b, c2 = b, c3 = b, c4 = b, c5 = b, c6 = b, c7 = b, c8 = b, c9 = b, c10 = b, c11 = b;
        for (long i = 0; i < iterations; i++)
        {
            c0 = Vector512.FusedMultiplyAdd(c0, a, b);
            c1 = Vector512.FusedMultiplyAdd(c1, a, b);
            c2 = Vector512.FusedMultiplyAdd(c2, a, b);
            c3 = Vector512.FusedMultiplyAdd(c3, a, b);
            c4 = Vector512.FusedMultiplyAdd(c4, a, b);
            c5 = Vector512.FusedMultiplyAdd(c5, a, b);
            c6 = Vector512.FusedMultiplyAdd(c6, a, b);
            c7 = Vector512.FusedMultiplyAdd(c7, a, b);
            c8 = Vector512.FusedMultiplyAdd(c8, a, b);
            c9 = Vector512.FusedMultiplyAdd(c9, a, b);
            c10 = Vector512.FusedMultiplyAdd(c10, a, b);
            c11 = Vector512.FusedMultiplyAdd(c11, a, b);
        }

        sink = Vector512.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
        return 2.0 * Accumulators * Vector512<float>.Count * iterations;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Loop256(long iterations, out float sink)
    {
        var a = Vector256.Create(0.999999f);
        var b = Vector256.Create(1e-6f);
        Vector256<float> c0 = b, c1 = b, c2 = b, c3 = b, c4 = b, c5 = b, c6 = b, c7 = b, c8 = b, c9 = b, c10 = b, c11 = b;
        for (long i = 0; i < iterations; i++)
        {
            c0 = Vector256.FusedMultiplyAdd(c0, a, b);
            c1 = Vector256.FusedMultiplyAdd(c1, a, b);
            c2 = Vector256.FusedMultiplyAdd(c2, a, b);
            c3 = Vector256.FusedMultiplyAdd(c3, a, b);
            c4 = Vector256.FusedMultiplyAdd(c4, a, b);
            c5 = Vector256.FusedMultiplyAdd(c5, a, b);
            c6 = Vector256.FusedMultiplyAdd(c6, a, b);
            c7 = Vector256.FusedMultiplyAdd(c7, a, b);
            c8 = Vector256.FusedMultiplyAdd(c8, a, b);
            c9 = Vector256.FusedMultiplyAdd(c9, a, b);
            c10 = Vector256.FusedMultiplyAdd(c10, a, b);
            c11 = Vector256.FusedMultiplyAdd(c11, a, b);
        }

        sink = Vector256.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
        return 2.0 * Accumulators * Vector256<float>.Count * iterations;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static double Loop128(long iterations, out float sink)
    {
        var a = Vector128.Create(0.999999f);
        var b = Vector128.Create(1e-6f);
        Vector128<float> c0 = b, c1 = b, c2 = b, c3 = b, c4 = b, c5 = b, c6 = b, c7 = b, c8 = b, c9 = b, c10 = b, c11 = b;
        for (long i = 0; i < iterations; i++)
        {
            c0 = Vector128.FusedMultiplyAdd(c0, a, b);
            c1 = Vector128.FusedMultiplyAdd(c1, a, b);
            c2 = Vector128.FusedMultiplyAdd(c2, a, b);
            c3 = Vector128.FusedMultiplyAdd(c3, a, b);
            c4 = Vector128.FusedMultiplyAdd(c4, a, b);
            c5 = Vector128.FusedMultiplyAdd(c5, a, b);
            c6 = Vector128.FusedMultiplyAdd(c6, a, b);
            c7 = Vector128.FusedMultiplyAdd(c7, a, b);
            c8 = Vector128.FusedMultiplyAdd(c8, a, b);
            c9 = Vector128.FusedMultiplyAdd(c9, a, b);
            c10 = Vector128.FusedMultiplyAdd(c10, a, b);
            c11 = Vector128.FusedMultiplyAdd(c11, a, b);
        }

        sink = Vector128.Sum(c0 + c1 + c2 + c3 + c4 + c5 + c6 + c7 + c8 + c9 + c10 + c11);
        return 2.0 * Accumulators * Vector128<float>.Count * iterations;
    }
}
