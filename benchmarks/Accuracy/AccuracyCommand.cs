namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh accuracy</c>: what is learned with no option given, by ours and by the peers, rather than how fast.</summary>
internal static class AccuracyCommand
{
    public const string Name = "accuracy";
    private const string Usage = "Usage: ./bench.sh accuracy [--seeds N] [--json FILE] [--only NAME]\nNAME is a part of a table's name; --only binary takes the tables of the binary trainers.";

    public static int Run(string[] args)
    {
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        var all = AccuracyTable.All;
        AccuracyTable[] tables = [.. all.Where(table => options.Chooses(table.Name))];
        if (tables.Length == 0)
        {
            return BenchmarkOptions.Refuse($"No table's name contains '{options.Only}'. There are: {string.Join(", ", all.Select(table => table.Name))}.", Usage);
        }

        options.Write(Measure(tables, options.Seeds ?? 5));
        return 0;
    }

    private static List<AccuracyResult> Measure(AccuracyTable[] tables, int seeds)
    {
        var peer = PeerProgram.FindPython("scikit-learn");
        Console.WriteLine($"Trainers with no options. Means of scores over {seeds} splits, a quarter for testing; medians of the seconds of a fit.");
        Console.WriteLine($"scikit-learn: {peer?.Name ?? "not installed (see benchmarks/README.md)"}.");
        var contestants = AccuracyRun.Contestants(peer);
        var results = new List<AccuracyResult>();
        foreach (var table in tables)
        {
            Console.WriteLine();
            Console.WriteLine($"{table.Name}: {table.Targets.Length} rows, {table.Width} features, {(table.Classes == 0 ? "a number" : $"{table.Classes} classes")}; {table.Measure}{(table.IsBinary ? ", AUC, log-loss in nats" : "")}");
            Console.WriteLine(AccuracyResult.Header(table.IsBinary));
            foreach (var (raw, normalized) in AccuracyRun.Measure(table, seeds, contestants))
            {
                results.AddRange(raw, normalized);
                Console.WriteLine(AccuracyResult.ToRow(raw, normalized, table.IsBinary));
            }
        }

        // Binary tables are among themselves, as some are in the others' mean already and they have figures of their own.
        foreach (var group in tables.Where(table => !table.IsGenerated).GroupBy(table => table.IsBinary))
        {
            string[] names = [.. group.Select(table => table.Name)];
            Console.WriteLine();
            Console.WriteLine($"Mean over {string.Join(", ", names)}");
            Console.WriteLine(AccuracyResult.Header(group.Key));
            foreach (string line in AccuracyResult.Means([.. results.Where(result => names.Contains(result.Table))], group.Key))
            {
                Console.WriteLine(line);
            }
        }

        return results;
    }
}
