using System.Globalization;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Kernels.Gpu;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh gpu</c>: one device, beside the processor of the same machine.</summary>
internal static class GpuCommand
{
    public const string Name = "gpu";
    private const string Usage = "Usage: ./bench.sh gpu [--device N] [--quick] [--only NAME] [--json FILE]";

    public static int Run(string[] args)
    {
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        if (GpuDevices.Problem is { } none)
        {
            Console.WriteLine($"GPU: absent ({none}). Nothing is measured.");
            return 0;
        }

        var device = options.Device is { } wanted ? GpuDevices.All.FirstOrDefault(d => d.Index == wanted) : GpuDevices.Best ?? GpuDevices.All[0];
        if (device is null)
        {
            Console.Error.WriteLine($"There is no GPU {options.Device}. This machine has {string.Join(", ", GpuDevices.All.Select(d => $"{d.Index} ({d.Name})"))}.");
            return BenchmarkOptions.Misused;
        }

        List<GpuResult> results;
        try
        {
            results = Measure(device, options);
        }
        catch (GpuException exception)
        {
            Console.Error.WriteLine(exception.Message);
            return 1;
        }

        options.Write(results);
        return 0;
    }

    private static List<GpuResult> Measure(GpuDevice device, BenchmarkOptions options)
    {
        using var gpu = GpuDevices.Open(device.Index);
        using var processor = Backend.Create();
        double peak = GpuPeak.GigaFlops(gpu, options.Quick);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"GPU {device.Index}: {device.Name}, {device.Api}, {device.Multiprocessors} multiprocessors; {peak:N0} GFLOP/s of products and sums reached by a register-only kernel; beside it {processor.Name}."));
        Console.WriteLine(device.IsProcessor ? "This is an OpenCL driver of the processor: its figures say nothing about a card." : "Medians of runs in turn. Ratio above 1: the GPU is faster.");
        Console.WriteLine();
        Console.WriteLine(GpuResult.Header);
        var results = new List<GpuResult>();
        foreach (var result in GpuMultiply.Measure(gpu, processor, peak, device.IsProcessor)
            .Concat(GpuEpoch.Measure(gpu, processor, device.IsProcessor || options.Quick))
            .Concat(GpuCrossover.Measure(gpu, processor, device.IsProcessor || options.Quick))
            .Where(measure => options.Chooses(measure.Name))
            .SelectMany(measure => measure.Run()))
        {
            results.Add(result);
            Console.WriteLine(result.ToRow());
        }

        return results;
    }
}

/// <summary>Something to measure: one line of the table or more.</summary>
internal sealed record GpuMeasure(string Name, Func<IEnumerable<GpuResult>> Run);

/// <summary>A line of the table and of the JSON file.</summary>
/// <param name="Name">What was measured.</param>
/// <param name="Gpu">On the device.</param>
/// <param name="Processor">On the processor of the same machine; null where it means nothing there.</param>
/// <param name="Unit">The unit of both.</param>
/// <param name="Ratio">How many times faster the device is.</param>
/// <param name="ShareOfPeak">Of what a register-only kernel reaches on the device.</param>
internal sealed record GpuResult(string Name, double Gpu, double? Processor, string Unit, double? Ratio, double? ShareOfPeak)
{
    public static string Header => $"{"measure",-30} {"GPU",12} {"processor",12} {"unit",-10} {"ratio",7} {"of peak",8}";

    /// <summary>A figure of both sides; the smaller one is the better one where the unit is a time.</summary>
    public static GpuResult Of(string name, double gpu, double? processor, string unit, double? shareOfPeak = null) =>
        new(name, gpu, processor, unit, processor is not { } other ? null : unit is "s" or "ms" ? other / gpu : gpu / other, shareOfPeak);

    public string ToRow() => string.Create(
        CultureInfo.InvariantCulture, $"{Name,-30} {Figure(Gpu),12} {(Processor is { } p ? Figure(p) : "-"),12} {Unit,-10} {(Ratio is { } r ? $"{r:F2}" : "-"),7} {(ShareOfPeak is { } s ? $"{s:P0}" : "-"),8}");

    private static string Figure(double value) => value.ToString(value < 100 ? "G4" : "N0", CultureInfo.InvariantCulture);
}
