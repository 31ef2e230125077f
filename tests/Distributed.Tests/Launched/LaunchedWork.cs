using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>What each of the processes does that a launcher of MPI has started: a fit, with what a test wants to be otherwise in one of them.</summary>
internal static class LaunchedWork
{
    public const string Command = "fit";

    /// <summary>Exit code of a process that was told of an error.</summary>
    public const int Refused = 3;

    /// <summary>The epoch after which rank 0 stands still where it is to hold.</summary>
    public const int HoldAt = 10;

    /// <summary>Does it.</summary>
    /// <param name="settings">
    /// Of the form name=value: <c>epochs</c>, <c>checkpoint</c>, <c>kill</c> (the rank that kills itself when there is a checkpoint), <c>rate</c> (a learning rate of rank 1), <c>own</c> (each rank has its own rows), <c>leave</c> (a rank
    /// that ends without a word), <c>cancel</c> (the rank that is cancelled after a while), <c>hold</c> (a file that rank 0 makes after <see cref="HoldAt"/> epochs and their checkpoint, to stand still until it is gone), <c>timeout</c> (seconds; 60 where it is not given, as a busy machine may let processes wait for long), <c>errors</c> (a folder where each writes what it ends with, for when its output does not reach the launcher), <c>linear</c> (linear fits of every kind in the place of a network), <c>null</c> (a null reference, which must stay an exception).
    /// </param>
    public static int Run(string[] settings)
    {
        Dictionary<string, string> given = settings.Select(setting => setting.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        using Communicator communicator = MpiCommunicator.Create(TimeSpan.FromSeconds(Number("timeout", 60)));
        int rank = communicator.Rank;
        try
        {
            if (Number("leave", -1) == rank)
            {
                Environment.Exit(0);
            }

            if (given.ContainsKey("null"))
            {
                Assert.ThrowsExactly<NullReferenceException>(() => given.GetValueOrDefault("missing")!.Trim());
            }

            using CancellationTokenSource cancelled = new();
            int told = 0;
            MLContext context = new(rank + 1);
            MlpTrainer.Options options = Fits.Mlp with
            {
                NumberOfEpochs = Number("epochs", 6),
                CheckpointPath = given.GetValueOrDefault("checkpoint"),
                CheckpointEveryEpochs = 1,
                CancellationToken = cancelled.Token,
                OnEpoch = epoch =>
                {
                    told++;
                    if (epoch.Epoch == HoldAt && given.TryGetValue("hold", out string? hold))
                    {
                        File.WriteAllText(hold, "");
                        SpinWait.SpinUntil(() => !File.Exists(hold));
                    }
                },
            };
            if (rank == 1 && given.TryGetValue("rate", out string? rate))
            {
                options.LearningRate = double.Parse(rate, CultureInfo.InvariantCulture);
            }

            using GatheredRows? gathered = given.ContainsKey("own")
                ? communicator.GatherRows(context, Fits.View(context, Fits.Rows * rank / communicator.Size, Fits.Rows * (rank + 1) / communicator.Size))
                : null;
            IDataView rows = (IDataView?)gathered ?? Fits.View(context, 0, Fits.Rows);
            int looks = 0;
            using Timer? timer = given.ContainsKey("kill") || given.ContainsKey("cancel") ? new Timer(_ => Look(), null, 5, 5) : null;
            string hash = given.ContainsKey("linear") ? LinearFits.All(communicator) : Fits.Fit(context, options, communicator, rows);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"rank {rank} of {communicator.Size} hash {hash} epochs {told}"));
            return 0;

            void Look()
            {
                looks++;
                if (Number("cancel", -1) == rank && looks == 40)
                {
                    cancelled.Cancel();
                }

                // The file is rank 0's, and there after the first epoch; the others are killed by what they can see.
                if (Number("kill", -1) == rank && File.Exists(given["checkpoint"]))
                {
                    Process.GetCurrentProcess().Kill();
                }
            }
        }
        catch (Exception error) when (error is CommunicationException or OperationCanceledException or InvalidDataException)
        {
            if (given.TryGetValue("errors", out string? folder))
            {
                // Written aside and renamed: who sees the file sees all of it.
                string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"rank-{rank}"));
                File.WriteAllText(path + ".new", error.Message);
                File.Move(path + ".new", path);
            }

            Console.Error.WriteLine(new StringBuilder().Append(CultureInfo.InvariantCulture, $"rank {rank}: {error.GetType().Name}: {error.Message}"));
            return Refused;
        }

        int Number(string name, int otherwise) => given.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
    }
}
