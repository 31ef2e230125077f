using System.Globalization;
using System.Text.Json;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;
using MLNet.GradientTrainers.Sweeps.Cluster.Tests;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

[TestClass]
public sealed class SweepClusterSampleTests
{
    private const string Nowhere = "Host=127.0.0.1;Port=1;Database=x;Username=x";

    private readonly TemporaryFolder _folder = new();

    [ClassCleanup]
    public static void Stop() => Postgres.Stop();

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    [TestMethod]
    [DataRow("no way to the database 'x' of PostgreSQL at 127.0.0.1:1", "sweep-coordinator", "--database", Nowhere)]
    [DataRow("no way to the database 'x' of PostgreSQL at 127.0.0.1:1", "sweep-worker", "--coordinator", "127.0.0.1", "--database", Nowhere)]
    [DataRow("--database can't be read", "sweep-coordinator", "--database", "nonsense")]
    [DataRow("--listen is '0.0.0.0', but it must be the address", "sweep-coordinator", "--listen", "0.0.0.0")]
    [DataRow("ports go up to 65535", "sweep-coordinator", "--port", "70000")]
    [DataRow("--name must have 1 to 100 characters", "sweep-coordinator", "--name", " ")]
    [DataRow("leave one out", "sweep-coordinator", "--csv", "a.csv", "--data", "mnist")]
    public async Task WhatCannotBeIsToldInWords(string message, params string[] arguments)
    {
        string[] output = arguments[0] == "sweep-coordinator" ? ["--out", _folder.Path] : [];
        Invocation run = await Invocation.Of([.. arguments, .. output]);
        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        Assert.Contains(message, run.Error, StringComparison.OrdinalIgnoreCase);
    }

    [TestMethod]
    public async Task AWorkerNeedsItsCoordinator() => Assert.AreEqual(SampleProgram.Usage, (await Invocation.Of("sweep-worker")).ExitCode);

    /// <summary>A coordinator and two workers: the leaderboard, the report, the model, and what workers have to say. Another worker has another table.</summary>
    [TestMethod]
    public async Task WorkersTrainWhatTheCoordinatorAsksFor()
    {
        string database = Postgres.Shared.Database;
        string name = $"sample {Guid.NewGuid()}";
        string table = _folder["points.csv"];
        var random = new Random(1);
        string[] rows = [.. Enumerable.Range(0, 90).Select(i => string.Create(CultureInfo.InvariantCulture, $"{(i % 3) + random.NextDouble():0.000},{random.NextDouble():0.000},kind{i % 3}"))];
        await File.WriteAllLinesAsync(table, ["x,y,kind", .. rows]);
        await File.WriteAllLinesAsync(_folder["other.csv"], ["x,y,kind", .. rows.Skip(1)]);

        Task<Invocation> Worker(string file) => Task.Run(() => Invocation.Of("sweep-worker", "--coordinator", "127.0.0.1", "--database", database, "--name", name, "--csv", file, "--threads", "1", "--json"));
        var coordinator = Task.Run(() => Invocation.Succeeding(
            "sweep-coordinator", "--database", database, "--name", name, "--csv", table, "--trials", "4", "--parallel", "2", "--epochs", "2", "--out", _folder["out"], "--json"));
        Invocation refused = await Worker(_folder["other.csv"]);
        Assert.AreEqual(SampleProgram.Failure, refused.ExitCode);
        Assert.Contains("The coordinator refuses this worker: its sweep is another one: training rows of fold 1 is", refused.Error);
        Invocation[] workers = await Task.WhenAll(Worker(table), Worker(table));
        Invocation run = await coordinator;
        JsonElement[] leaderboard = [.. run.Json.GetProperty("leaderboard").EnumerateArray()];
        CollectionAssert.AreEquivalent(new[] { 1, 2, 3, 4 }, leaderboard.Select(trial => trial.GetProperty("trial").GetInt32()).ToArray());
        Assert.IsTrue(File.Exists(run.Json.GetProperty("modelPath").GetString()));
        Assert.Contains("<html", await File.ReadAllTextAsync(run.Json.GetProperty("reportPath").GetString()!));
        CollectionAssert.AreEquivalent(
            leaderboard.Where(trial => trial.GetProperty("state").GetString() != "Interrupted").Select(trial => trial.GetProperty("trial").GetInt32()).ToArray(),
            workers.SelectMany(worker => worker.Json.GetProperty("trials").EnumerateArray()).Select(trial => trial.GetInt32()).ToArray());
        Assert.Contains("refused", run.Output);

        // The same command again keeps the sweep of before; with --resume nothing is left to do.
        Invocation again = await Invocation.Succeeding("sweep-coordinator", "--database", database, "--name", name, "--csv", table, "--trials", "4", "--parallel", "2", "--epochs", "2", "--out", _folder["out"], "--resume", "--json");
        Assert.AreEqual(run.Json.GetProperty("leaderboard").GetRawText(), again.Json.GetProperty("leaderboard").GetRawText());
    }
}
