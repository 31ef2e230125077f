using System.Globalization;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary><c>./bench.sh sweep</c>: what pruning saves and costs, what trials at once save, and what sweeps find beyond the trainer's defaults. Everything is chosen by validation rows; test rows are looked at once, at the end.</summary>
internal static class SweepCommand
{
    public const string Name = "sweep";
    private const string Usage = "Usage: ./bench.sh sweep [--mnist DIR] [--trials N] [--seeds N] [--only mnist|NAME] [--json FILE]";

    public static int Run(string[] args)
    {
        string? mnist = null, only = null, jsonFile = null;
        int? trials = null;
        int seeds = 3;
        try
        {
            for (int i = 0; i < args.Length; i++)
            {
                switch (args[i])
                {
                    case "--mnist": mnist = BenchmarkOptions.Value(args, ref i); break;
                    case "--trials": trials = BenchmarkOptions.Count(args, ref i); break;
                    case "--seeds": seeds = BenchmarkOptions.Count(args, ref i); break;
                    case "--only": only = BenchmarkOptions.Value(args, ref i); break;
                    case "--json": jsonFile = BenchmarkOptions.Value(args, ref i); break;
                    default: throw new ArgumentException($"Unknown argument '{args[i]}'.");
                }
            }

            if (jsonFile is not null)
            {
                AtomicFile.Check(jsonFile);
            }

            var results = new List<SweepFigure>();
            if (mnist is not null && only is null or "mnist")
            {
                foreach (var figure in SweepOfDigits.Measure(Mnist.Find(mnist ?? "mnist"), trials ?? 30))
                {
                    Tell(results, figure);
                }
            }

            foreach (var table in AccuracyTable.All.Where(table => table.Name != "adult-like" && (only is null || table.Name == only)))
            {
                Tell(results, SweepOfTable.Measure(table, trials ?? 40, seeds));
            }

            if (jsonFile is not null)
            {
                ResultFile.Write(jsonFile, results);
            }

            return 0;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine(exception.Message);
            Console.Error.WriteLine(Usage);
            return 2;
        }
    }

    private static void Tell(List<SweepFigure> results, SweepFigure figure)
    {
        if (results.Count == 0)
        {
            Console.WriteLine(SweepFigure.Header);
        }

        results.Add(figure);
        Console.WriteLine(figure.ToRow());
    }
}

/// <summary>A line of the table and of the JSON file.</summary>
/// <param name="Name">What was swept.</param>
/// <param name="Validation">The best score on validation rows.</param>
/// <param name="Test">Its model's score on test rows.</param>
/// <param name="Epochs">Epochs of all trials together; null where that means nothing.</param>
/// <param name="Seconds">Of the sweep.</param>
internal sealed record SweepFigure(string Name, double Validation, double Test, double? Epochs, double Seconds)
{
    public static string Header => $"{"sweep",-44} {"validation",10} {"test",8} {"epochs",8} {"seconds",9}";

    public string ToRow() => string.Create(CultureInfo.InvariantCulture, $"{Name,-44} {Validation,10:F4} {Test,8:F4} {(Epochs is { } e ? $"{e:N0}" : "-"),8} {Seconds,9:F1}");
}
