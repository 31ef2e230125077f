using System.Diagnostics;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>For runs of a millisecond or less: many, and their median, because one that the system interrupts takes several times as long.</summary>
internal static class Repeat
{
    /// <summary>The median of the seconds that a run takes.</summary>
    public static double Seconds(int times, Action run)
    {
        var seconds = new List<double>(times);
        for (int i = 0; i < times; i++)
        {
            long start = Stopwatch.GetTimestamp();
            run();
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return Runner.Median(seconds);
    }
}
