using System.Globalization;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>The command line.</summary>
internal sealed record BenchmarkOptions(bool Quick, string? JsonFile, string? Only, int Threads)
{
    public const string Usage = "Usage: ./bench.sh [--quick] [--json FILE] [--only NAME] [--threads N]";

    /// <summary>Runs of each side; the median is told.</summary>
    public int Rounds => Quick ? 3 : 7;

    public static BenchmarkOptions Parse(string[] args)
    {
        var options = new BenchmarkOptions(false, null, null, Environment.ProcessorCount);
        for (int i = 0; i < args.Length; i++)
        {
            options = args[i] switch
            {
                "--quick" => options with { Quick = true },
                "--json" => options with { JsonFile = Value(args, ref i) },
                "--only" => options with { Only = Value(args, ref i) },
                "--threads" => options with { Threads = Count(args, ref i) },
                _ => throw new ArgumentException($"Unknown argument '{args[i]}'."),
            };
        }

        return options;
    }

    internal static string Value(string[] args, ref int i) =>
        ++i < args.Length ? args[i] : throw new ArgumentException($"{args[i - 1]} needs a value.");

    internal static int Count(string[] args, ref int i)
    {
        string name = args[i];
        return int.TryParse(Value(args, ref i), CultureInfo.InvariantCulture, out int count) && count >= 1
            ? count
            : throw new ArgumentException($"{name} takes a number of at least 1.");
    }
}
