using System.Text.Json;
using Microsoft.ML;
using MLNet.GradientTrainers.Samples.Regression;
using MLNet.GradientTrainers.Samples.Tabular;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

/// <summary>System S5.</summary>
[TestClass]
public sealed class LinearCsvSampleTests
{
    [TestMethod]
    public async Task ItGivesTheFiguresOfS5()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("linear-csv", "--json", "--out", folder.Path);
        JsonElement json = run.Json;
        double of(string name) => json.GetProperty(name).GetDouble();
        Assert.AreEqual(5565.107834, of("initialError"), 5e-7);
        Assert.AreEqual(0.0889365199, of("b"), 1e-10);
        Assert.AreEqual(1.4777440852, of("w"), 1e-10);
        Assert.AreEqual(112.6148101, of("error"), 5e-8);
        Assert.AreEqual(7.99102099, of("closedFormB"), 5e-9);
        Assert.AreEqual(1.32243102, of("closedFormW"), 5e-9);
        Assert.IsLessThan(of("error"), of("closedFormError"));
        Checks.Figures(json, 3);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");

        // The saved model is ML.NET's own, in single precision.
        var mlContext = new MLContext();
        ITransformer model = mlContext.Model.Load(json.GetProperty("modelPath").GetString()!, out _);
        Assert.AreEqual((10 * 1.4777440852) + 0.0889365199, mlContext.Predict(model, [[10.0]])[0], 1e-5);
    }

    [TestMethod]
    public void TheDataIsThatOfTheTable()
    {
        string path = Path.Combine(Repository.Root, "data", "linear.csv");
        CsvFile file = CsvFile.Open(path, CsvHeader.Auto);
        Assert.IsFalse(file.HasHeader);
        Assert.AreEqual(100, file.Count);
        Assert.AreEqual(32.50234527, file.Numbers(0)[0]);
        Assert.AreEqual(31.70700585, file.Numbers(1)[0]);
    }

    [TestMethod]
    public async Task AFileGetsARateThatItsCurvatureAllows()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(2);
        await File.WriteAllTextAsync(
            folder["f.csv"], "u,v,y\n" + string.Join("\n", Enumerable.Range(0, 100).Select(_ => (U: random.NextDouble() * 1000, V: random.NextDouble())).Select(r => FormattableString.Invariant($"{r.U},{r.V},{(0.5 * r.U) + (7 * r.V) - 3}"))));
        Invocation run = await Invocation.Succeeding("linear-csv", "--csv", folder["f.csv"], "--json", "--out", folder.Path);
        double[] closed = run.Json.Numbers("closedFormW");
        Assert.AreEqual(0.5, closed[0], 1e-9);
        Assert.AreEqual(7, closed[1], 1e-9);
        Assert.AreEqual(-3, run.Json.GetProperty("closedFormB").GetDouble(), 1e-9);
        Assert.IsLessThan(run.Json.GetProperty("initialError").GetDouble() / 1000, run.Json.GetProperty("error").GetDouble());
        Checks.Figures(run.Json, 2);
        Assert.IsTrue(run.Lines[..^1].All(line => line.Length <= 80 || line.Contains(folder.Path, StringComparison.Ordinal)), "A line is too long.");
    }

    /// <summary>An area of hundreds beside an age of tens: 1000 steps at the rate that the first allows leave the other and the bias where they began.</summary>
    [TestMethod]
    public async Task ItSaysHowFarTheClosedFormIs()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(
            folder["homes.csv"], "area,age,price\n" + string.Join("\n", Enumerable.Range(0, 60).Select(i => (Area: 50 + (i * 37 % 200), Age: i % 13)).Select(r => FormattableString.Invariant($"{r.Area},{r.Age},{(3000 * r.Area) - (2000 * r.Age) + 90000 + (r.Area % 7 * 1000)}"))));
        string far = await Output("--csv", folder["homes.csv"]);
        StringAssert.Contains(far, "  still to go       the error is ");
        StringAssert.Contains(far, "times the least possible; try more --epochs");
        StringAssert.Contains(await Output(), "% above the least possible; try more --epochs");

        // Points on a line that the descent finds, and on one that it is far from.
        await File.WriteAllTextAsync(folder["line.csv"], "x,y\n-1,1\n0,3\n1,5\n");
        StringAssert.Contains(await Output("--csv", folder["line.csv"]), "  still to go       nothing: ");
        StringAssert.Contains(await Output("--csv", folder["line.csv"], "--epochs", "1"), "and the closed form has none; try more --epochs");

        async Task<string> Output(params string[] args) =>
            string.Join(' ', (await Invocation.Succeeding(["linear-csv", .. args, "--out", folder.Path])).Lines.Select(line => line.StartsWith(new string(' ', 20), StringComparison.Ordinal) ? line.Trim() : line));
    }

    [TestMethod]
    public async Task ALabelThatNeverChangesHasNoRSquared()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], "x,y\n1,0.1\n2,0.1\n4,0.1\n");
        Invocation run = await Invocation.Succeeding("linear-csv", "--csv", folder["f.csv"], "--out", folder.Path);
        StringAssert.Contains(run.Output, "  R²                not defined");
        Assert.IsFalse(run.Output.Contains("NaN", StringComparison.Ordinal), run.Output);
    }

    [TestMethod]
    public async Task ColumnsThatDependOnEachOtherHaveNoClosedForm()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], "a,b,y\n1,2,1\n2,4,2\n3,6,3.5\n4,8,4\n");
        Invocation run = await Invocation.Succeeding("linear-csv", "--csv", folder["f.csv"], "--json", "--out", folder.Path);
        Assert.AreEqual(JsonValueKind.Null, run.Json.GetProperty("closedFormW").ValueKind);
        StringAssert.Contains(run.Output, "There is no closed form");
    }

    [TestMethod]
    [DataRow("x,y\n1,0\n2,0\n3,0\n", 0.0, DisplayName = "an error of 0 from the start")]
    [DataRow("1,2\n", 0.0, DisplayName = "one row")]
    [DataRow("x,y\n5,1\n5,3\n", 1.0, DisplayName = "a feature that never changes")]
    public async Task PoorFilesGiveALineAllTheSame(string text, double error)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder["f.csv"], text);
        Invocation run = await Invocation.Succeeding("linear-csv", "--csv", folder["f.csv"], "--json", "--out", folder.Path);
        Assert.AreEqual(error, run.Json.GetProperty("error").GetDouble(), 1e-9);
        Checks.Figures(run.Json, 3);
    }

    [TestMethod]
    public async Task ARateThatIsTooLargeIsBlamed()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Of("linear-csv", "--rate", "0.001", "--out", folder.Path);
        Assert.AreEqual(1, run.ExitCode);
        StringAssert.Contains(run.Error, "Here: --rate 0.0002");
    }
}
