using System.Text.Json;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Benchmarks;

namespace MLNet.GradientTrainers.Samples.Tests.Benchmarks;

/// <summary>What <c>./bench.sh accuracy</c> fits on, and what it tells.</summary>
[TestClass]
public sealed class AccuracyTests
{
    private static readonly AccuracyTable s_classes = AccuracyTable.Read("wine", 3);
    private static readonly AccuracyTable s_numbers = AccuracyTable.Read("diabetes", 0);

    [TestMethod]
    public void TablesHaveTheSizesThatTheirReadmeStates()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "data", "README.md"));
        foreach (var table in AccuracyTable.All)
        {
            Assert.HasCount(table.Targets.Length, table.Features, table.Name);
            Assert.IsTrue(table.Features.All(row => row.Length == table.Width && row.All(float.IsFinite)), table.Name);
            if (table.Classes > 0)
            {
                CollectionAssert.AreEqual(Enumerable.Range(0, table.Classes).Select(k => (float)k).ToArray(), table.Targets.Distinct().Order().ToArray(), table.Name);
            }

            if (!table.IsGenerated && !table.IsBinary)
            {
                StringAssert.Contains(readme, FormattableString.Invariant($"`real/{table.Name}.csv` | {table.Targets.Length:N0} × {table.Width}"));
            }
        }
    }

    [TestMethod]
    public void BinaryTablesHaveTheRowsOfTheirTwoClasses()
    {
        AccuracyTable[] binary = AccuracyTable.Binary;
        CollectionAssert.AreEqual(new[] { "cancer-binary", "digits-4-9-binary", "adult-like-binary" }, binary.Select(table => table.Name).ToArray());
        Assert.IsTrue(binary.All(table => table.Task == AccuracyTask.Binary && table.Classes == 2));
        Assert.IsTrue(AccuracyTable.Real.All(table => table.Task != AccuracyTask.Binary));

        var digits = new AccuracyTable("digits", 10, [9, 4, 0, 4], [[1], [2], [3], [4]]).AsBinary(no: 4, yes: 9);
        Assert.AreEqual("digits-binary", digits.Name);
        CollectionAssert.AreEqual(new float[] { 1, 0, 0 }, digits.Targets);
        CollectionAssert.AreEqual(new float[] { 1, 2, 4 }, digits.Features.Select(row => row[0]).ToArray());
    }

    [TestMethod]
    public void LabelsOfBinaryTablesAreBoolean()
    {
        var table = new AccuracyTable("two", 2, [0, 1, 1], [[1], [2], [3]]).AsBinary(0, 1);
        var data = SplitData.Make(table, new Split(1, [0, 1], [2]), normalized: false);
        CollectionAssert.AreEqual(new[] { false, true }, data.Training.GetColumn<bool>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { true }, data.Test.GetColumn<bool>("Label").ToArray());
    }

    [TestMethod]
    public void TheLogLossIsInNatsAndFinite()
    {
        Assert.AreEqual((Math.Log(4) + Math.Log(2)) / 2, BinaryLogLoss.Of([true, false], [0.25f, 0.5f]), 1e-12);
        Assert.AreEqual(23 * Math.Log(2), BinaryLogLoss.Of([true, false], [0, 1]), 1e-12, "2⁻²³ is the smallest that counts");
        Assert.AreEqual(Math.Pow(2, -23), BinaryLogLoss.Of([true], [1]), 1e-12);
    }

    [TestMethod]
    public void BinaryTablesAreJudgedByAucAndLogLossToo()
    {
        // Contestants that take long on a busy machine go the same way.
        Contestant[] contestants = [.. AccuracyRun.Contestants(scikitLearn: null).Where(contestant => contestant.Name is "SgdLogistic" or "ML.NET Lbfgs" or "Sgd" or "scikit-learn MLP")];
        var table = Thin(AccuracyTable.Binary[0], step: 3);
        var results = AccuracyRun.Measure(table, seeds: 2, contestants).ToArray();
        CollectionAssert.AreEqual(new[] { "SgdLogistic", "ML.NET Lbfgs", "scikit-learn MLP" }, results.Select(result => result.Raw.Contestant).ToArray());
        foreach (var result in results[..2].SelectMany(pair => new[] { pair.Raw, pair.Normalized }))
        {
            Assert.IsGreaterThan(0.85, result.Score!.Value, result.ToString());
            Assert.IsInRange(0.9, 1, result.Auc!.Value, result.ToString());
            Assert.IsInRange(0.01, 1, result.LogLoss!.Value, result.ToString());
        }

        // An absent contestant's line has its places too.
        StringAssert.Matches(AccuracyResult.ToRow(results[2].Raw, results[2].Normalized, binary: true), new("^scikit-learn MLP +- +- +- +- +- +-\n"));

        using var json = JsonDocument.Parse(ResultFile.ToJson([results[0].Raw, results[2].Raw]));
        Assert.AreEqual(results[0].Raw.Auc!.Value, json.RootElement[0].GetProperty("auc").GetDouble());
        Assert.AreEqual(results[0].Raw.LogLoss!.Value, json.RootElement[0].GetProperty("logLoss").GetDouble());
        Assert.AreEqual(JsonValueKind.Null, json.RootElement[1].GetProperty("auc").ValueKind);
        Assert.AreEqual("absent", json.RootElement[1].GetProperty("error").GetString());
    }

    [TestMethod]
    public void ScikitLearnTellsAucAndLogLossOfBinaryTables()
    {
        if (PeerProgram.FindPython("scikit-learn") is not { } peer)
        {
            Assert.Inconclusive("scikit-learn is not installed.");
            return;
        }

        // 40 rows that a line parts: its fit is short.
        var random = new Random(1);
        float[][] features = [.. Enumerable.Range(0, 40).Select(_ => new[] { random.NextSingle(), random.NextSingle() })];
        var table = new AccuracyTable("line", 2, [.. features.Select(row => row[0] > 0.5f ? 1f : 0f)], features);
        var binary = new ScikitLearnContestant(peer).Fit(AccuracyTask.Binary, [SplitData.Make(table.AsBinary(0, 1), Split.Draw(table, 1), normalized: true)]).Single();
        var classes = new ScikitLearnContestant(peer).Fit(AccuracyTask.Classes, [SplitData.Make(table, Split.Draw(table, 1), normalized: true)]).Single();
        Assert.IsNull(binary.Error);
        Assert.AreEqual(classes.Score, binary.Score);
        Assert.IsInRange(0.8, 1, binary.Auc!.Value);
        Assert.IsInRange(0.001, 0.7, binary.LogLoss!.Value);
        Assert.IsNull(classes.Auc ?? classes.LogLoss);
    }

    [TestMethod]
    public void TheGeneratedTableIsTheSameBySeedAndMostlyOfOneClass()
    {
        AccuracyTable first = AdultLike.Make(500, seed: 3), again = AdultLike.Make(500, seed: 3), other = AdultLike.Make(500, seed: 4);
        CollectionAssert.AreEqual(first.Targets, again.Targets);
        CollectionAssert.AreEqual(first.Features.SelectMany(row => row).ToArray(), again.Features.SelectMany(row => row).ToArray());
        CollectionAssert.AreNotEqual(first.Features[0], other.Features[0]);
        Assert.IsInRange(0.15, 0.4, AdultLike.Make(2000).Targets.Average());
    }

    [TestMethod]
    public void SplitsAreDisjointAndWholeAndStratified()
    {
        var split = Split.Draw(s_classes, seed: 1);
        CollectionAssert.AreEqual(Enumerable.Range(0, s_classes.Targets.Length).ToArray(), split.Training.Concat(split.Test).Order().ToArray());
        foreach (var group in s_classes.Targets.GroupBy(target => target))
        {
            Assert.AreEqual(group.Count() / 4.0, split.Test.Count(row => s_classes.Targets[row] == group.Key), 0.5, $"class {group.Key}");
        }

        split = Split.Draw(s_numbers, seed: 1);
        CollectionAssert.AreEqual(Enumerable.Range(0, s_numbers.Targets.Length).ToArray(), split.Training.Concat(split.Test).Order().ToArray());
        Assert.AreEqual(s_numbers.Targets.Length / 4.0, split.Test.Length, 0.5);
    }

    [TestMethod]
    public void SplitsAreEqualBySeed()
    {
        Split first = Split.Draw(s_classes, seed: 1), again = Split.Draw(s_classes, seed: 1), other = Split.Draw(s_classes, seed: 2);
        CollectionAssert.AreEqual(first.Training, again.Training);
        CollectionAssert.AreEqual(first.Test, again.Test);
        CollectionAssert.AreNotEqual(first.Test, other.Test);
    }

    [TestMethod]
    public void TheNormaliserKnowsTheTrainingRowsOnly()
    {
        // The third row, the test's, would move mean and deviation far.
        var table = new AccuracyTable("three", 0, [0, 1, 2], [[1], [3], [1000]]);
        var data = SplitData.Make(table, new Split(1, [0, 1], [2]), normalized: true);
        CollectionAssert.AreEqual(new float[] { -1, 1 }, SplitData.Features(data.Training).Select(row => row[0]).ToArray());
        Assert.AreEqual(998, SplitData.Features(data.Test)[0][0], 1e-3);
        Assert.AreEqual(1000, SplitData.Features(SplitData.Make(table, new Split(1, [0, 1], [2]), normalized: false).Test)[0][0]);
    }

    [TestMethod]
    public void JsonHasARowForEachContestantOnRawAndOnNormalisedFeatures()
    {
        // Without those that take seconds on a busy machine, a stochastic one on raw features and trees, which go the same way.
        Contestant[] contestants = [.. AccuracyRun.Contestants(scikitLearn: null).Where(contestant => contestant.Name is not ("ML.NET Sdca" or "ML.NET LightGbm" or "ML.NET FastTree"))];
        AccuracyTable[] tables = [AccuracyTable.Read("iris", 3), Thin(s_numbers, step: 4)];
        var results = new List<AccuracyResult>();
        foreach (var table in tables)
        {
            foreach (var (raw, normalized) in AccuracyRun.Measure(table, seeds: 1, contestants))
            {
                results.AddRange(raw, normalized);
                StringAssert.StartsWith(AccuracyResult.ToRow(raw, normalized, binary: false), raw.Contestant);
            }
        }

        using var json = JsonDocument.Parse(ResultFile.ToJson(results));
        var rows = json.RootElement.EnumerateArray().ToArray();
        string[] both = ["Mlp", "ML.NET Lbfgs", "scikit-learn MLP"];
        string[] numbers = [.. both, "GradientDescent", "MiniBatchSgd", "Sgd", "Polynomial"];
        CollectionAssert.AreEquivalent(
            both.Select(name => $"iris {name}").Concat(numbers.Select(name => $"diabetes {name}")).SelectMany(name => new[] { $"{name} raw", $"{name} normalised" }).ToArray(),
            rows.Select(row => $"{row.GetProperty("table")} {row.GetProperty("contestant")} {row.GetProperty("features")}").ToArray());
        foreach (var row in rows)
        {
            bool scored = row.GetProperty("score").ValueKind == JsonValueKind.Number;
            bool absent = row.GetProperty("contestant").GetString() == "scikit-learn MLP";
            Assert.AreEqual(scored ? JsonValueKind.Null : JsonValueKind.String, row.GetProperty("error").ValueKind, row.ToString());
            Assert.AreEqual(absent, row.GetProperty("error").ToString() == "absent", row.ToString());
            Assert.AreEqual(1, row.GetProperty("scores").GetArrayLength());
            Assert.IsTrue(scored || absent || row.GetProperty("features").GetString() == AccuracyResult.Raw, row.ToString());
        }
    }

    [TestMethod]
    public void TheReadmeNamesAllContestantsAndTables()
    {
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "benchmarks", "README.md"));
        foreach (string name in AccuracyRun.Contestants(null).Select(contestant => contestant.Name).Concat(AccuracyTable.All.Select(table => table.Name)))
        {
            StringAssert.Contains(readme, $"`{name}`");
        }
    }

    [TestMethod]
    public void AMeanIsToldOnlyWhereAllSplitsAndAllTablesHaveAScore()
    {
        var contestant = new ScikitLearnContestant(null);
        AccuracyResult Of(AccuracyTable table, double? second, string features) =>
            AccuracyResult.Of(table, contestant, features, [new(0.5, 1, null), new(second, 3, second is null ? "diverged" : null)]);

        AccuracyResult broken = Of(s_classes, null, AccuracyResult.Raw), whole = Of(s_classes, 0.7, AccuracyResult.Normalized);
        Assert.IsNull(broken.Score);
        Assert.AreEqual("diverged", broken.Error);
        Assert.AreEqual(0.6, whole.Score!.Value, 1e-12);
        Assert.AreEqual(2, whole.Seconds);
        StringAssert.Contains(AccuracyResult.ToRow(broken, whole, binary: false), "raw: diverged");

        string means = AccuracyResult.Means([broken, whole, Of(s_numbers, 0.5, AccuracyResult.Raw), Of(s_numbers, 0.5, AccuracyResult.Normalized)], binary: false).Single();
        StringAssert.Matches(means, new("^scikit-learn MLP +- +0.550$"));
    }

    /// <summary>Every step-th row.</summary>
    private static AccuracyTable Thin(AccuracyTable table, int step) =>
        table with { Targets = [.. table.Targets.Where((_, row) => row % step == 0)], Features = [.. table.Features.Where((_, row) => row % step == 0)] };
}
