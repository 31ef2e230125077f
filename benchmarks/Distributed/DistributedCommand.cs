using System.Diagnostics;
using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh distributed</c>: two ranks of one thread each beside one process of two threads, on the same two cores, in turn.</summary>
internal static class DistributedCommand
{
    public const string Name = "distributed";
    private const string Usage = "Usage: ./bench.sh distributed [--quick] [--only NAME] [--json FILE]";
    private const string Alone = "one process, two threads";

    private static readonly (string Side, string Launcher, string[] Options)[] Launchers =
    [
        ("two ranks, Open MPI", "mpirun.openmpi", ["--bind-to", "none", "--mca", "mpi_yield_when_idle", "1", "-n", "2"]),
        ("two ranks, MPICH", "mpirun.mpich", ["-n", "2"]),
    ];

    public static int Run(string[] args)
    {
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        var sides = Launchers.Where(launcher => Find(launcher.Launcher) is not null).ToArray();
        foreach (var (side, launcher, _) in Launchers.Except(sides))
        {
            Console.WriteLine($"{side}: {launcher} is not installed (see build/mpi.sh).");
        }

        Console.WriteLine("Medians of runs in turn. Ratio: the time of a step of one process with two threads, by that of the side; above 1 the side is faster. Bytes: what a rank sends for a step.");
        Console.WriteLine();
        Console.WriteLine("network         side                       step ms   ratio   kB sent");
        List<object> results = [];
        foreach (string network in DistributedSide.Networks.Where(options.Chooses))
        {
            var all = sides.Select(side => side.Side).Prepend(Alone).ToDictionary(side => side, _ => new List<(double Seconds, double Bytes)>());
            for (int round = 0; round < options.Rounds; round++)
            {
                all[Alone].Add(Measure("dotnet", [], network));
                foreach (var (side, launcher, given) in sides)
                {
                    all[side].Add(Measure(Find(launcher)!, [.. given, "dotnet"], network));
                }
            }

            foreach (var (side, measured) in all)
            {
                double seconds = Runner.Median([.. measured.Select(figure => figure.Seconds)]);
                double ratio = Runner.Median([.. all[Alone].Zip(measured, (alone, own) => alone.Seconds / own.Seconds)]);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{network,-15} {side,-26} {seconds * 1e3,7:F2} {ratio,7:F2} {measured[0].Bytes / 1e3,9:F0}"));
                results.Add(new { name = network, side, seconds, ratio, bytes = measured[0].Bytes });
            }
        }

        options.Write(results);
        return 0;
    }

    private static (double Seconds, double Bytes) Measure(string program, string[] arguments, string network)
    {
        ProcessStartInfo start = new(program) { RedirectStandardOutput = true };
        foreach (string argument in (string[])[.. arguments, "exec", typeof(DistributedCommand).Assembly.Location, DistributedSide.Command, network])
        {
            start.ArgumentList.Add(argument);
        }

        // Containers run as root.
        (start.Environment["OMPI_ALLOW_RUN_AS_ROOT"], start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"]) = ("1", "1");
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        int place = output.IndexOf("measured ", StringComparison.Ordinal);
        if (process.ExitCode != 0 || place < 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {output}");
        }

        double[] figures = [.. output[place..].Split(' ', '\n', '\r').Skip(1).Take(2).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
        return (figures[0], figures[1]);
    }

    private static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
}
