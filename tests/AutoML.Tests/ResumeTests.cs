using Microsoft.ML;
using Microsoft.ML.AutoML;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML.Tests;

/// <summary>Experiments that go on where an earlier one ended.</summary>
[TestClass]
public sealed class ResumeTests
{
    private readonly MLContext _context = new(1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void DeleteFolder() => _folder.Dispose();

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AResumedExperimentIsTheUninterruptedOneAndRunsNothingTwice(bool withOurTuner)
    {
        var (whole, _) = Run(7, Path.Combine(_folder.Path, "whole.jsonl"), withOurTuner);
        string path = Path.Combine(_folder.Path, "parts.jsonl");
        var (first, firstBest) = Run(4, path, withOurTuner);
        var (both, best) = Run(7, path, withOurTuner);
        CollectionAssert.AreEqual(Lines(whole), Lines(both));
        CollectionAssert.AreEqual(Lines(first), Lines(both.Take(4)));
        Assert.IsTrue(both.Take(4).All(result => result.IsFromJournal));
        Assert.IsFalse(both.Skip(4).Any(result => result.IsFromJournal));

        // The best one of before competes, with its model.
        Assert.IsLessThanOrEqualTo(firstBest.Loss, best.Loss);
        Assert.AreEqual(best.Metric, _context.MulticlassClassification.Evaluate(best.Model.Transform(Small.Rows(_context, 60, 2))).MicroAccuracy);
        Assert.AreEqual(7, File.ReadLines(path).Count(line => line.Contains("\"state\"", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void ATrialThatWasInterruptedRunsAgain()
    {
        string path = Path.Combine(_folder.Path, "journal.jsonl");
        var (whole, _) = Run(3, path, withOurTuner: true);

        // As a crash in the last trial leaves it.
        string[] lines = File.ReadAllLines(path);
        File.WriteAllText(path, string.Join('\n', lines[..^2]) + "\n{\"trial\":3,\"tr");
        var (again, _) = Run(3, path, withOurTuner: true);
        CollectionAssert.AreEqual(Lines(whole), Lines(again));
        CollectionAssert.AreEqual(new[] { true, true, false }, again.Select(result => result.IsFromJournal).ToArray());
    }

    [TestMethod]
    public void AModelFileThatIsLostCostsItsTrialOnceMore()
    {
        string path = Path.Combine(_folder.Path, "journal.jsonl");
        Run(2, path, withOurTuner: true);
        File.Delete(path + ".trial1.zip");
        CollectionAssert.AreEqual(new[] { false, true }, Run(2, path, withOurTuner: true).Results.Select(result => result.IsFromJournal).ToArray());
        CollectionAssert.AreEqual(new[] { true, true }, Run(2, path, withOurTuner: true).Results.Select(result => result.IsFromJournal).ToArray());
    }

    [TestMethod]
    public void TheBestResultHasAModelAlsoWhereAnotherTunerProposesInAnotherOrder()
    {
        string path = Path.Combine(_folder.Path, "journal.jsonl");
        var (results, _) = Run(6, path, withOurTuner: true);
        var last = results.Reverse().Select(result => result.TrialSettings.Parameter).ToArray();
        var heard = new Heard();
        var best = Small.Experiment(_context, Small.Perceptron(_context, epochs: 3), 6).SetTuner(new Listed(last)).SetGradientTrialRunner(new SuccessiveHalving(), path, resume: true).SetMonitor(heard).Run();
        Assert.IsNotNull(best.Model);
        Assert.IsTrue(heard.Results.Cast<GradientTrialResult>().Any(result => result.IsFromJournal));
        Assert.AreEqual(best.Metric, _context.MulticlassClassification.Evaluate(best.Model.Transform(Small.Rows(_context, 60, 2))).MicroAccuracy);
    }

    [TestMethod]
    public void AJournalOfAnotherExperimentIsRefused()
    {
        string path = Path.Combine(_folder.Path, "journal.jsonl");
        Run(1, path, withOurTuner: true);
        string before = File.ReadAllText(path);
        var other = Small.Experiment(_context, Small.Transforms(_context).Append(_context.Auto().Mlp(numberOfEpochs: 1)), 1);
        var refused = Assert.ThrowsExactly<AggregateException>(() => other.SetGradientTrialRunner(journalPath: path, resume: true).Run()).InnerException;
        Assert.IsInstanceOfType<InvalidDataException>(refused);
        Assert.IsInstanceOfType<IOException>(Assert.ThrowsExactly<AggregateException>(() => Small.Experiment(_context, Small.Perceptron(_context), 1).SetGradientTrialRunner(journalPath: path).Run()).InnerException);
        Assert.AreEqual(before, File.ReadAllText(path));
    }

    private (GradientTrialResult[] Results, TrialResult Best) Run(int trials, string path, bool withOurTuner)
    {
        var heard = new Heard();
        var experiment = Small.Experiment(_context, Small.Perceptron(_context, epochs: 3), trials).SetGradientTrialRunner(new SuccessiveHalving(), path, resume: true).SetMonitor(heard);
        var best = (withOurTuner ? experiment.SetGradientTuner(new TreeParzenTuner(randomTrials: 3), seed: 5) : experiment).Run();
        return ([.. heard.Results.Cast<GradientTrialResult>()], best);
    }

    private static string[] Lines(IEnumerable<GradientTrialResult> results) =>
    [
        .. results.Select(result => FormattableString.Invariant(
            $"{result.Trial.Number} {result.Trial.Values.ToJson()} {result.Trial.State} {result.Loss:R} {string.Join(';', result.Epochs.Select(epoch => epoch with { Seconds = 0 }))}")),
    ];

    private sealed class Listed(Microsoft.ML.SearchSpace.Parameter[] parameters) : ITuner
    {
        public Microsoft.ML.SearchSpace.Parameter Propose(TrialSettings settings) => parameters[settings.TrialId];

        public void Update(TrialResult result)
        {
        }
    }
}
