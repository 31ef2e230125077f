namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Measures both sides in turn and takes medians: a shared machine's speed drifts, and both sides drift with it.</summary>
internal static class Runner
{
    /// <summary>A line for the peer, and one more for libtorch where it is there and has this benchmark.</summary>
    public static IEnumerable<BenchmarkResult> Run(Benchmark benchmark, BenchmarkOptions options, PeerProgram? peer, PeerProgram? libTorch, double peak)
    {
        var ours = new List<double>();
        var peers = new List<double>();
        var libTorches = new List<double>();
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

            if (benchmark.LibTorchCommand is { } command && libTorch?.Run(command, options.Threads) is { } answer)
            {
                libTorches.Add(answer.GetProperty("value").GetDouble());
            }
        }

        double our = Median(ours);
        yield return Result(peers, benchmark.PeerName ?? peer?.Name);
        if (libTorches.Count > 0)
        {
            yield return Result(libTorches, libTorch!.Name);
        }

        BenchmarkResult Result(List<double> figures, string? name)
        {
            double? their = figures.Count == 0 ? null : Median(figures);
            double? ratio = their is null ? null : benchmark.SmallerIsBetter ? their / our : our / their;
            return new BenchmarkResult(benchmark.Name, our, their, their is null ? "absent" : name!, benchmark.Unit, ratio, benchmark.GigaFlops(our) / peak);
        }
    }

    private static double? MeasurePeer(Benchmark benchmark, int threads, PeerProgram? peer)
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
