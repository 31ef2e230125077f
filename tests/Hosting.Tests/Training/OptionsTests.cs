using Microsoft.Extensions.Options;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>A service that is set up wrongly does not start, and says why.</summary>
[TestClass]
public sealed class OptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow("QueueCapacity is 0")]
    [DataRow("ConcurrentRuns is 0")]
    [DataRow("NumberOfThreads is 0")]
    [DataRow("CheckpointInterval is 00:00:00")]
    [DataRow("MaxAttempts is 0")]
    [DataRow("KeptRuns is -1")]
    [DataRow("LockTimeout is -00:00:01")]
    [DataRow("StateFolder is empty")]
    public async Task TrainingOptionsAreChecked(string problem)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => Service.StartAsync(_folder, training => training.AddJob("rings", context => Service.Plan(context), Service.PublishAlways), options =>
        {
            options.QueueCapacity = options.ConcurrentRuns = options.MaxAttempts = 0;
            options.NumberOfThreads = 0;
            options.CheckpointInterval = TimeSpan.Zero;
            options.KeptRuns = -1;
            options.LockTimeout = TimeSpan.FromSeconds(-1);
            options.StateFolder = "";
        }));
        StringAssert.Contains(error.Message, "GradientTrainingOptions." + problem);
    }

    [TestMethod]
    [DataRow("Rule is not set")]
    [DataRow("there is no model store 'elsewhere': register it by services.AddGradientModelStore(\"elsewhere\", folder)")]
    [DataRow("HeldOutFraction is 1")]
    [DataRow("WhenQueued is 7")]
    [DataRow("the schedule 'every day' is no cron expression")]
    [DataRow("the schedule '0 25 * * *' is no cron expression")]
    [DataRow("the schedule '0 3 * * *' has no time zone")]
    [DataRow("the watched file 'a' must have a path")]
    public async Task JobOptionsAreChecked(string problem)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => Service.StartAsync(_folder, training => training.AddJob("rings", context => Service.Plan(context), job =>
        {
            job.Store = "elsewhere";
            job.HeldOutFraction = 1;
            job.WhenQueued = (WhenQueued)7;
            job.Schedules.Add(new TrainingSchedule("every day"));
            job.Schedules.Add(new TrainingSchedule("0 25 * * *"));
            job.Schedules.Add(new TrainingSchedule("0 3 * * *") { TimeZone = null! });
            job.Schedules.Add(new TrainingSchedule("@daily"));
            job.Files.Add(new WatchedFile("a") { Interval = TimeSpan.Zero });
        })));
        StringAssert.Contains(error.Message, "The training job 'rings': " + problem);
        Assert.DoesNotContain("@daily", error.Message);
    }

    [TestMethod]
    public void TwoJobsOfOneNameAreRefused()
    {
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => Service.Create(_folder, training => training
                .AddJob("rings", context => Service.Plan(context), Service.PublishAlways)
                .AddJob("rings", context => Service.Plan(context), Service.PublishAlways))).Message,
            "There is a job 'rings' already");
    }
}
