using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Checkpoints;

/// <summary>A program that fits with a checkpoint, to be killed: it prints a line once it trains and a file is there.</summary>
internal static class KilledFit
{
    public const string Command = "fit-with-checkpoint";
    public const string Trains = "trains";

    private const double OftenEnough = 0.003;

    /// <summary>Rows, so that a fit takes longer than a life.</summary>
    public const int Rows = 400;

    public static void Run(string name, string path)
    {
        var trainer = CheckpointCase.Of(name);
        int told = 0;
        trainer.Fit(path, options => Change(options, trainer, OftenEnough, () =>
        {
            if (File.Exists(path) && Interlocked.Exchange(ref told, 1) == 0)
            {
                Console.WriteLine(Trains);
            }
        }), Rows);
    }

    public static string Expected(CheckpointCase trainer) => trainer.Fit(null, options => Change(options, trainer, null, () => { }), Rows);

    public static string Finish(CheckpointCase trainer, string path) => trainer.Fit(path, options => Change(options, trainer, null, () => { }), Rows);

    private static void Change(DescentOptions options, CheckpointCase trainer, double? seconds, Action told)
    {
        ((ITrainerInput)options).CheckpointEverySeconds = seconds;
        options.NumberOfEpochs = trainer.HasMembers ? null : 40;
        options.OnEpoch = _ => told();
        if (options is TrainingOptions network)
        {
            network.OnBatch = _ => told();
        }
    }
}
