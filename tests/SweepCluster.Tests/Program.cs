using System.Globalization;
using System.Net;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Cluster.Tests;

/// <summary>The entry point of the assembly when a test starts it as a coordinator or a worker; the test runner does not use it. What happens is told in lines.</summary>
internal static class Program
{
    public const string CoordinatorCommand = "coordinator";
    public const string WorkerCommand = "worker";

    /// <summary>Begins the lines of a coordinator's result.</summary>
    public const string ResultLine = "= ";

    /// <summary>What a worker tells when it stands still, until it gets a line.</summary>
    public const string HoldLine = "holds";

    private const int Epochs = 20;

    private static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case [CoordinatorCommand, var database, var name, var address, var trials, var patience]:
                var result = Run(Sweep(int.Parse(trials, CultureInfo.InvariantCulture)).Progress(step => Console.WriteLine($"{step.Event} {step.Trial.Number} {step.Trial.EpochsTrained}")).Coordinate(new SweepCoordinatorOptions
                {
                    Backend = new PostgresBackend(database) { Patience = TimeSpan.FromSeconds(int.Parse(patience, CultureInfo.InvariantCulture)) },
                    Database = database, Name = name, Address = IPAddress.Parse(address), Resume = true, OnWorkers = workers => Console.WriteLine($"workers {string.Join(", ", workers.Select(worker => $"{worker.Name} {worker.State} [{string.Join(' ', worker.Trials)}]"))}"),
                }));
                foreach (string line in Lines.Of(result).Append(BestOf(result)))
                {
                    Console.WriteLine(ResultLine + line);
                }

                return 0;
            case [WorkerCommand, var database, var name, var address, var worker, var hold]:
                var stop = new CancellationTokenSource();
                Console.CancelKeyPress += (_, e) =>
                {
                    e.Cancel = true;
                    stop.Cancel();
                };
                int epochs = 0;
                int holdAt = int.Parse(hold, CultureInfo.InvariantCulture);
                Run(Sweep(1, epoch =>
                {
                    // Not at the first epoch of a trial: nothing of the trial would be told then.
                    if (++epochs >= holdAt && holdAt > 0 && epoch > 1)
                    {
                        holdAt = 0;
                        Console.WriteLine(HoldLine);
                        Console.ReadLine();
                    }
                }).Work(new SweepWorkerOptions { Database = database, Name = name, Address = IPAddress.Parse(address), WorkerName = worker, OnEvent = line => Console.WriteLine(line) }), stop.Token);
                return 0;
            default:
                Console.Error.WriteLine("This is a test assembly: run it with dotnet test.");
                return 2;
        }
    }

    /// <summary>The sweep of all processes.</summary>
    /// <param name="trials">Trials.</param>
    /// <param name="onEpoch">Is called at each epoch that is trained here, with its number.</param>
    public static GradientSweep Sweep(int trials, Action<int>? onEpoch = null)
    {
        var context = new MLContext(1);
        return context.GradientSweep()
            .After(Rings.Transforms(context))
            .Of(SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = Epochs, Members = 1, CheckpointEveryEpochs = 5, OnEpoch = epoch => onEpoch?.Invoke(epoch.Epoch) }))
            .Over(Rings.Small)
            .Threads(1).Trials(trials).Seed(5).Parallel(4).Pruning(new SuccessiveHalving(firstRung: 2, reproducible: true));
    }

    public static SweepResult Run(GradientSweep sweep, CancellationToken token = default)
    {
        var context = new MLContext(1);
        return sweep.Run(Rings.View(context), Rings.View(context, 120, 2), token);
    }

    /// <summary>The best trial, and its model's score.</summary>
    public static string BestOf(SweepResult result)
    {
        var context = new MLContext(1);
        return FormattableString.Invariant($"best {result.Best!.Number}: {context.MulticlassClassification.Evaluate(result.Model.Transform(Rings.View(context, 120, 2))).MicroAccuracy:R}");
    }
}
