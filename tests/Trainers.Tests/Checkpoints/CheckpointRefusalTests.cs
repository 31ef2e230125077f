using System.Globalization;
using System.Security.Cryptography;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Checkpoints;

/// <summary>A file of another fit, or one that is damaged, ends in a sentence that says so, and stays as it is.</summary>
[TestClass]
public sealed class CheckpointRefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["fit.checkpoint"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void OtherOptionsAreNamed()
    {
        var trainer = CheckpointCase.Of("Mlp");
        byte[] file = Make(trainer);
        Refused(o => o.LearningRate = 0.02, "it was written with LearningRate = null, the trainer has 0.02. Nothing was changed. Make the two agree; delete the file to start anew; or give another CheckpointPath.");
        Refused(o => o.NumberOfEpochs = 9, "it was written with NumberOfEpochs = 6, the trainer has 9, on which rates or members depend");
        Refused(o => o.BatchSize = 17, "it was written with BatchSize = null, the trainer has 17");
        Refused(o => o.Optimizer = new AdamW { WeightDecay = 0.3, Beta1 = 0.8 }, "it was written with Optimizer = null, the trainer has AdamW { Beta1 = 0.8, ");
        Refused(o => o.Schedule = LearningRateSchedule.Constant, "it was written with Schedule = CosineAnnealing { ");
        Refused(o => o.Loss = new SoftmaxCrossEntropy { LabelSmoothing = 0.1 }, "it was written with Loss = SoftmaxCrossEntropy { LabelSmoothing = 0, ");
        Refused(o => o.EarlyStopping = null, "it was written with EarlyStopping = EarlyStopping { ");
        Refused(o => o.Seed = 5, "its seed is ");
        Refused(o => ((MlpTrainer.Options)o).HiddenLayers = [9], "it was written with HiddenLayers = [8], the trainer has [9]");
        Refused(o => ((MlpTrainer.Options)o).AverageDecay = 0, "it was written with AverageDecay = 0.9, the trainer has 0");
        Refused(o => ((MlpTrainer.Options)o).Members = 2, "Members = ");
        Refused(o => ((MlpTrainer.Options)o).Backend = BackendKind.Reference, "device is the processor, that of this fit the processor, by the reference back end");
        Refused(o => ((MlpTrainer.Options)o).ClassWeights = ClassWeights.Of(1, 2, 3.5), "it was written with ClassWeights = null, the trainer has Of(1, 2, 3.5)");

        void Refused(Action<DescentOptions> change, string message)
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => trainer.Fit(FilePath, change));
            Assert.StartsWith($"MlpTrainer can't go on from the checkpoint '{FilePath}': it", error.Message);
            Assert.Contains(message, error.Message);
            CollectionAssert.AreEqual(file, File.ReadAllBytes(FilePath));
        }
    }

    /// <summary>A list that is longer than a message has room for.</summary>
    [TestMethod]
    public void ADifferenceFarBehindIsShown()
    {
        var (ours, theirs) = (new CheckpointFacts(), new CheckpointFacts());
        ours.Add(new MlpTrainer.Options { HiddenLayers = [.. Enumerable.Repeat(4, 300), 5] });
        theirs.Add(new MlpTrainer.Options { HiddenLayers = [.. Enumerable.Repeat(4, 300), 6] });
        string message = ours.DifferenceTo(theirs.All, mayBeLonger: false)!;
        Assert.StartsWith("it was written with HiddenLayers = … ", message);
        Assert.Contains("4, 4, 6], the trainer has … ", message);
        Assert.EndsWith("4, 4, 5]", message);
    }

    /// <summary>What other trainers have of their own.</summary>
    [TestMethod]
    public void SoAreThoseOfOtherTrainers()
    {
        Refused("Sgd", o => o.LearningRate = 0.02, "it was written with LearningRate = 0.01, the trainer has 0.02. Nothing");
        Refused("Sgd", o => o.Optimizer = new Adam { Beta1 = 0.8 }, "Optimizer = Adam { Beta1 = 0.9, ");
        Refused("Sgd", o => ((SgdTrainer.Options)o).FitIntercept = false, "FitIntercept = true, the trainer has false");
        Refused("Sgd", o => ((SgdTrainer.Options)o).InitialWeights = [1, 2, 3], "InitialWeights = null, the trainer has [1, 2, 3]");
        Refused("Sgd", o => o.Schedule = new ReduceOnPlateau { Patience = 1 }, "Patience = 0");
        Refused("Sgd", o => o.NumberOfEpochs = 2, "NumberOfEpochs = 8, the trainer has 2, and it can be raised only");
        Refused("MiniBatchSgd", o => o.NumberOfEpochs = 500, "NumberOfEpochs = null, the trainer has 500, on which rates or members depend");
        Refused("Polynomial", o => ((PolynomialTrainer.Options)o).Degree = 3, "Degree = 2, the trainer has 3");
        Refused("Cnn", o => ((CnnTrainer.Options)o).Augmentation = ImageAugmentation.None, "Augmentation = null, the trainer has ImageAugmentation { ");
        Refused("CnnStartFrom", o => ((CnnTrainer.Options)o).FreezeUpTo = 1, "it was written with FreezeUpTo = 2, the trainer has 1");
        Refused("CnnStartFrom", o => ((CnnTrainer.Options)o).StartFromRateFactor = 0.5, "it was written with StartFromRateFactor = null, the trainer has 0.5");
        Refused("CnnStartFrom", o => ((CnnTrainer.Options)o).StartFrom = CheckpointCase.Pretrained(2), "it was written with StartFrom = ");
        Refused("MlpRegression", o => ((MlpRegressionTrainer.Options)o).NormalizeLabel = false, "NormalizeLabel = true, the trainer has false");

        void Refused(string name, Action<DescentOptions> change, string message)
        {
            var trainer = CheckpointCase.Of(name);
            Make(trainer);
            Assert.Contains(message, Assert.ThrowsExactly<InvalidDataException>(() => trainer.Fit(FilePath, change)).Message);
        }
    }

    [TestMethod]
    public void OtherDataIsNamed()
    {
        var trainer = CheckpointCase.Of("Mlp");
        Make(trainer);
        var context = new MLContext(1);
        Refused(Blobs.Load(context, 59), "its number of training rows is 60, that of this fit 59");
        Refused(Blobs.Load(context, 60, seed: 2), "its hash of the training rows' features is ");
        var rows = Blobs.Rows(60, seed: 1);
        rows[7].Species = rows[8].Species;
        Refused(Blobs.Load(context, rows), "its hash of the training rows' labels is ");
        rows = Blobs.Rows(60, seed: 1);
        rows[7].Weight = 2;
        Refused(Blobs.Load(context, rows), "its hash of the training rows' weights is none, that of this fit ", o => ((ITrainerInput)o).ExampleWeightColumnName = "Weight");
        Refused(Blobs.Load(context, 60), "ValidationFraction = 0.2, the trainer has 0", o =>
        {
            ((ITrainerInput)o).ValidationSet = Blobs.Load(context, 20);
            o.ValidationFraction = 0;
        });

        void Refused(IDataView data, string message, Action<DescentOptions>? change = null) =>
            Assert.Contains(message, Assert.ThrowsExactly<InvalidDataException>(() => trainer.Create(FilePath, change).Fit(data)).Message);
    }

    [TestMethod]
    public void OtherTrainersAndStartsAreNamed()
    {
        Make(CheckpointCase.Of("Sgd"));
        Assert.Contains(
            "its trainer is SgdTrainer, that of this fit MiniBatchSgdTrainer", Assert.ThrowsExactly<InvalidDataException>(() => CheckpointCase.Of("MiniBatchSgd").Fit(FilePath)).Message);
        var trainer = CheckpointCase.Of("Mlp");
        Make(trainer);
        var context = new MLContext(1);
        var model = ((MlpTrainer)trainer.Create(null)).Fit(trainer.Load(context));
        Assert.Contains(
            "its hash of the model to start from is none, that of this fit ", Assert.ThrowsExactly<InvalidDataException>(() => ((MlpTrainer)trainer.Create(FilePath)).Fit(trainer.Load(context), model.Model)).Message);
    }

    /// <summary>Numbers are written as they are in every culture.</summary>
    [TestMethod]
    public void ACheckpointKnowsNoCulture()
    {
        var trainer = CheckpointCase.Of("Mlp");
        string expected = trainer.Fit(null);
        Make(trainer);
        var before = CultureInfo.CurrentCulture;
        var commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = commas;
        ITransformer model;
        try
        {
            model = trainer.Create(FilePath).Fit(trainer.Load(new MLContext(1)));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        Assert.AreEqual(expected, CheckpointCase.Result(model));
    }

    [TestMethod]
    public void OneFitAtATimeHasTheFile()
    {
        var trainer = CheckpointCase.Of("Sgd");
        string? message = null;
        trainer.Fit(FilePath, o => o.OnEpoch = _ => message ??= Assert.ThrowsExactly<InvalidOperationException>(() => trainer.Fit(FilePath)).Message);
        Assert.AreEqual($"Another fit of this process keeps its checkpoint in '{FilePath}'. Give each a CheckpointPath of its own.", message);
        trainer.Fit(FilePath);
    }

    [TestMethod]
    public void OptionsOutOfRangeAndPathsThatCannotBeWrittenAreRefusedBeforeAnyRow()
    {
        foreach (object[] row in CheckpointCase.All)
        {
            var trainer = (CheckpointCase)row[0];
            Refused(trainer, input => input.CheckpointPath = "", $"CheckpointPath of {trainer.Trainer.Name} is empty, but it must be the path of a file, or null for none");
            Refused(trainer, input => input.CheckpointEveryEpochs = 0, $"CheckpointEveryEpochs of {trainer.Trainer.Name} is 0, but it must be at least 1, or null");
            Refused(trainer, input => input.CheckpointEverySeconds = -1, $"CheckpointEverySeconds of {trainer.Trainer.Name} is -1, but it must be a finite number of at least 0, or null");
            Refused(trainer, input => input.CheckpointEverySeconds = double.NaN, $"CheckpointEverySeconds of {trainer.Trainer.Name} is NaN");
            var spy = new SpyView(trainer.Load(new MLContext(1)));
            Assert.ThrowsExactly<DirectoryNotFoundException>(() => trainer.Create(_folder["nowhere/fit"]).Fit(spy));
            Assert.ThrowsExactly<IOException>(() => trainer.Create(_folder.Path).Fit(spy));
            Assert.Throws<IOException>(() => trainer.Create(_folder[new string('a', 300)]).Fit(spy));
            File.WriteAllText(FilePath, "no checkpoint");
            Assert.ThrowsExactly<InvalidDataException>(() => trainer.Create(FilePath).Fit(spy));
            Assert.AreEqual(0, spy.Rows);
        }

        static void Refused(CheckpointCase trainer, Action<ITrainerInput> change, string message)
        {
            var error = Assert.ThrowsExactly<System.Reflection.TargetInvocationException>(() => trainer.Create(null, options => change((ITrainerInput)options))).InnerException!;
            Assert.IsInstanceOfType<ArgumentOutOfRangeException>(error);
            Assert.StartsWith(message, error.Message);
        }
    }

    /// <summary>500 files: cut off, with changed bytes, of a newer version, with the checksum made right again.</summary>
    [TestMethod]
    public void DamagedFilesAreRefusedInWords()
    {
        var random = new Random(1);
        foreach (string name in new[] { "Sgd", "MlpRegression", "Mlp" })
        {
            var trainer = CheckpointCase.Of(name);
            string expected = trainer.Fit(null);
            byte[] file = Make(trainer);
            Assert.Contains("it does not begin as one does", Refused(trainer, Changed(file, 3)));
            Assert.Contains("it is damaged, or has the format version 3, of which this version knows only 1", Refused(trainer, Changed(file, 8, 2)));
            Assert.Contains("it has the format version 3, and this version of the library knows only 1", Refused(trainer, Signed(Changed(file, 8, 2))));
            Assert.Contains("it is truncated or damaged, as its checksum does not match", Refused(trainer, file[..^1]));
            Assert.Contains("it is too short for one", Refused(trainer, []));
            Assert.Contains("it does not begin as one does", Refused(trainer, [.. Enumerable.Repeat((byte)'x', 100)]));
            for (int i = 0; i < 60; i++)
            {
                Refused(trainer, file[..random.Next(file.Length)]);
                Refused(trainer, Changed(file, random.Next(file.Length), 1 << random.Next(8)));
            }

            for (int i = 0; i < 50; i++)
            {
                // With a checksum that is right: what the reader itself makes of it. A number that is changed may pass.
                byte[] changed = Signed(Changed(file, 12 + random.Next(i < 30 ? Math.Min(2500, file.Length - 44) : file.Length - 44), 1 << random.Next(8)));
                File.WriteAllBytes(FilePath, changed);
                try
                {
                    trainer.Fit(FilePath);
                }
                catch (Exception exception) when (exception is InvalidDataException or DivergenceException)
                {
                    Assert.IsGreaterThan(20, exception.Message.Length);
                    CollectionAssert.AreEqual(changed, File.ReadAllBytes(FilePath));
                }
            }

            // The file itself is as good as before.
            File.WriteAllBytes(FilePath, file);
            Assert.AreEqual(expected, trainer.Fit(FilePath));
        }
    }

    private string Refused(CheckpointCase trainer, byte[] file)
    {
        File.WriteAllBytes(FilePath, file);
        string message = Assert.ThrowsExactly<InvalidDataException>(() => trainer.Fit(FilePath)).Message;
        Assert.StartsWith($"The checkpoint '{FilePath}' can't be read: ", message);
        CollectionAssert.AreEqual(file, File.ReadAllBytes(FilePath));
        return message;
    }

    private static byte[] Changed(byte[] file, int at, int bits = 1)
    {
        byte[] changed = [.. file];
        changed[at] ^= (byte)bits;
        return changed;
    }

    private static byte[] Signed(byte[] file)
    {
        SHA256.HashData(file.AsSpan(0, file.Length - 32)).CopyTo(file, file.Length - 32);
        return file;
    }

    /// <summary>The file of a fit that was cancelled, in its third epoch, or of members early on.</summary>
    private byte[] Make(CheckpointCase trainer)
    {
        File.Delete(FilePath);
        using var source = new CancellationTokenSource();
        int batches = 0;
        try
        {
            trainer.Fit(FilePath, options =>
            {
                options.CancellationToken = source.Token;
                options.OnEpoch = epoch => Cancel(epoch.Epoch == 2);
                if (trainer.HasMembers)
                {
                    ((TrainingOptions)options).OnBatch = _ => Cancel(++batches == 30);
                }
            });
        }
        catch (OperationCanceledException)
        {
        }

        return File.ReadAllBytes(FilePath);

        void Cancel(bool now)
        {
            if (now)
            {
                source.Cancel();
            }
        }
    }
}
