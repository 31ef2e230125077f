using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Distributed.Tests;

/// <summary>What trainers do with a communicator, on threads of this process.</summary>
[TestClass]
public sealed class SharedFitTests
{
    /// <summary>Of every kind one: classes, answers, numbers, several answers, images, a linear classifier; with weights of rows and of classes, several members, changed images.</summary>
    private static readonly (string Name, Func<MLContext, Communicator?, IDataView, NetworkWeights> Fit)[] Kinds =
    [
        ("classes", (context, communicator, rows) => new MlpTrainer(context, Small(new MlpTrainer.Options { ExampleWeightColumnName = "Weight", ClassWeights = ClassWeights.Of(1, 2, 3), Communicator = communicator })).Fit(rows).Model.Weights),
        ("members", (context, communicator, rows) => new MlpTrainer(context, Small(new MlpTrainer.Options { Members = 2, Communicator = communicator })).Fit(rows).Model.Weights),
        ("answers", (context, communicator, rows) => new MlpBinaryTrainer(context, Small(new MlpBinaryTrainer.Options { LabelColumnName = "Answer", ValidationFraction = 0.2, Communicator = communicator })).Fit(rows).Model.Weights),
        ("numbers", (context, communicator, rows) => new MlpRegressionTrainer(context, Small(new MlpRegressionTrainer.Options { LabelColumnName = "Weight", Communicator = communicator })).Fit(rows).Model.Weights),
        ("several answers", (context, communicator, rows) => new MlpMultiLabelTrainer(context, Small(new MlpMultiLabelTrainer.Options { LabelColumnName = "Answers", Communicator = communicator })).Fit(rows).Model.Weights),
        ("images", (context, communicator, rows) => new CnnTrainer(context, new CnnTrainer.Options
        {
            Layers = [new Convolution2D(3, 2), new BatchNormalization(), new Flatten()], Augmentation = new ImageAugmentation { Shift = 1 }, NumberOfEpochs = 2, BatchSize = 50, Seed = 3, NumberOfThreads = 1, Device = ComputeDevice.Cpu, Communicator = communicator,
        }).Fit(rows).Model.Weights),
    ];

    [TestMethod]
    public void AnyNumberOfProcesses_HasTheSameModel()
    {
        string[] expected = InProcessCommunicator.Run(1, Every)[0];
        foreach (string[] hashes in InProcessCommunicator.Run(3, Every))
        {
            CollectionAssert.AreEqual(expected, hashes);
        }

        static string[] Every(Communicator communicator)
        {
            MLContext context = new(1);
            IDataView rows = Fits.View(context, 0, 300);
            return [.. Kinds.Select(kind => $"{kind.Name}: {Fits.Hash(kind.Fit(context, communicator, rows))}")];
        }
    }

    [TestMethod]
    public void ALinearClassifier_HasTheSameModel()
    {
        float[][] weights = InProcessCommunicator.Run(3, Fit);
        CollectionAssert.AreEqual(InProcessCommunicator.Run(1, Fit)[0], weights[0]);
        CollectionAssert.AreEqual(weights[0], weights[2]);

        static float[] Fit(Communicator communicator)
        {
            MLContext context = new(1);
            var model = new SgdLogisticTrainer(context, new SgdLogisticTrainer.Options { LabelColumnName = "Answer", NumberOfEpochs = 2, BatchSize = 50, Seed = 3, Communicator = communicator }).Fit(Fits.View(context, 0, 300)).Model.SubModel;
            return [.. model.Weights, model.Bias];
        }
    }

    [TestMethod]
    public void OnlyTheFirstProcess_WritesAndReports_OfAllRows()
    {
        using var folder = new TemporaryFolder();
        string[] told = InProcessCommunicator.Run(2, communicator =>
        {
            MLContext context = new(1);
            List<string> messages = [];
            context.Log += (_, e) => messages.Add(e.Message);
            List<BatchProgress> batches = [];
            int epochs = 0;
            string path = Path.Combine(folder.Path, $"checkpoint-{communicator.Rank}");
            bool wasThere = false;
            Fits.Fit(context, Fits.Mlp with { CheckpointPath = path, CheckpointEveryEpochs = 1, OnBatch = batches.Add, OnEpoch = _ => (epochs, wasThere) = (epochs + 1, wasThere || File.Exists(path)) }, communicator, rows: null);
            string last = batches.Count == 0 ? "" : $", batch {batches[^1].Batch} of {batches[^1].Batches}";
            return $"{epochs} epochs, {batches.Count(batch => batch.Phase == TrainingPhase.Training)} batches{last}, {(messages.Exists(message => message.Contains("Trained 6 epochs")) ? "a message" : "no message")}, file {wasThere}";
        });
        Assert.AreEqual("6 epochs, 54 batches, batch 8 of 8, a message, file True", told[0]);
        Assert.AreEqual("0 epochs, 0 batches, no message, file False", told[1]);
    }

    [TestMethod]
    public void OpenSeeds_AreTheFirstProcesss()
    {
        string[] hashes = InProcessCommunicator.Run(2, communicator => Fits.Fit(new MLContext(communicator.Rank + 10), Fits.Mlp with { Seed = null }, communicator, rows: null));
        Assert.AreEqual(hashes[0], hashes[1]);
    }

    [TestMethod]
    public void ABrokenOffFit_GoesOnWithTheFirstProcesssCheckpoint()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "checkpoint");
        string whole = InProcessCommunicator.Run(1, communicator => Fits.Fit(Fits.Mlp, communicator))[0];
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => Fits.Fit(
            Fits.Mlp with { CheckpointPath = path, CheckpointEveryEpochs = 1, OnEpoch = epoch => _ = epoch.Epoch == 4 ? throw new IOException("a full disk") : 0 }, communicator)));
        StringAssert.Contains(thrown.InnerExceptions.OfType<CommunicationException>().Single().Message, "Rank 0 of 2 (thread 0) has failed: a full disk");
        foreach (string resumed in InProcessCommunicator.Run(3, communicator => Fits.Fit(Fits.Mlp with { CheckpointPath = communicator.Rank == 0 ? path : null }, communicator)))
        {
            Assert.AreEqual(whole, resumed);
        }

        // A fit that is not cut into shards would come to other bits.
        Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => Fits.Fit(
            Fits.Mlp with { CheckpointPath = path, CheckpointEveryEpochs = 1, OnEpoch = epoch => _ = epoch.Epoch == 4 ? throw new IOException("a full disk") : 0 }, communicator)));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Fits.Fit(Fits.Mlp with { CheckpointPath = path }, null)).Message, "in shards");
    }

    [TestMethod]
    public void WhatDiffers_IsNamed()
    {
        AssertRefused("Dropout is 0.2 in rank 0, and 0.3 in rank 1", communicator => Fits.Fit(Fits.Mlp with { Dropout = communicator.Rank == 0 ? 0.2 : 0.3 }, communicator));
        AssertRefused("seed is 5 in rank 0, and 6 in rank 1", communicator => Fits.Fit(Fits.Mlp with { Seed = 5 + communicator.Rank }, communicator));
        AssertRefused("number of training rows is 620 in rank 0, and 619 in rank 1", communicator => Fit(communicator, context => Fits.View(context, 0, Fits.Rows - communicator.Rank)));
        AssertRefused("hash of the training rows' features is", communicator => Fit(communicator, context => Fits.View(context, communicator.Rank, 600 + communicator.Rank)));
        AssertRefused("trainer is MlpTrainer in rank 0, and MlpRegressionTrainer in rank 1", communicator =>
        {
            MLContext context = new(1);
            return communicator.Rank == 0
                ? Fits.Fit(context, Fits.Mlp, communicator, rows: null)
                : new MlpRegressionTrainer(context, new MlpRegressionTrainer.Options { LabelColumnName = "Weight", Members = 1, Communicator = communicator }).Fit(Fits.View(context, 0, Fits.Rows)).ToString()!;
        });

        static string Fit(Communicator communicator, Func<MLContext, IDataView> rows)
        {
            MLContext context = new(1);
            return Fits.Fit(context, Fits.Mlp, communicator, rows(context));
        }
    }

    [TestMethod]
    public void WhatFailsBeforeTheTraining_EndsAll()
    {
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => Fits.Fit(Fits.Mlp with { LabelColumnName = communicator.Rank == 1 ? "Lable" : "Label" }, communicator)));
        StringAssert.Contains(thrown.InnerExceptions.OfType<CommunicationException>().Single().Message, "Rank 1 of 2 (thread 1) has failed: ");
        StringAssert.Contains(thrown.InnerExceptions.OfType<ArgumentOutOfRangeException>().Single().Message, "Lable");

        // Nothing else is done alike, either.
        thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, communicator => communicator.Rank == 0 ? Fits.Fit(Fits.Mlp, communicator) : $"{communicator.AllGather("votes", [1]).Count}"));
        StringAssert.Contains(thrown.InnerExceptions[0].Message, "the processes do not do the same");
    }

    /// <summary>Windows must be the same everywhere, and are where the limits are.</summary>
    [TestMethod]
    public void StreamedRows_HaveTheSameModel_WithTheSameLimitOnly()
    {
        string expected = InProcessCommunicator.Run(1, communicator => Streamed(communicator, 4 << 20))[0];
        foreach (string hash in InProcessCommunicator.Run(3, communicator => Streamed(communicator, 4 << 20)))
        {
            Assert.AreEqual(expected, hash);
        }

        AssertRefused("MemoryLimit of streamed training rows is 4194304 in rank 0, and 4195328 in rank 1", communicator => Streamed(communicator, (4 << 20) + (communicator.Rank * 1024)));

        static string Streamed(Communicator communicator, long limit)
        {
            const int width = 256;
            MLContext context = new(1);
            var rows = Enumerable.Range(0, 3000).Select(i => new Wide { Label = (uint)(i % 3), Features = [.. Enumerable.Range(0, width).Select(j => (float)(((i * 31) + (j * j)) % 97 * 0.3))] }).ToArray();
            return Fits.Fit(context, Fits.Mlp with { NumberOfEpochs = 2, ValidationFraction = 0, EarlyStopping = null, Rows = RowStorage.Streamed, MemoryLimit = limit }, communicator, context.Data.LoadFromEnumerable(rows));
        }
    }

    private static void AssertRefused(string difference, Func<Communicator, string> fit)
    {
        var thrown = Assert.ThrowsExactly<AggregateException>(() => InProcessCommunicator.Run(2, fit));
        Assert.HasCount(2, thrown.InnerExceptions);
        foreach (Exception error in thrown.InnerExceptions)
        {
            StringAssert.Contains(Assert.IsInstanceOfType<CommunicationException>(error).Message, difference);
        }
    }

    private static TOptions Small<TOptions>(TOptions options)
        where TOptions : MlpOptions
    {
        (options.HiddenLayers, options.NumberOfEpochs, options.BatchSize, options.Seed, options.NumberOfThreads, options.Device) = ([9], 2, 50, 3, 1, ComputeDevice.Cpu);
        return options;
    }

    private sealed class Wide
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(256)]
        public float[] Features { get; set; } = [];
    }
}
