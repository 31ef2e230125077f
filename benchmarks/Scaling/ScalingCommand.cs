using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh scaling</c>: how time and memory grow with rows, features, width, depth, batch and threads; each size in a process of its own.</summary>
internal static class ScalingCommand
{
    public const string Name = "scaling";
    private const string Usage = "Usage: ./bench.sh scaling [--quick] [--only NAME] [--json FILE]";

    /// <summary>Sizes above this one are left out by <c>--quick</c>.</summary>
    private const int LargestOfQuick = 100_000;

    public static int Run(string[] args)
    {
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        ScalingAxis[] chosen = [.. ScalingAxis.All.Where(axis => options.Chooses(axis.Name))];
        if (chosen.Length == 0)
        {
            return BenchmarkOptions.Refuse($"No axis' name contains '{options.Only}'. There are: {string.Join(", ", ScalingAxis.All.Select(axis => axis.Name))}.", Usage);
        }

        Console.WriteLine("Each size in a process of its own; the least seconds of several runs. Growth: the exponent p of time ∝ sizeᵖ since the line before, beside the one that the work has.");
        Console.WriteLine();
        Console.WriteLine(ScalingResult.Header);
        var results = new List<ScalingResult>();
        foreach (var axis in chosen)
        {
            ScalingResult? before = null;
            foreach (int size in axis.Sizes.Where(size => !options.Quick || size <= LargestOfQuick))
            {
                var (seconds, megabytes) = ScalingProcess.Run(axis, size);
                double? growth = before is null ? null : Math.Log(seconds / before.Seconds) / Math.Log(size / (double)before.Size);
                before = new(axis.Name, size, seconds, growth, axis.Work, megabytes);
                results.Add(before);
                Console.WriteLine(before.ToRow());
            }
        }

        options.Write(results);
        return 0;
    }
}

/// <summary>A line of the table and of the JSON file.</summary>
/// <param name="Axis">What grows.</param>
/// <param name="Size">Its size.</param>
/// <param name="Seconds">Of a fit, or of scoring.</param>
/// <param name="Growth">The exponent since the size before; null for the first.</param>
/// <param name="Work">The exponent of the arithmetic.</param>
/// <param name="Megabytes">Peak memory of the process, its data included.</param>
internal sealed record ScalingResult(string Axis, int Size, double Seconds, double? Growth, double Work, double Megabytes)
{
    public static string Header => $"{"axis",-18} {"size",10} {"seconds",10} {"growth",7} {"work",5} {"MB",7}";

    public string ToRow() => string.Create(CultureInfo.InvariantCulture, $"{Axis,-18} {Size,10:N0} {Seconds,10:F4} {(Growth is { } p ? $"{p:F2}" : "-"),7} {Work,5:F0} {Megabytes,7:N0}");
}
