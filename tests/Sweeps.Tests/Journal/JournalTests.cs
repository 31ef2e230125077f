using System.Diagnostics;
using Microsoft.ML;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class JournalTests
{
    private readonly MLContext _context = new(1);
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder["sweep.jsonl"];

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    [TestMethod]
    public void AFinishedJournalGivesTheSameResultWithoutTraining()
    {
        var first = Program.Journaled(_context, Path).Run(_context);
        byte[] bytes = File.ReadAllBytes(Path);
        var again = Program.Journaled(_context, Path).Progress(_ => Assert.Fail("Nothing is to be done.")).Run(_context);
        CollectionAssert.AreEqual(SweepTests.Lines(first), SweepTests.Lines(again));
        CollectionAssert.AreEqual(first.Trials.Select(trial => (trial.Duration, trial.Started)).ToArray(), again.Trials.Select(trial => (trial.Duration, trial.Started)).ToArray());
        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(Path));
        Assert.AreEqual(Accuracy(first.Model), Accuracy(again.Model));
        Assert.AreEqual(first.Best!.Score, Accuracy(again.Model));
        CollectionAssert.AreEquivalent(new[] { Path, $"{Path}.trial{first.Best.Number}.zip" }, Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void MoreTrialsGoOnWhereItEndedAndTheEarlierBestCompetes()
    {
        Program.Journaled(_context, Path).Trials(9).Run(_context);
        var resumed = Program.Journaled(_context, Path).Trials(14).Run(_context);
        var whole = Rings.Sweep(_context).Trials(14).Seed(3).Pruning(new SuccessiveHalving()).Run(_context);
        CollectionAssert.AreEqual(SweepTests.Lines(whole), SweepTests.Lines(resumed));
        Assert.AreEqual(whole.Best!.Number, resumed.Best!.Number);
        Assert.AreEqual(Accuracy(whole.Model), Accuracy(resumed.Model));
    }

    [TestMethod]
    public void TheDurationOfAResumedSweepIsThatOfAllItsRuns()
    {
        var first = Program.Journaled(_context, Path).Trials(4).Run(_context);
        var again = Program.Journaled(_context, Path).Trials(4).Run(_context);
        Assert.IsGreaterThanOrEqualTo(first.Trials.Select(trial => trial.Duration).Aggregate((a, b) => a + b), again.Duration);
        var more = Program.Journaled(_context, Path).Trials(6).Run(_context);
        Assert.IsGreaterThanOrEqualTo(more.Trials.Select(trial => trial.Duration).Aggregate((a, b) => a + b), more.Duration);
    }

    [TestMethod]
    public void AResumedCrossValidationKeepsItsFolds()
    {
        SweepResult Run(int trials, bool isJournaled = true) =>
            (isJournaled ? Program.Journaled(_context, Path) : Program.Journaled(_context, _folder["other.jsonl"])).Pruning(null).Trials(trials).CrossValidate(Rings.View(_context), 3);
        Run(3);
        CollectionAssert.AreEqual(SweepTests.Lines(Run(5, isJournaled: false)), SweepTests.Lines(Run(5)));
    }

    /// <summary>Cancelled within a trial, which then goes on from its checkpoint: only epochs that are left are trained, and all is as if it had never been.</summary>
    [TestMethod]
    [DataRow(1, 2)]
    [DataRow(1, 6)]
    public void AnInterruptedTrialGoesOnWhereItStood(int number, int epochs)
    {
        GradientSweep Sweep(bool journal) => (journal ? Rings.Sweep(_context, epochs: 8).Journal(Path, resume: true) : Rings.Sweep(_context, epochs: 8)).Trials(4).Seed(3).Pruning(new SuccessiveHalving());
        var whole = Sweep(journal: false).Run(_context);
        using var source = new CancellationTokenSource();
        Sweep(journal: true).Progress(progress =>
        {
            if (progress.Trial.Number == number && progress.Trial.EpochsTrained == epochs)
            {
                source.Cancel();
            }
        }).Run(_context, source.Token);
        string checkpoint = $"{Path}.trial{number}.1.1.checkpoint";
        Assert.IsTrue(File.Exists(checkpoint));
        var told = new List<int>();
        var resumed = Sweep(journal: true).Progress(progress =>
        {
            if (progress.Trial.Number == number && progress.Event == SweepEvent.EpochFinished)
            {
                told.Add(progress.Trial.Epochs[^1].Epoch);
            }
        }).Run(_context);
        Assert.AreEqual(epochs + 1, told[0]);
        CollectionAssert.AreEqual(SweepTests.Lines(whole), SweepTests.Lines(resumed));
        Assert.AreEqual(Accuracy(whole.Model), Accuracy(resumed.Model));
        CollectionAssert.AreEqual(SweepTests.Lines(whole), SweepTests.Lines(Sweep(journal: true).Run(_context)), "as the journal has it");
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "*.checkpoint"));
    }

    /// <summary>A checkpoint that can't be read costs its epochs, not its trial.</summary>
    [TestMethod]
    public void ADamagedCheckpointOfATrialIsNoHarm()
    {
        var whole = Rings.Sweep(_context).Trials(2).Seed(3).Run(_context);
        using var source = new CancellationTokenSource();
        GradientSweep Sweep() => Rings.Sweep(_context).Trials(2).Seed(3).Journal(Path, resume: true);
        Sweep().Progress(progress => Cancel(progress.Trial is { Number: 2, EpochsTrained: 2 }, source)).Run(_context, source.Token);
        File.WriteAllText($"{Path}.trial2.1.1.checkpoint", "damaged");
        CollectionAssert.AreEqual(SweepTests.Lines(whole), SweepTests.Lines(Sweep().Run(_context)));
        Assert.IsEmpty(Directory.GetFiles(_folder.Path, "*.checkpoint"));
    }

    private static void Cancel(bool now, CancellationTokenSource source)
    {
        if (now)
        {
            source.Cancel();
        }
    }

    /// <summary>A model whose file is gone is fitted again, and is the same.</summary>
    [TestMethod]
    public void ALostModelIsFittedAgain()
    {
        var first = Program.Journaled(_context, Path).Trials(6).Run(_context);
        File.WriteAllText($"{Path}.trial{first.Best!.Number}.zip", "damaged");
        Assert.AreEqual(first.Best.Score, Accuracy(Program.Journaled(_context, Path).Trials(6).Run(_context).Model));
        File.Delete($"{Path}.trial{first.Best.Number}.zip");
        Assert.AreEqual(first.Best.Score, Accuracy(Program.Journaled(_context, Path).Trials(6).Run(_context).Model));
    }

    [TestMethod]
    public void KilledInMidSweepAndResumedItEqualsTheUninterruptedSweep()
    {
        int kills = 0;
        for (int lines = 9; kills < 3; lines += 2, kills++)
        {
            using Process child = ChildProcess.Start(ChildProcess.Program(typeof(Program).Assembly.Location, Program.SweepCommand, Path));
            _ = child.StandardError.ReadToEndAsync();
            int seen = 0;
            while (seen < lines && child.StandardOutput.ReadLine() is not null)
            {
                seen++;
            }

            Assert.AreEqual(lines, seen, "The child ended by itself.");
            child.Kill();
            child.WaitForExit();
        }

        var resumed = Program.Journaled(_context, Path).Run(_context);
        var whole = Rings.Sweep(_context).Trials(14).Seed(3).Pruning(new SuccessiveHalving()).Run(_context);
        CollectionAssert.AreEqual(SweepTests.Lines(whole), SweepTests.Lines(resumed));
        Assert.AreEqual(whole.Best!.Score, Accuracy(resumed.Model));
    }

    /// <summary>Wherever a crash has torn the file, what is whole counts, and the sweep comes to the same end.</summary>
    [TestMethod]
    public void ATornLastLineIsCutOff()
    {
        string[] whole = SweepTests.Lines(Program.Journaled(_context, Path).Trials(4).Run(_context));
        byte[] bytes = File.ReadAllBytes(Path);
        for (int length = 0; length < bytes.Length; length += 1 + (bytes.Length / 12))
        {
            string torn = _folder[$"torn{length}.jsonl"];
            File.WriteAllBytes(torn, bytes[..length]);
            CollectionAssert.AreEqual(whole, SweepTests.Lines(Program.Journaled(_context, torn).Trials(4).Run(_context)), $"{length} bytes");
        }
    }

    [TestMethod]
    public void AJournalOfAnotherSweepIsRefusedByTheDifferenceAndLeftAlone()
    {
        Program.Journaled(_context, Path).Trials(2).Run(_context);
        byte[] bytes = File.ReadAllBytes(Path);
        string Refused(GradientSweep sweep, int rows = 240) =>
            Assert.ThrowsExactly<InvalidDataException>(() => sweep.Trials(2).Run(Rings.View(_context, rows), Rings.View(_context, 120, 2))).Message;
        Assert.Contains("seed is 3 there, and 4 here", Refused(Program.Journaled(_context, Path).Seed(4)));
        Assert.Contains("parameter Width is integer [4, 16] log there, and integer [4, 17] log here", Refused(Program.Journaled(_context, Path).Over(Rings.Small.Without("Width").Integer("Width", 4, 17, true))));
        Assert.Contains("parameter Dropout is absent there", Refused(Program.Journaled(_context, Path).Over(Rings.Small.Range("Dropout", 0, 1))));
        Assert.Contains("parameter Width is integer [4, 16] log there, and absent here", Refused(Program.Journaled(_context, Path).Over(Rings.Small.Without("Width"))));
        Assert.Contains("metric is accuracy there, and log-loss here", Refused(Program.Journaled(_context, Path).Metric(SweepMetric.LogLoss())));
        Assert.Contains("training rows of fold 1 is 240 rows", Refused(Program.Journaled(_context, Path), rows: 239));
        Assert.Contains("pipeline is new MlpTrainer", Refused(Program.Journaled(_context, Path).Of(SweepTrainer.Mlp())));
        CollectionAssert.AreEqual(bytes, File.ReadAllBytes(Path));
    }

    [TestMethod]
    public void AnExistingFileIsNotWrittenOver()
    {
        File.WriteAllText(Path, "mine");
        Assert.ThrowsExactly<IOException>(() => Rings.Sweep(_context).Journal(Path).Run(_context));
        Assert.ThrowsExactly<InvalidDataException>(() => Rings.Sweep(_context).Journal(Path, resume: true).Run(_context));
        File.WriteAllText(Path, "mine\n");
        Assert.ThrowsExactly<InvalidDataException>(() => Rings.Sweep(_context).Journal(Path, resume: true).Run(_context));
        Assert.AreEqual("mine\n", File.ReadAllText(Path));
    }

    [TestMethod]
    public void ADamagedLineInTheMiddleIsTold()
    {
        Program.Journaled(_context, Path).Trials(2).Run(_context);
        string[] lines = File.ReadAllLines(Path);
        lines[2] = lines[2][..^3];
        File.WriteAllLines(Path, lines);
        Assert.Contains("Line 3", Assert.ThrowsExactly<InvalidDataException>(() => Program.Journaled(_context, Path).Run(_context)).Message);
        CollectionAssert.AreEqual(lines, File.ReadAllLines(Path));
    }

    [TestMethod]
    public void AJournalInUseIsNotSharedByTwoSweeps()
    {
        Exception? second = null;
        Program.Journaled(_context, Path).Trials(1).Progress(_ => second ??= Assert.ThrowsExactly<IOException>(() => Program.Journaled(_context, Path).Run(_context))).Run(_context);
        Assert.IsNotNull(second);
    }

    private double Accuracy(ITransformer model) => _context.MulticlassClassification.Evaluate(model.Transform(Rings.View(_context, 120, 2))).MicroAccuracy;
}
