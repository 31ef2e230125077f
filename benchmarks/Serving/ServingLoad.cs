using System.Diagnostics;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Callers that ask again as soon as they are answered, for some time.</summary>
internal static class ServingLoad
{
    public static ServingFigure Run(ServingSide side, int callers, TimeSpan time)
    {
        var latencies = Enumerable.Range(0, callers).Select(_ => new List<float>(1 << 18)).ToArray();
        bool isOver = false;
        using var process = Process.GetCurrentProcess();
        var processorTime = process.TotalProcessorTime;
        long allocated = GC.GetTotalAllocatedBytes();
        var watch = Stopwatch.StartNew();
        Task[] all = [.. latencies.Select((own, caller) => side.IsAsync ? Task.Run(() => CallAsync(own, caller)) : Task.Factory.StartNew(() => Call(own, caller), TaskCreationOptions.LongRunning))];
        Thread.Sleep(time);
        Volatile.Write(ref isOver, true);
        Task.WaitAll(all);
        double seconds = watch.Elapsed.TotalSeconds;
        allocated = GC.GetTotalAllocatedBytes() - allocated;
        process.Refresh();
        var used = process.TotalProcessorTime - processorTime;
        float[] sorted = [.. latencies.SelectMany(own => own)];
        Array.Sort(sorted);
        return new ServingFigure(sorted.Length / seconds, At(0.5), At(0.99), At(0.999), (double)allocated / sorted.Length, used.TotalMicroseconds / sorted.Length);

        double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];

        void Call(List<float> own, int caller)
        {
            var requests = ServingRows.Requests;
            long before = Stopwatch.GetTimestamp();
            for (int i = caller; !Volatile.Read(ref isOver); i++)
            {
                side.Answer(requests[i % requests.Length]);
                before = Note(own, before);
            }
        }

        async Task CallAsync(List<float> own, int caller)
        {
            var requests = ServingRows.Requests;
            long before = Stopwatch.GetTimestamp();
            for (int i = caller; !Volatile.Read(ref isOver); i++)
            {
                if (side.Name == ServingSide.PoolOfTasks)
                {
                    // As a request comes: behind those that came before it.
                    await Task.Yield();
                }

                if (side.Answer(requests[i % requests.Length]) is { } answer)
                {
                    await answer.ConfigureAwait(false);
                }

                before = Note(own, before);
            }
        }
    }

    private static long Note(List<float> own, long before)
    {
        long now = Stopwatch.GetTimestamp();
        own.Add((float)Stopwatch.GetElapsedTime(before, now).TotalMicroseconds);
        return now;
    }
}

/// <summary>What callers saw.</summary>
/// <param name="Rate">Predictions a second.</param>
/// <param name="Median">Median latency, in microseconds.</param>
/// <param name="P99">Latency that 99 of 100 requests stay below, in microseconds.</param>
/// <param name="P999">Latency that 999 of 1,000 stay below: threads that starve others show here.</param>
/// <param name="Bytes">Bytes allocated for each prediction, the caller's own included.</param>
/// <param name="ProcessorTime">Microseconds of all processors for each prediction: says what a prediction costs where the machine is not ours alone.</param>
internal sealed record ServingFigure(double Rate, double Median, double P99, double P999, double Bytes, double ProcessorTime);
