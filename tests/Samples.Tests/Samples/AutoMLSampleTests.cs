using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

[TestClass]
public sealed class AutoMLSampleTests
{
    [TestMethod]
    public async Task ASweepOverTheDigitsWritesReportModelAndLeaderboard()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("automl", "--trials", "2", "--epochs", "1", "--json", "--out", folder.Path);
        JsonElement json = run.Json;
        Assert.AreEqual(2, json.GetProperty("leaderboard").GetArrayLength());
        Assert.AreEqual("accuracy", json.GetProperty("metric").GetString());
        Assert.IsGreaterThan(0.5, json.GetProperty("testScore").GetDouble());
        StringAssert.Contains(await File.ReadAllTextAsync(json.GetProperty("reportPath").GetString()!), "A sweep over embedded digits");
        var fresh = new MLContext();
        ITransformer model = fresh.Model.Load(json.GetProperty("modelPath").GetString()!, out _);
        IDataView test = fresh.Data.LoadFromIdx(DigitFiles.Default.TestImages, DigitFiles.Default.TestLabels);
        Assert.AreEqual(json.GetProperty("testScore").GetDouble(), fresh.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);
        Assert.AreEqual(2, run.Lines.Count(line => line.StartsWith("  trial ", StringComparison.Ordinal)));
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    [TestMethod]
    [DataRow("class", "auto", "accuracy")]
    [DataRow("price", "auto", "RMSE")]
    [DataRow("rooms", "auto", "accuracy")]
    [DataRow("rooms", "number", "RMSE")]
    public async Task ATableWithTextsAndEmptyCellsIsSwept(string label, string predict, string metric)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["homes.csv"], Homes());
        Invocation run = await Invocation.Succeeding("automl", "--csv", folder["homes.csv"], "--label", label, "--predict", predict, "--trials", "3", "--epochs", "3", "--json", "--out", folder.Path);
        Assert.AreEqual(metric, run.Json.GetProperty("metric").GetString());
        Assert.IsTrue(double.IsFinite(run.Json.GetProperty("testScore").GetDouble()));
    }

    [TestMethod]
    public async Task AResumedSweepGoesOnAndANewOneKeepsTheEarlierJournal()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["homes.csv"], Homes());
        async Task<JsonElement> Run(params string[] more) =>
            (await Invocation.Succeeding(["automl", "--csv", folder["homes.csv"], "--label", "class", "--epochs", "2", "--json", "--out", folder["out"], .. more])).Json;

        string[] first = Rows(await Run("--trials", "2"));
        string[] both = Rows(await Run("--trials", "4", "--resume"));
        Assert.HasCount(2, first);
        Assert.HasCount(4, both);
        CollectionAssert.IsSubsetOf(first, both);
        Assert.HasCount(1, Rows(await Run("--trials", "1")));
        Assert.IsTrue(File.Exists(folder["out/automl-journal.jsonl.old"]));

        Invocation other = await Invocation.Of("automl", "--csv", folder["homes.csv"], "--label", "price", "--resume", "--out", folder["out"]);
        Assert.AreEqual(SampleProgram.Failure, other.ExitCode);
        StringAssert.Contains(other.Error, "automl-journal.jsonl");
    }

    [TestMethod]
    [DataRow("--resume", "There is no journal")]
    [DataRow("--csv homes.csv --data x", "Leave one out.")]
    [DataRow("--csv few.csv", "needs at least 10")]
    [DataRow("--csv same.csv", "there is nothing to predict")]
    [DataRow("--csv gap.csv", "Row 3 of")]
    [DataRow("--label x", "--csv FILE")]
    [DataRow("--device gpu:99", "Trial 1 failed")]
    [DataRow("--data none", "download-mnist")]
    [DataRow("--csv homes.csv --label class --predict number", "must be a number")]
    public async Task WhatCannotBeSweptIsTold(string arguments, string message)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["homes.csv"], Homes());
        await File.WriteAllTextAsync(folder["few.csv"], "x,y\n1,2\n2,3\n");
        await File.WriteAllTextAsync(folder["same.csv"], "x,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},a\n")));
        await File.WriteAllTextAsync(folder["gap.csv"], "x,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},{(i == 2 ? "" : "ab"[i % 2])}\n")));
        string[] args = [.. arguments.Split(' ').Select(word => word.EndsWith(".csv", StringComparison.Ordinal) || word == "none" ? folder[word] : word)];
        Invocation run = await Invocation.Of(["automl", .. args, "--trials", "1", "--out", folder["out"]]);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, message);
    }

    private static string[] Rows(JsonElement json) => [.. json.GetProperty("leaderboard").EnumerateArray().Select(row => $"{row.GetProperty("trial")} {row.GetProperty("values")} {row.GetProperty("score")}")];

    private static string Homes()
    {
        var random = new Random(3);
        var text = new StringBuilder("area,town,rooms,price,class\n");
        for (int i = 0; i < 60; i++)
        {
            int area = random.Next(30, 200);
            string town = new[] { "Bern", "Basel", "Chur" }[i % 3];
            text.Append(CultureInfo.InvariantCulture, $"{(i % 9 == 4 ? "" : area)},{town},{1 + (area / 40)},{(area * (2 + (i % 3))) + 0.5},{(area > 100 ? "large" : "small")}\n");
        }

        return text.ToString();
    }
}
