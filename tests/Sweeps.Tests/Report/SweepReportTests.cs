using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed partial class SweepReportTests
{
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(500)]
    public void AnyNumberOfTrialsGivesOneFileThatNeedsNoOther(int trials)
    {
        string html = Written(MadeUp.Result(trials));
        Assert.AreEqual(trials, Rows().Count(html));
        Assert.AreEqual(3 * trials, new Regex("<g class=\"trial ").Count(html), "Two charts of curves, and parallel coordinates.");
        Assert.IsFalse(Foreign().IsMatch(html), "The page names something outside itself.");
        Assert.IsFalse(NoNumber().IsMatch(html), "A number is none.");
        Assert.AreEqual(trials > 0, html.Contains("The best pipeline", StringComparison.Ordinal));
    }

    [TestMethod]
    public void StatesReasonsAndTheMethodOfImportanceAreTold()
    {
        string html = Written(MadeUp.Result(30));
        foreach (string part in new[] { "18 finished, 9 pruned, 3 failed", "The training diverged in epoch 3", "After 3 epochs 5 of 6 trials", "Kruskal and Wallis", "class=\"trial best finished\"", "new MlpTrainer(" })
        {
            StringAssert.Contains(html, part);
        }
    }

    [TestMethod]
    public void WhyTheFirstTrialIsTheBestIsTold()
    {
        var result = MadeUp.Result(30);
        var trials = result.Trials.Select(trial => trial.Score is { } score ? trial with { FoldScores = [score - (0.1 * trial.Number), score + (0.1 * trial.Number)] } : trial);
        result = result with { Space = result.Space.StartingWith(ParameterValues.Empty), Trials = [.. trials] };
        Assert.AreEqual(1, result.Best!.Number);
        Assert.AreNotEqual(1, result.Leaderboard[0].Number);
        string html = Written(result);
        Assert.AreEqual(2, new Regex(Regex.Escape("did not beat the first trial")).Count(html), "At a glance, and in the leaderboard.");
        StringAssert.Contains(html, "best, trial 1<");
    }

    [TestMethod]
    public void NamesAreTextWhateverTheyHold()
    {
        const string Evil = "</script><img src=x onerror=alert(1)>\"'&\u202e\u0000";
        var space = SearchSpace.Empty.Range(Evil, 0, 1).Choice("b" + Evil, new ChoiceOption(Evil, SearchSpace.Empty.Integer(Evil, 1, 3)), new ChoiceOption("plain"));
        var result = MadeUp.Result(20, space);
        result = result with { BestCode = Evil, Tuner = Evil, Trials = [.. result.Trials.Select(trial => trial with { Reason = Evil })] };
        string html = Written(result, Evil);
        Assert.IsFalse(html.Contains("<img", StringComparison.Ordinal));
        Assert.AreEqual(1, new Regex("</script>").Count(html));
        Assert.IsFalse(html.Any(letter => letter is '\u202e' or '\0'));
        StringAssert.Contains(html, "&lt;img src=x");
    }

    [TestMethod]
    public void NumbersAreTheSameInEveryCulture()
    {
        var culture = CultureInfo.CurrentCulture;
        try
        {
            string plain = Written(MadeUp.Result(12));
            var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            (comma.NumberFormat.NumberDecimalSeparator, comma.NumberFormat.NumberGroupSeparator) = (",", ".");
            CultureInfo.CurrentCulture = comma;
            Assert.AreEqual(plain, Written(MadeUp.Result(12)));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [TestMethod]
    public void ASweepWithoutEpochsOrCompletedTrialsHasAReport()
    {
        var result = MadeUp.Result(9, SearchSpace.Empty.Range("x", 2, 2));
        result = result with { BestCode = null, Trials = [.. result.Trials.Select(trial => trial with { Epochs = [], Score = null, State = TrialState.Failed, Reason = "no room" })] };
        string html = Written(result);
        StringAssert.Contains(html, "No trial was completed. The first that failed, number 1: no room");
        StringAssert.Contains(html, "No trial has told of epochs.");
    }

    [TestMethod]
    public void ParametersOfOneNameShareAColumn()
    {
        var parameters = ReportParameter.Of(MadeUp.Result(40));
        CollectionAssert.AreEqual(
            new[] { "Optimizer", "LearningRate", "WeightDecay", "Momentum", "Nesterov", "Schedule", "BatchSize", "Depth", "Width", "Activation", "Dropout" }, parameters.Select(parameter => parameter.Name).ToArray());
        Assert.AreEqual("", parameters[1].Text(MadeUp.Result(1).Trials[0]));
    }

    [TestMethod]
    public void AFolderThatIsNotThereIsTold() =>
        Assert.Throws<IOException>(() => SweepReport.Write(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "report.html"), MadeUp.Result(1)));

    private static string Written(SweepResult result, string? title = null)
    {
        using var folder = new TemporaryFolder();
        SweepReport.Write(folder["report.html"], result, title);
        return File.ReadAllText(folder["report.html"]);
    }

    [GeneratedRegex("<tr class=\"[^\"]*\" data-trial=")]
    private static partial Regex Rows();

    [GeneratedRegex(" (d|x|y|x1|x2|y1|y2|cx|cy|width|data-v)=\"[^\"]*(NaN|∞|Infinity)")]
    private static partial Regex NoNumber();

    [GeneratedRegex("https?://|src=|@import|url\\(")]
    private static partial Regex Foreign();
}
