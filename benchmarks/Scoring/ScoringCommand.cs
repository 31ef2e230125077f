using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh scoring</c>: rows in bulk through Transform, and single rows, beside ONNX Runtime on the same networks.</summary>
internal static class ScoringCommand
{
    public const string Name = "scoring";
    private const string Usage = "Usage: ./bench.sh scoring [--quick] [--only NAME] [--threads N] [--json FILE]";

    public static int Run(string[] args)
    {
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        var chosen = ScoringWork.All.Where(work => options.Chooses(work.Name)).ToArray();
        if (chosen.Length == 0)
        {
            return BenchmarkOptions.Refuse($"No work's name contains '{options.Only}'. There are: {string.Join(", ", ScoringWork.All.Select(work => work.Name))}.", Usage);
        }

        Console.WriteLine("Medians of runs in turn. Ratio: rows a second, by those of the first line of the work, which is ours on one thread.");
        Console.WriteLine();
        Console.WriteLine(ScoringResult.Header);
        var results = new List<ScoringResult>();
        foreach (var work in chosen)
        {
            var model = work.Fit();
            var sides = ScoringSide.Of(work, options.Threads);
            var rates = sides.ToDictionary(side => side, _ => new List<double>());
            for (int round = 0; round < options.Rounds; round++)
            {
                foreach (var side in sides)
                {
                    // Made anew in each round and gone before the next side runs, so that no thread of one stands in the other's way.
                    using var run = side.Start(work, model);
                    if (run is not null)
                    {
                        run.Measure();
                        rates[side].Add(run.Measure());
                    }
                }
            }

            double first = Runner.Median(rates[sides[0]]);
            foreach (var side in sides)
            {
                double? rate = rates[side].Count == 0 ? null : Runner.Median(rates[side]);
                var result = new ScoringResult(work.Name, side.Name, side.Threads, rate, rate / first, 1e6 / rate);
                results.Add(result);
                Console.WriteLine(result.ToRow());
            }
        }

        options.Write(results);
        return 0;
    }
}

/// <summary>A line of the table and of the JSON file.</summary>
/// <param name="Work">What is scored.</param>
/// <param name="Side">Who scores.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Rate">Rows a second; null where the side is absent.</param>
/// <param name="Ratio">The rate by that of our side on one thread.</param>
/// <param name="Microseconds">For a row.</param>
internal sealed record ScoringResult(string Work, string Side, int Threads, double? Rate, double? Ratio, double? Microseconds)
{
    public static string Header => $"{"work",-12} {"side",-14} {"threads",7} {"rows/s",10} {"ratio",6} {"µs a row",9}";

    public string ToRow() => string.Create(
        CultureInfo.InvariantCulture, $"{Work,-12} {Side,-14} {Threads,7} {(Rate is { } rate ? $"{rate:N0}" : "absent"),10} {(Ratio is { } ratio ? $"{ratio:F2}" : "-"),6} {(Microseconds is { } time ? $"{time:F2}" : "-"),9}");
}
