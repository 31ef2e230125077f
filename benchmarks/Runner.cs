namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Measures both sides in turn and takes medians: a shared machine's speed drifts, and both sides drift with it.</summary>
internal static class Runner
{
    public static BenchmarkResult Run(Benchmark benchmark, BenchmarkOptions options, PythonPeer? peer, double peak)
    {
        var ours = new List<double>();
        var peers = new List<double>();
        for (int round = 0; round < options.Rounds; round++)
        {
            // Made anew in each round and gone before the peer runs, so that none of our threads stands in its way.
            using (var run = benchmark.Start(options.Threads))
            {
                run.Measure();
                ours.Add(run.Measure());
            }

            if (MeasurePeer(benchmark, options.Threads, peer) is { } figure)
            {
                peers.Add(figure);
            }
        }

        double our = Median(ours);
        double? their = peers.Count == 0 ? null : Median(peers);
        double? ratio = their is null ? null : benchmark.SmallerIsBetter ? their / our : our / their;
        string peerName = their is null ? "absent" : benchmark.PeerName ?? peer!.Name;
        return new BenchmarkResult(benchmark.Name, our, their, peerName, benchmark.Unit, ratio, benchmark.GigaFlops(our) / peak);
    }

    private static double? MeasurePeer(Benchmark benchmark, int threads, PythonPeer? peer)
    {
        if (benchmark.PeerScript is { } script)
        {
            return peer?.Run(script, threads)?.GetProperty("value").GetDouble();
        }

        using var run = benchmark.StartPeer(threads);
        run?.Measure();
        return run?.Measure();
    }

    /// <summary>The middle value, or the mean of the middle two. Sorts the values.</summary>
    public static double Median(List<double> values)
    {
        values.Sort();
        int middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }
}
