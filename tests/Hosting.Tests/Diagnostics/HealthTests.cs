using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MLNet.GradientTrainers.Hosting.Tests;

/// <summary>What a service's health checks say of its models.</summary>
[TestClass]
public sealed class HealthTests
{
    [TestMethod]
    public async Task AModelIsHealthyThenDegradedThenHealthyAgain()
    {
        using var folder = new TemporaryFolder();
        string file = Blobs.Save(Blobs.First, folder["model.zip"]);
        using var served = new Served(builder => builder.FromFile(file), services => services.AddHealthChecks().AddGradientModel("blobs", tags: ["ready"]));
        var entry = await Check(served);
        Assert.AreEqual(HealthStatus.Healthy, entry.Status);
        Assert.AreEqual(served.Model.Version, entry.Data["version"]);
        Assert.IsGreaterThanOrEqualTo(0, (double)entry.Data["ageInSeconds"]);
        CollectionAssert.AreEqual(new[] { "ready" }, entry.Tags.ToArray());

        System.IO.File.WriteAllText(file, "no model");
        await served.Model.ReloadAsync();
        entry = await Check(served);
        Assert.AreEqual(HealthStatus.Degraded, entry.Status);
        Assert.AreEqual(1L, entry.Data["failedReloads"]);
        Assert.AreEqual(served.Model.Status.Problem, entry.Data["problem"]);
        Assert.DoesNotContain(folder.Path, entry.Description!);

        Blobs.Save(Blobs.Second, file);
        await served.Model.ReloadAsync();
        entry = await Check(served);
        Assert.AreEqual(HealthStatus.Healthy, entry.Status);
        Assert.IsFalse(entry.Data.ContainsKey("problem"));
    }

    [TestMethod]
    public async Task WithoutAModelTheServiceIsUnhealthy()
    {
        using var folder = new TemporaryFolder();
        string file = folder["model.zip"];
        using var waiting = new Served(builder => builder.FromFile(file).Configure(options => options.WaitForFile = true), services => services.AddHealthChecks().AddGradientModel("blobs"));
        Assert.AreEqual(HealthStatus.Unhealthy, (await Check(waiting)).Status);

        using var failing = new Served(builder => builder.FromFile(file), services => services.AddHealthChecks().AddGradientModel("blobs"));
        Assert.AreEqual(HealthStatus.Unhealthy, (await Check(failing)).Status);

        using var unknown = new Served(builder => builder.FromModel(Blobs.First), services => services.AddHealthChecks().AddGradientModel("oaks", HealthStatus.Degraded));
        var entry = await Check(unknown, "model-oaks");
        Assert.AreEqual(HealthStatus.Degraded, entry.Status);
        Assert.Contains("no model 'oaks'", entry.Description!);
        Assert.Contains("'blobs'", entry.Description!);
    }

    [TestMethod]
    public async Task AnOldModelIsDegraded()
    {
        var clock = new Clock();
        using var served = new Served(
            builder => builder.FromModel(Blobs.First),
            services => services.AddSingleton<TimeProvider>(clock).AddHealthChecks().AddGradientModel("blobs", largestAge: TimeSpan.FromHours(1)));
        Assert.AreEqual(HealthStatus.Healthy, (await Check(served)).Status);
        clock.Now += TimeSpan.FromHours(2);
        Assert.AreEqual(HealthStatus.Degraded, (await Check(served)).Status);

        // A clock that was set back makes no model old.
        clock.Now -= TimeSpan.FromDays(3);
        Assert.AreEqual(HealthStatus.Healthy, (await Check(served)).Status);
    }

    private static async Task<HealthReportEntry> Check(Served served, string name = "model-blobs") =>
        (await served.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries[name];

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
