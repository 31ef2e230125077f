namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh accuracy</c>: what is learned with no option given, by ours and by the peers, rather than how fast.</summary>
internal static class AccuracyCommand
{
    public const string Name = "accuracy";
    private const string Usage = "Usage: ./bench.sh accuracy [--seeds N] [--json FILE] [--only NAME]";

    public static int Run(string[] args)
    {
        AccuracyTable[] tables;
        int seeds = 5;
        string? jsonFile = null, only = null;
        try
        {
            for (int i = 0; i < args.Length; i++)
            {
                switch (args[i])
                {
                    case "--seeds": seeds = BenchmarkOptions.Count(args, ref i); break;
                    case "--json": jsonFile = BenchmarkOptions.Value(args, ref i); break;
                    case "--only": only = BenchmarkOptions.Value(args, ref i); break;
                    default: throw new ArgumentException($"Unknown argument '{args[i]}'.");
                }
            }

            var all = AccuracyTable.All;
            tables = [.. all.Where(table => only is null || table.Name.Contains(only, StringComparison.OrdinalIgnoreCase))];
            if (tables.Length == 0)
            {
                throw new ArgumentException($"No table's name contains '{only}'. There are: {string.Join(", ", all.Select(table => table.Name))}.");
            }

            if (jsonFile is not null)
            {
                AtomicFile.Check(jsonFile);
            }
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(exception.Message);
            Console.Error.WriteLine(Usage);
            return 2;
        }

        var results = Measure(tables, seeds);
        if (jsonFile is not null)
        {
            ResultFile.Write(jsonFile, results);
        }

        return 0;
    }

    private static List<AccuracyResult> Measure(AccuracyTable[] tables, int seeds)
    {
        var peer = PythonPeer.Find("scikit-learn");
        Console.WriteLine($"Trainers with no options. Means of scores over {seeds} splits, a quarter for testing; medians of the seconds of a fit.");
        Console.WriteLine($"scikit-learn: {peer?.Name ?? "not installed (see benchmarks/README.md)"}.");
        var contestants = AccuracyRun.Contestants(peer);
        var results = new List<AccuracyResult>();
        foreach (var table in tables)
        {
            Console.WriteLine();
            Console.WriteLine($"{table.Name}: {table.Targets.Length} rows, {table.Width} features, {(table.Classes == 0 ? "a number" : $"{table.Classes} classes")}; {table.Measure}");
            Console.WriteLine(AccuracyResult.Header);
            foreach (var (raw, normalized) in AccuracyRun.Measure(table, seeds, contestants))
            {
                results.AddRange(raw, normalized);
                Console.WriteLine(AccuracyResult.ToRow(raw, normalized));
            }
        }

        var real = results.Where(result => result.Table != AdultLike.Name).ToList();
        Console.WriteLine();
        Console.WriteLine($"Mean over {string.Join(", ", real.Select(result => result.Table).Distinct())}");
        Console.WriteLine(AccuracyResult.Header);
        foreach (string line in AccuracyResult.Means(real))
        {
            Console.WriteLine(line);
        }

        return results;
    }
}
