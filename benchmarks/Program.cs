using System.Globalization;
using MLNet.GradientTrainers.Benchmarks;

// ./bench.sh [--quick] [--json FILE] [--only NAME] [--threads N]
// ./bench.sh accuracy [--seeds N] [--json FILE] [--only NAME]
// ./bench.sh sweep [--mnist DIR] [--trials N] [--seeds N] [--only mnist|NAME] [--json FILE]
// ./bench.sh scoring [--quick] [--only NAME] [--threads N] [--json FILE]
// ./bench.sh serving [--quick] [--only NAME] [--json FILE]
// ./bench.sh scaling [--quick] [--only NAME] [--json FILE]
// ./bench.sh distributed [--quick] [--only NAME] [--json FILE]
// ./bench.sh streaming [--quick] [--mnist DIR] [--seeds N] [--threads N] [--only speed|bound|mnist] [--json FILE]
// ./bench.sh profile [--quick]
// ./bench.sh gpu [--device N] [--quick] [--only NAME] [--json FILE]
if (args is [CnnMemory.Command, var network, var batch, var threads])
{
    double megabytes = CnnMemory.Measure(network, int.Parse(batch, CultureInfo.InvariantCulture), int.Parse(threads, CultureInfo.InvariantCulture));
    Console.WriteLine(megabytes.ToString(CultureInfo.InvariantCulture));
    return 0;
}

if (args is [ScalingProcess.Command, var axis, var size])
{
    Console.WriteLine(ScalingProcess.Measure(axis, int.Parse(size, CultureInfo.InvariantCulture)));
    return 0;
}

if (args is [DistributedSide.Command, var sharedNetwork])
{
    return DistributedSide.Run(sharedNetwork);
}

if (args is [DistributedCommand.Name, ..])
{
    return DistributedCommand.Run(args[1..]);
}

if (args is [StreamedFit.Command, ..])
{
    StreamedFit.Run(args[1..]);
    return 0;
}

if (args is [StreamingCommand.Name, ..])
{
    return StreamingCommand.Run(args[1..]);
}

if (args is [AccuracyCommand.Name, ..])
{
    return AccuracyCommand.Run(args[1..]);
}

if (args is [SweepCommand.Name, ..])
{
    return SweepCommand.Run(args[1..]);
}

if (args is [ScoringCommand.Name, ..])
{
    return ScoringCommand.Run(args[1..]);
}

if (args is [ServingCommand.Name, ..])
{
    return ServingCommand.Run(args[1..]);
}

if (args is [ScalingCommand.Name, ..])
{
    return ScalingCommand.Run(args[1..]);
}

if (args is [ProfileCommand.Name, ..])
{
    return ProfileCommand.Run(args[1..]);
}

if (args is [GpuCommand.Name, ..])
{
    return GpuCommand.Run(args[1..]);
}

if (BenchmarkOptions.Parse(args) is not { } options)
{
    return BenchmarkOptions.Misused;
}

var chosen = Catalog.All.Where(b => options.Chooses(b.Name)).ToArray();
if (chosen.Length == 0)
{
    Console.Error.WriteLine($"No benchmark's name contains '{options.Only}'. There are: {string.Join(", ", Catalog.All.Select(b => b.Name))}.");
    return BenchmarkOptions.Misused;
}

var peer = PeerProgram.FindPython("pytorch");
var libTorch = PeerProgram.FindLibTorch();
double peak = Peak.GigaFlops(options.Threads);
Console.WriteLine($"{options.Threads} threads, {peak:F0} GFLOP/s of fused multiply-adds reached by a register-only loop; peer: {peer?.Name ?? "PyTorch is not installed (see benchmarks/README.md)"}{(libTorch is null ? "; libtorch: absent" : $", {libTorch.Name}")}.");
Console.WriteLine("Medians of runs in turn, ours and the peer's. Ratio above 1: ours is faster.");
Console.WriteLine();

var results = new List<BenchmarkResult>();
Console.WriteLine(BenchmarkResult.Header);
foreach (var benchmark in chosen)
{
    foreach (var result in Runner.Run(benchmark, options, peer, libTorch, peak))
    {
        results.Add(result);
        Console.WriteLine(result.ToRow());
    }
}

options.Write(results);
return 0;
