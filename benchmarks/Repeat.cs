using System.Diagnostics;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>For runs of a millisecond or less: many, and their median, because one that the system interrupts takes several times as long.</summary>
internal static class Repeat
{
    /// <summary>The median of the seconds that a run takes.</summary>
    public static double Seconds(int times, Action run)
    {
        double[] seconds = new double[times];
        foreach (ref double second in seconds.AsSpan())
        {
            long start = Stopwatch.GetTimestamp();
            run();
            second = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(seconds);
        return seconds[times / 2];
    }
}
