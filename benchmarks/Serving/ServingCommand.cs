using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh serving</c>: requests of many callers, answered by a pool of engines or in batches.</summary>
internal static class ServingCommand
{
    public const string Name = "serving";
    private const string Usage = "Usage: ./bench.sh serving [--quick] [--only NAME] [--json FILE]";

    private static readonly int[] Callers = [1, 2, 16, 64];

    private static readonly (string Name, int[] Hidden)[] Networks = [("784-128-64-10", [128, 64]), ("784-256-64-10", [256, 64])];

    public static int Run(string[] args)
    {
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        Console.WriteLine("Medians of runs in turn; callers ask again as soon as they are answered. Ratio: predictions a second, by those of the pool whose callers are threads.");
        Console.WriteLine();
        Console.WriteLine(ServingResult.Header);
        var results = new List<ServingResult>();
        foreach (var (network, hidden) in Networks.Where(network => options.Chooses(network.Name)))
        {
            var model = ServingRows.Fit(hidden);
            foreach (int callers in Callers)
            {
                var figures = ServingSide.All.ToDictionary(side => side.Name, _ => new List<ServingFigure>());
                for (int round = 0; round < options.Rounds; round++)
                {
                    foreach (var (name, make) in ServingSide.All)
                    {
                        var side = make(model);
                        using (side.Owner)
                        {
                            ServingLoad.Run(side, callers, TimeSpan.FromMilliseconds(100));
                            figures[name].Add(ServingLoad.Run(side, callers, TimeSpan.FromMilliseconds(options.Quick ? 300 : 1000)));
                        }
                    }
                }

                double pool = Median(figures[ServingSide.Pool], figure => figure.Rate);
                foreach (var (name, measured) in figures)
                {
                    var result = new ServingResult(
                        network,
                        callers,
                        name,
                        Median(measured, figure => figure.Rate),
                        Median(measured, figure => figure.Rate) / pool,
                        Median(measured, figure => figure.Median),
                        Median(measured, figure => figure.P99),
                        Median(measured, figure => figure.P999),
                        Median(measured, figure => figure.Bytes),
                        Median(measured, figure => figure.ProcessorTime));
                    results.Add(result);
                    Console.WriteLine(result.ToRow());
                }
            }
        }

        options.Write(results);
        return 0;
    }

    private static double Median(List<ServingFigure> figures, Func<ServingFigure, double> of) => Runner.Median([.. figures.Select(of)]);
}

/// <summary>A line of the table and of the JSON file; times in microseconds.</summary>
internal sealed record ServingResult(string Network, int Callers, string Side, double Rate, double Ratio, double Median, double P99, double P999, double Bytes, double ProcessorTime)
{
    public static string Header => $"{"network",-14} {"callers",7} {"side",-12} {"rows/s",9} {"ratio",6} {"median",8} {"p99",8} {"p99.9",8} {"bytes",6} {"processor",10}";

    public string ToRow() => string.Create(CultureInfo.InvariantCulture, $"{Network,-14} {Callers,7} {Side,-12} {Rate,9:N0} {Ratio,6:F2} {Median,8:N0} {P99,8:N0} {P999,8:N0} {Bytes,6:N0} {ProcessorTime,10:F2}");
}
