using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Tests;

/// <summary>The entry point of the assembly when a test starts it as a child process; the test runner does not use it.</summary>
internal static class Program
{
    /// <summary>Runs a sweep with a journal, telling each epoch, until it is killed.</summary>
    public const string SweepCommand = "sweep";

    private static int Main(string[] arguments)
    {
        if (arguments is [SweepCommand, var path])
        {
            var context = new MLContext(1);
            Journaled(context, path).Progress(step =>
            {
                Console.WriteLine($"{step.Event} {step.Trial.Number}");
                Thread.Sleep(5);
            }).Run(context);
            return 0;
        }

        Console.Error.WriteLine("This is a test assembly: run it with dotnet test.");
        return 2;
    }

    public static GradientSweep Journaled(MLContext context, string path) =>
        Rings.Sweep(context).Trials(14).Seed(3).Pruning(new SuccessiveHalving()).Journal(path, resume: true);
}
