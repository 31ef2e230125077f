using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Checkpoints;

/// <summary>A fit that was broken off goes on from its checkpoint, and ends as if nothing had been.</summary>
[TestClass]
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["fit.checkpoint"];

    public void Dispose() => _folder.Dispose();

    /// <summary>A trainer that is new keeps checkpoints, too: give it a case.</summary>
    [TestMethod]
    public void EveryTrainerHasACase() => CollectionAssert.AreEquivalent(
        TrainerCase.Types.ToArray(), CheckpointCase.All.Select(row => ((CheckpointCase)row[0]).Trainer).Distinct().ToArray());

    /// <summary>Cancelled after each of some updates or epochs, in either way; the file stays, and goes when the fit is complete.</summary>
    [TestMethod]
    [DynamicData(nameof(CheckpointCase.All), typeof(CheckpointCase))]
    public void ACancelledFitGoesOn(CheckpointCase trainer)
    {
        int callbacks = 0;
        string expected = trainer.Fit(null, options => Count(options, () => Interlocked.Increment(ref callbacks)));
        Assert.AreEqual(expected, trainer.Fit(FilePath), "a checkpoint that nothing goes on from changes nothing");
        int broken = 0;
        var random = new Random(1);
        foreach (int at in new[] { 1, 2, callbacks / 3, callbacks - 2 }.Append(random.Next(3, callbacks - 2)).Distinct())
        {
            using var source = new CancellationTokenSource();
            int count = 0;
            try
            {
                trainer.Fit(FilePath, options =>
                {
                    options.CancellationToken = source.Token;
                    options.CancellationBehavior = at % 2 == 0 ? CancellationBehavior.Throw : CancellationBehavior.ReturnBest;
                    Count(options, () =>
                    {
                        if (Interlocked.Increment(ref count) == at)
                        {
                            source.Cancel();
                        }
                    });
                });
            }
            catch (OperationCanceledException)
            {
            }

            broken += File.Exists(FilePath) ? 1 : 0;
            Assert.AreEqual(expected, trainer.Fit(FilePath), $"cancelled in callback {at} of {callbacks}");
            Assert.IsFalse(File.Exists(FilePath));
        }

        Assert.IsGreaterThanOrEqualTo(3, broken);
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>All that a fit writes, after every update and every epoch, leads to the same end.</summary>
    [TestMethod]
    [DynamicData(nameof(CheckpointCase.All), typeof(CheckpointCase))]
    public void EveryFileThatIsWrittenLeadsToTheSameEnd(CheckpointCase trainer)
    {
        string expected = trainer.Fit(null);
        var files = new List<byte[]>();
        trainer.Fit(FilePath, options =>
        {
            var input = (ITrainerInput)options;
            input.CheckpointEverySeconds = trainer.Name == "Members" ? 0.002 : trainer.HasMembers ? null : 0;
            input.CheckpointEveryEpochs = trainer.Name == "MlpRegression" ? 1 : null;
            Count(options, () =>
            {
                // What was written before; members may write it meanwhile, which puts a whole file in its place.
                if (File.Exists(FilePath))
                {
                    lock (files)
                    {
                        files.Add(File.ReadAllBytes(FilePath));
                    }
                }
            });
        });
        Assert.IsGreaterThanOrEqualTo(3, files.Count);
        for (int i = 0; i < 6; i++)
        {
            File.WriteAllBytes(FilePath, files[i * (files.Count - 1) / 5]);
            Assert.AreEqual(expected, trainer.Fit(FilePath), $"file {i}");
        }
    }

    [TestMethod]
    public void EpochsAndSecondsSayWhenItIsWritten()
    {
        CollectionAssert.AreEqual((int[])[3, 6], WrittenBefore(everyEpochs: 3, everySeconds: null));
        CollectionAssert.AreEqual(Array.Empty<int>(), WrittenBefore(everyEpochs: null, everySeconds: 1000));
        CollectionAssert.AreEqual(Array.Empty<int>(), WrittenBefore(everyEpochs: null, everySeconds: null));
        CollectionAssert.AreEqual((int[])[1, 2, 3, 4, 5, 6, 7], WrittenBefore(everyEpochs: 1, everySeconds: null));

        // The epochs, the first of which has no file before it, after which a new file was there.
        int[] WrittenBefore(int? everyEpochs, double? everySeconds)
        {
            var written = new List<int>();
            byte[] last = [];
            CheckpointCase.Of("Sgd").Fit(FilePath, options =>
            {
                var input = (ITrainerInput)options;
                (input.CheckpointEveryEpochs, input.CheckpointEverySeconds) = (everyEpochs, everySeconds);
                options.OnEpoch = epoch =>
                {
                    byte[] now = File.Exists(FilePath) ? File.ReadAllBytes(FilePath) : [];
                    if (!now.AsSpan().SequenceEqual(last))
                    {
                        written.Add(epoch.Epoch - 1);
                        last = now;
                    }
                };
            });
            return [.. written];
        }
    }

    /// <summary>Only epochs that are new are told, and that the fit goes on.</summary>
    [TestMethod]
    public void EpochsOfBeforeAreNotToldAgain()
    {
        var trainer = CheckpointCase.Of("Mlp");
        Break(trainer, 3);
        var context = new MLContext(1);
        var infos = Log.Infos(context);
        var told = new List<int>();
        var options = new MlpTrainer.Options
        {
            HiddenLayers = [8], NumberOfEpochs = 6, Dropout = 0.2, AverageDecay = 0.9, EarlyStopping = new EarlyStopping(), ValidationFraction = 0.2, CheckpointPath = FilePath, OnEpoch = epoch => told.Add(epoch.Epoch),
        };
        var model = new MlpTrainer(context, options).Fit(trainer.Load(context));
        Assert.AreEqual(4, told[0]);
        Assert.AreEqual(1, model.Model.History.Epochs[0].Epoch);
        Assert.ContainsSingle(infos.Where(message => message.StartsWith($"Goes on from the checkpoint '{FilePath}', written ", StringComparison.Ordinal)));
    }

    /// <summary>Another context draws another seed; the checkpoint's goes before it.</summary>
    [TestMethod]
    public void ASeedThatIsLeftOpenIsThatOfTheCheckpoint()
    {
        var trainer = CheckpointCase.Of("Mlp");
        string expected = trainer.Fit(null);
        Break(trainer, 2);
        Assert.AreEqual(expected, CheckpointCase.Result(trainer.Create(FilePath, context: new MLContext(77)).Fit(trainer.Load(new MLContext(77)))));
    }

    /// <summary>Threads, callbacks, how it is cancelled, and when it is written.</summary>
    [TestMethod]
    public void WhatDoesNoHarmMayDiffer()
    {
        var trainer = CheckpointCase.Of("Mlp");
        string expected = trainer.Fit(null);
        Break(trainer, 2, options => options.CancellationBehavior = CancellationBehavior.ReturnBest);
        Assert.AreEqual(expected, trainer.Fit(FilePath, options =>
        {
            var mlp = (MlpTrainer.Options)options;
            (mlp.NumberOfThreads, mlp.OnBatch, mlp.CheckpointEveryEpochs, mlp.CheckpointEverySeconds, mlp.CancellationBehavior) = (1, _ => { }, 2, null, CancellationBehavior.Throw);
        }));
    }

    /// <summary>Where no rate depends on the number of epochs, it may be raised.</summary>
    [TestMethod]
    [DataRow("Sgd")]
    [DataRow("Mlp")]
    [DataRow("Polynomial")]
    public void AFitMayGoOnForLonger(string name)
    {
        var trainer = CheckpointCase.Of(name);
        string expected = trainer.Fit(null, Longer);
        Break(trainer, 3, Constant);
        Assert.AreEqual(expected, trainer.Fit(FilePath, Longer));

        static void Constant(DescentOptions options) => (options.Schedule, options.EarlyStopping) = (new ReduceOnPlateau { Patience = 0 }, null);

        static void Longer(DescentOptions options)
        {
            Constant(options);
            options.NumberOfEpochs += 3;
        }
    }

    [TestMethod]
    public void AClosedFormKeepsNoneAndLooksAtNone()
    {
        File.WriteAllText(FilePath, "mine");
        new PolynomialTrainer(new MLContext(1), new PolynomialTrainer.Options { CheckpointPath = FilePath }).Fit(Surface.Load(new MLContext(1)));
        Assert.AreEqual("mine", File.ReadAllText(FilePath));
    }

    [TestMethod]
    public void ADivergedFitLeavesItsFile()
    {
        var trainer = new SgdTrainer(new MLContext(1), new SgdTrainer.Options { LearningRate = 1e300, NumberOfEpochs = 5, CheckpointPath = FilePath, CheckpointEverySeconds = 0, Loss = new Huber(), Optimizer = new Sgd { LearningRate = 1e300 } });
        Assert.ThrowsExactly<DivergenceException>(() => trainer.Fit(Plane.Load(new MLContext(1), 3000)));
        Assert.IsTrue(File.Exists(FilePath));
    }

    /// <summary>A folder that goes while it trains, as a disk that is full: the fit is not lost.</summary>
    [TestMethod]
    [DataRow("Sgd")]
    [DataRow("Members")]
    public void AFitGoesOnWhereItsFileCanNoLongerBeWritten(string name)
    {
        var trainer = CheckpointCase.Of(name);
        string expected = trainer.Fit(null);
        string folder = Directory.CreateDirectory(_folder["gone"]).FullName;
        var context = new MLContext(1);
        var warnings = Log.Warnings(context);
        var estimator = trainer.Create(Path.Combine(folder, "fit"), options =>
        {
            ((ITrainerInput)options).CheckpointEveryEpochs = 1;
            Count(options, () =>
            {
                if (Directory.Exists(folder))
                {
                    try
                    {
                        Directory.Delete(folder, recursive: true);
                    }
                    catch (IOException)
                    {
                        // Another member writes into it.
                    }
                }
            });
        }, context);
        Assert.AreEqual(expected, CheckpointCase.Result(estimator.Fit(trainer.Load(context))));
        Assert.IsNotEmpty(warnings.Where(message => message.StartsWith("The checkpoint is not written, training goes on: '", StringComparison.Ordinal)));
    }

    /// <summary>Cancelled by its token once so many epochs or, with members, batches are told.</summary>
    private void Break(CheckpointCase trainer, int epochs, Action<DescentOptions>? change = null)
    {
        using var source = new CancellationTokenSource();
        try
        {
            trainer.Fit(FilePath, options =>
            {
                change?.Invoke(options);
                options.CancellationToken = source.Token;
                options.OnEpoch = epoch =>
                {
                    if (epoch.Epoch == epochs)
                    {
                        source.Cancel();
                    }
                };
            });
        }
        catch (OperationCanceledException)
        {
        }

        Assert.IsTrue(File.Exists(FilePath));
    }

    private static void Count(DescentOptions options, Action count)
    {
        options.OnEpoch = _ => count();
        if (options is TrainingOptions network)
        {
            network.OnBatch = _ => count();
        }
    }
}
