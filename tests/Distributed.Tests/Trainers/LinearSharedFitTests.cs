using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>What the trainers of linear regressions and polynomials do with a communicator, on threads of this process.</summary>
[TestClass]
public sealed class LinearSharedFitTests
{
    private const int Rows = 6000;
    private const int Width = 64;

    public static IEnumerable<object[]> Names => LinearFits.Kinds.Select(kind => new object[] { kind.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void AnyNumberOfProcesses_HasTheModelOfOneAlone(string name)
    {
        const int few = 20;
        const int pieceBytes = 100;
        var (_, isDivided, rows, fit) = LinearFits.Kinds.Single(kind => kind.Name == name);
        string alone = fit(null, rows);
        foreach (int size in (int[])[1, 2, 4, 5])
        {
            foreach (string hash in InProcessCommunicator.Run(size, communicator => fit(communicator, rows)))
            {
                Assert.AreEqual(alone, hash);
            }
        }

        // Of few rows processes only tell each other what they are about to do.
        long told = Sent(rows) - Sent(few);
        Assert.AreEqual(isDivided, told > pieceBytes, $"{told} bytes more than of a few rows");

        long Sent(int count) => InProcessCommunicator.Run(2, communicator =>
        {
            fit(communicator, count);
            return communicator.BytesSent;
        })[0];
    }

    [TestMethod]
    public void OnlyTheFirstProcess_WritesAndReports()
    {
        using var folder = new TemporaryFolder();
        string[] told = InProcessCommunicator.Run(2, communicator =>
        {
            MLContext context = new(1);
            int messages = 0;
            context.Log += (_, e) => messages += e.Message.Contains("Trained 6 epochs") ? 1 : 0;
            int epochs = 0;
            string path = Path.Combine(folder.Path, $"checkpoint-{communicator.Rank}");
            bool wasThere = false;
            LinearFits.Linear(
                new MiniBatchSgdTrainer(context, LinearFits.Large with { Communicator = communicator, CheckpointPath = path, CheckpointEveryEpochs = 1, OnEpoch = _ => (epochs, wasThere) = (epochs + 1, wasThere || File.Exists(path)) }), Rows, Width);
            return $"{epochs} epochs, {messages} message, file {wasThere}";
        });
        CollectionAssert.AreEqual((string[])["6 epochs, 1 message, file True", "0 epochs, 0 message, file False"], told);
    }

    [TestMethod]
    public void ABrokenOffFit_GoesOnWithAnyNumberOfProcesses()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "checkpoint");
        string whole = Fit(LinearFits.Large);
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => Fit(LinearFits.Large with
        {
            Communicator = communicator, CheckpointPath = path, CheckpointEveryEpochs = 1, OnEpoch = epoch => _ = epoch.Epoch == 4 ? throw new IOException("a full disk") : 0,
        })));
        StringAssert.Contains(thrown.InnerExceptions.OfType<CommunicationException>().Single().Message, "Rank 0 of 2 (thread 0) has failed: a full disk");
        byte[] state = File.ReadAllBytes(path);
        foreach (string resumed in InProcessCommunicator.Run(3, communicator => Fit(LinearFits.Large with { Communicator = communicator, CheckpointPath = communicator.Rank == 0 ? path : null })))
        {
            Assert.AreEqual(whole, resumed);
        }

        // So does one process alone.
        File.WriteAllBytes(path, state);
        Assert.AreEqual(whole, Fit(LinearFits.Large with { CheckpointPath = path }));
    }

    [TestMethod]
    [DataRow(CancellationBehavior.Throw)]
    [DataRow(CancellationBehavior.ReturnBest)]
    public void ACancelledProcess_EndsAllAtTheSameStep(CancellationBehavior behavior)
    {
        using CancellationTokenSource cancelled = new();
        string[] ended = InProcessCommunicator.Run(3, communicator =>
        {
            try
            {
                // Only one of them is cancelled, and not the one that is told of epochs.
                return Fit(LinearFits.Large with
                {
                    Communicator = communicator,
                    NumberOfEpochs = 1_000_000,
                    OnEpoch = epoch => Cancel(epoch.Epoch),
                    CancellationToken = communicator.Rank == 1 ? cancelled.Token : default,
                    CancellationBehavior = behavior,
                });
            }
            catch (OperationCanceledException)
            {
                return "cancelled";
            }
        });
        void Cancel(int epoch)
        {
            if (epoch == 3)
            {
                cancelled.Cancel();
            }
        }

        Assert.HasCount(1, ended.Distinct());
        Assert.AreEqual(behavior == CancellationBehavior.Throw, ended[0] == "cancelled");
    }

    [TestMethod]
    public void WhatDiffers_IsNamed()
    {
        AssertRefused("LearningRate is 0.001 in rank 0, and 0.002 in rank 1", communicator => Fit(LinearFits.Large with { Communicator = communicator, LearningRate = 0.001 * (communicator.Rank + 1) }));
        AssertRefused("number of training rows is 6000 in rank 0, and 5999 in rank 1", communicator =>
            LinearFits.Linear(new MiniBatchSgdTrainer(new MLContext(1), LinearFits.Large with { Communicator = communicator }), Rows - communicator.Rank, Width));
        AssertRefused("number of training rows is 6000 in rank 0, and 5999 in rank 1", communicator =>
            LinearFits.Linear(new GradientDescentTrainer(new MLContext(1), new GradientDescentTrainer.Options { Communicator = communicator }), Rows - communicator.Rank, Width));
    }

    [TestMethod]
    public void AClosedForm_IsRefused()
    {
        var refused = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(1, communicator => new PolynomialTrainer(new MLContext(1), new PolynomialTrainer.Options { Communicator = communicator })));
        StringAssert.Contains(refused.InnerException!.Message, "let each process do it by itself; or set Solver = PolynomialSolver.GradientDescent");
    }

    private static string Fit(MiniBatchSgdTrainer.Options options) => LinearFits.Linear(new MiniBatchSgdTrainer(new MLContext(1), options), Rows, Width);

    private static void AssertRefused(string difference, Func<Communicator, string> fit)
    {
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, fit));
        Assert.HasCount(2, thrown.InnerExceptions);
        foreach (Exception error in thrown.InnerExceptions)
        {
            StringAssert.Contains(Assert.IsInstanceOfType<CommunicationException>(error).Message, difference);
        }
    }
}
