using System.Diagnostics;
using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>A size in a process of its own, so that its peak memory is its own.</summary>
internal static class ScalingProcess
{
    /// <summary>What the process is started with, before axis and size.</summary>
    public const string Command = "--scaling";

    /// <summary>Runs are repeated for so long, at least three times, and the fastest counts.</summary>
    private static readonly TimeSpan Repeated = TimeSpan.FromSeconds(1);

    private const int FewestRuns = 3;

    public static (double Seconds, double Megabytes) Run(ScalingAxis axis, int size)
    {
        string[] figures = ChildProgram.Run(Command, axis.Name, size.ToString(CultureInfo.InvariantCulture)).Split(' ');
        return (double.Parse(figures[0], CultureInfo.InvariantCulture), double.Parse(figures[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The process: measures, and gives seconds and megabytes.</summary>
    public static string Measure(string axis, int size)
    {
        var run = ScalingAxis.All.Single(one => one.Name == axis).Prepare(size);
        var whole = Stopwatch.StartNew();
        double best = double.PositiveInfinity;
        for (int i = 0; i < FewestRuns || whole.Elapsed < Repeated; i++)
        {
            // What the run before left behind is no part of the peak.
            GC.Collect();
            var one = Stopwatch.StartNew();
            run();
            best = Math.Min(best, one.Elapsed.TotalSeconds);
        }

        using var process = Process.GetCurrentProcess();
        return string.Create(CultureInfo.InvariantCulture, $"{best:R} {process.PeakWorkingSet64 / 1e6:R}");
    }
}
