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
        if (BenchmarkOptions.Parse(args, Usage) is not { } options)
        {
            return BenchmarkOptions.Misused;
        }

        try
        {
            var results = new List<SweepFigure>();
            if (options.Mnist is not null && options.Only is null or "mnist")
            {
                foreach (var figure in SweepOfDigits.Measure(Mnist.Find(options.Mnist ?? "mnist"), options.Trials ?? 30))
                {
                    Tell(results, figure);
                }
            }

            foreach (var table in AccuracyTable.Real.Where(table => options.Only is null || table.Name == options.Only))
            {
                Tell(results, SweepOfTable.Measure(table, options.Trials ?? 40, options.Seeds ?? 3));
            }

            options.Write(results);
            return 0;
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or UnauthorizedAccessException)
        {
            return BenchmarkOptions.Refuse(exception.Message, Usage);
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
