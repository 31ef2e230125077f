using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>
/// <c>./bench.sh profile</c>: where an epoch of the digits' perceptron (<c>mnist-mlp-epoch</c>) spends its processor time, by operation on one thread. Epochs and the loop that tells the peak take turns; of each operation
/// the median over the epochs is told.
/// </summary>
internal static class ProfileCommand
{
    public const string Name = "profile";

    private const string Usage = "Usage: ./bench.sh profile [--quick]";
    private const int Rows = 60_000;
    private const int BatchSize = 512;

    public static int Run(string[] args)
    {
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        var data = DigitLike.Rows(Rows);
        var definition = DigitLike.Network();
        using var plain = Backend.Create(BackendKind.Simd, 1);
        using var profiled = new ProfiledBackend(Backend.Create(BackendKind.Simd, 1));
        using var plainNetwork = Create(definition, plain);
        using var network = Create(definition, profiled);
        using var team = Backend.Create(BackendKind.Simd);
        using var teamNetwork = Create(definition, team);
        Epoch(plainNetwork, data);
        Epoch(network, data);
        Epoch(teamNetwork, data);

        var peaks = new List<double>();
        var plainSeconds = new List<double>();
        var teamSeconds = new List<double>();
        var rows = new Dictionary<string, List<double>>();
        var works = new Dictionary<string, (int Calls, double Operations)>();
        for (int round = 0; round < 2 * options.Rounds; round++)
        {
            peaks.Add(Peak.GigaFlopsOfProcessorTime());
            plainSeconds.Add(Epoch(plainNetwork, data));
            teamSeconds.Add(Epoch(teamNetwork, data));
            profiled.Clear();
            double seconds = Epoch(network, data);
            double rest = seconds;
            foreach (var operation in profiled.Operations)
            {
                Note(rows, operation.Name, operation.Seconds);
                works[operation.Name] = (operation.Calls, operation.Operations);
                rest -= operation.Seconds;
            }

            Note(rows, "all else: order of rows, judging, calls", rest);
            Note(rows, "epoch, profiled", seconds);
        }

        double peak = Runner.Median(peaks);
        double all = works.Values.Sum(work => work.Operations);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{plain.Name}: epochs of {Rows:N0} rows, batches of {BatchSize}; {peak:F0} GFLOP/s of fused multiply-adds reached by a register-only loop between them. Processor time."));
        Console.WriteLine();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"operation",-48} {"calls",6} {"ms",8} {"of epoch",9} {"of peak",8}"));
        double total = Runner.Median(rows["epoch, profiled"]);
        foreach (var (name, seconds) in rows.Select(row => (row.Key, Runner.Median(row.Value))).OrderByDescending(row => row.Item2))
        {
            var (calls, operations) = works.GetValueOrDefault(name);
            string share = operations > 0 ? string.Create(CultureInfo.InvariantCulture, $"{operations / seconds / 1e9 / peak:P0}") : "";
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-48} {(calls > 0 ? calls : ""),6} {1000 * seconds,8:F2} {seconds / total,9:P1} {share,8}"));
        }

        foreach (var (name, epoch) in new[] { ("epoch, not profiled", Runner.Median(plainSeconds)), ($"epoch, all threads of {team.Name}", Runner.Median(teamSeconds)) })
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-48} {"",6} {1000 * epoch,8:F2} {epoch / total,9:P1} {all / epoch / 1e9 / peak,8:P0}"));
        }

        return 0;
    }

    private static Network<float> Create(NetworkDefinition definition, IBackend<float> backend)
    {
        var network = new Network<float>(definition, backend, BatchSize, training: true);
        network.Load(NetworkWeights.Initialize(definition, 1));
        return network;
    }

    private static double Epoch(Network<float> network, TrainingData data)
    {
        var start = Environment.CpuUsage.TotalTime;
        new TrainingLoop<float>(network, MnistMlpEpoch.Options).Run(data);
        return (Environment.CpuUsage.TotalTime - start).TotalSeconds;
    }

    private static void Note(Dictionary<string, List<double>> rows, string name, double seconds)
    {
        if (!rows.TryGetValue(name, out var figures))
        {
            rows.Add(name, figures = []);
        }

        figures.Add(seconds);
    }
}
