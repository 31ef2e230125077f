using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>Schedules, by a clock of the tests.</summary>
[TestClass]
public sealed class ScheduleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(At("2030-01-10T12:00Z"));
    private readonly Service _service;
    private readonly CollectedLog _log = new();
    private DateTimeOffset _now;

    /// <summary>The service is not started: nothing runs, and what is queued stays.</summary>
    public ScheduleTests() => _service = Service.Create(_folder, training => training.AddJob("rings", context => Service.Plan(context), Service.PublishAlways), time: _time);

    public void Dispose()
    {
        _service.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }

    [TestMethod]
    public void AJobIsQueuedAtItsTimes()
    {
        var trigger = Trigger(new("30 14 * * *"));
        trigger.Step();
        Assert.IsEmpty(Fired(trigger, "2030-01-10T14:29:59Z"));
        Assert.HasCount(1, Fired(trigger, "2030-01-10T14:30Z"));
        Assert.IsEmpty(Fired(trigger, "2030-01-10T14:30:30Z"));
        Assert.IsEmpty(Fired(trigger, "2030-01-11T14:29:59Z"));
        Assert.AreEqual("the schedule '30 14 * * *'", Fired(trigger, "2030-01-11T14:30Z").Single().Request.Reason);
    }

    [TestMethod]
    public void TheNextLookIsAtTheNextTimeOrWithinAMinute()
    {
        var trigger = Trigger(new("30 14 * * *"));
        Assert.AreEqual(TimeSpan.FromMinutes(1), trigger.Step());
        _time.SetUtcNow(At("2030-01-10T14:29:18Z"));
        Assert.AreEqual(TimeSpan.FromSeconds(42), trigger.Step());
        Assert.IsNull(Trigger(new("0 0 30 2 *")).Step(), "There is no 30th of February.");
    }

    [TestMethod]
    public void SecondsMayBeGiven()
    {
        var trigger = Trigger(new("*/20 * * * * *"));
        trigger.Step();
        Assert.IsEmpty(Fired(trigger, "2030-01-10T12:00:19Z"));
        Assert.HasCount(1, Fired(trigger, "2030-01-10T12:00:20Z"));
        Assert.HasCount(1, Fired(trigger, "2030-01-10T12:00:40Z"));
    }

    [TestMethod]
    public void TimesAreThoseOfTheTimeZoneOverAChangeToSummerTime()
    {
        // An hour later from the last Sunday of March, 02:00, to the last Sunday of October, 03:00.
        var summer = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(
            DateTime.MinValue.Date,
            DateTime.MaxValue.Date,
            TimeSpan.FromHours(1),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 2, 0, 0), 3, 5, DayOfWeek.Sunday),
            TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new DateTime(1, 1, 1, 3, 0, 0), 10, 5, DayOfWeek.Sunday));
        var zone = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(1), "test", "test", "test summer", [summer]);
        var trigger = Trigger(new("30 2 * * *") { TimeZone = zone });

        _time.SetUtcNow(At("2030-03-30T00:00Z"));
        trigger.Step();
        Empty();
        Assert.IsEmpty(Fired(trigger, "2030-03-30T01:29Z"));
        Assert.HasCount(1, Fired(trigger, "2030-03-30T01:30Z"), "02:30 in winter");
        Assert.IsEmpty(Fired(trigger, "2030-03-31T00:59Z"));
        Assert.HasCount(1, Fired(trigger, "2030-03-31T01:00Z"), "02:30 does not exist, 03:00 in summer is what follows");
        Assert.IsEmpty(Fired(trigger, "2030-03-31T23:00Z"));
        Assert.HasCount(1, Fired(trigger, "2030-04-01T00:30Z"), "02:30 in summer");

        _time.SetUtcNow(At("2030-10-26T23:00Z"));
        trigger.Step();
        Empty();
        Assert.HasCount(1, Fired(trigger, "2030-10-27T00:30Z"), "02:30 in summer");
        Assert.IsEmpty(Fired(trigger, "2030-10-27T01:30Z"), "02:30 for the second time");
        Assert.HasCount(1, Fired(trigger, "2030-10-28T01:30Z"), "02:30 in winter");
    }

    [TestMethod]
    public void SeveralTimesThatHavePassedAreOneRun()
    {
        var trigger = Trigger(new("0 * * * *"));
        trigger.Step();
        Assert.HasCount(1, Fired(trigger, "2030-01-12T09:10Z"));
        Assert.IsEmpty(Fired(trigger, "2030-01-12T09:59Z"));
        Assert.HasCount(1, Fired(trigger, "2030-01-12T10:00Z"));
    }

    [TestMethod]
    public void AJobThatWaitsOrRunsIsNotQueuedAgain()
    {
        var trigger = Trigger(new("0 * * * *"));
        trigger.Step();
        _service.Queue.Enqueue("rings", new TrainingRequest { Seed = 1 });
        _time.SetUtcNow(At("2030-01-10T13:00Z"));
        trigger.Step();
        Assert.HasCount(1, _service.Queue.Pending);
        Assert.HasCount(1, _log.Of("TriggerSkipped"));
    }

    [TestMethod]
    [DataRow(MissedRuns.RunOnce, 1)]
    [DataRow(MissedRuns.Skip, 0)]
    public void TimesThatWereMissedAreLeftToTheSchedule(MissedRuns missed, int runs)
    {
        var memory = new TriggerMemory(_folder["triggers.json"], NullLogger.Instance);
        var schedule = new TrainingSchedule("0 3 * * *") { Missed = missed };
        Assert.IsEmpty(Fired(Trigger(schedule, memory), "2030-01-10T13:00Z"), "Nothing is missed before the first start.");

        // Ended, and started again days later.
        var restarted = Trigger(schedule, new TriggerMemory(_folder["triggers.json"], NullLogger.Instance));
        Assert.HasCount(runs, Fired(restarted, "2030-01-14T08:00Z"));
        Assert.HasCount(1, _log.Of("ScheduleMissed"));
        Assert.IsEmpty(Fired(restarted, "2030-01-15T02:59Z"));
        Assert.HasCount(1, Fired(restarted, "2030-01-15T03:00Z"));

        // Ended, and started again before the next time.
        Assert.IsEmpty(Fired(Trigger(schedule, new TriggerMemory(_folder["triggers.json"], NullLogger.Instance)), "2030-01-15T04:00Z"));
        Assert.HasCount(1, _log.Of("ScheduleMissed"));
    }

    [TestMethod]
    public void AClockThatGoesBackRepeatsNoTimeAndAClockThatWasWrongBlocksNone()
    {
        var trigger = new ScheduleTrigger(
            "rings", new("0 * * * *"), (TrainingQueue)_service.Queue, new TriggerMemory(null, NullLogger.Instance), new SettableTime(() => _now), Logger);
        _now = At("2030-01-10T12:00Z");
        trigger.Step();
        Assert.HasCount(1, FiredAt(trigger, "2030-01-10T13:00Z"));
        Assert.IsEmpty(FiredAt(trigger, "2030-01-10T11:30Z"));
        Assert.IsEmpty(FiredAt(trigger, "2030-01-10T13:01Z"), "13:00 had its run.");
        Assert.HasCount(1, FiredAt(trigger, "2030-01-10T14:00Z"));

        Assert.HasCount(1, FiredAt(trigger, "2035-01-01T00:00Z"), "The clock was wrong by years.");
        Assert.IsEmpty(FiredAt(trigger, "2030-01-10T14:10Z"));
        Assert.HasCount(1, _log.Of("ClockWentBack"));
        Assert.HasCount(1, FiredAt(trigger, "2030-01-10T15:00Z"));
    }

    [TestMethod]
    public async Task ARunningServiceFollowsItsSchedules()
    {
        _time.SetUtcNow(At("2030-02-01T00:00Z"));
        using var folder = new TemporaryFolder();
        await using var service = await Service.StartAsync(
            folder,
            training => training.AddJob("rings", context => Service.Plan(context), job =>
            {
                Service.PublishAlways(job);
                job.Schedules.Add(new TrainingSchedule("0 3 * * *"));
            }),
            time: _time);
        for (int version = 1; version <= 2; version++)
        {
            // Shortly before the time the clock goes on, minute by minute, while the service looks at it.
            _time.SetUtcNow(At($"2030-02-0{version}T02:55Z"));
            for (int i = 0; (service.Store.Current?.Number ?? 0) < version; i++)
            {
                Assert.IsLessThan(100_000, i);
                _time.Advance(service.Queue.Pending.Count == 0 && service.Queue.Finished.Count < version ? TimeSpan.FromMinutes(1) : TimeSpan.Zero);
                await Task.Delay(1);
            }
        }

        Assert.IsTrue(service.Queue.Finished.All(run => run.Request.Reason == "the schedule '0 3 * * *'"));
    }

    private ILogger Logger => new LoggerFactory([_log]).CreateLogger("test");

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture);

    private ScheduleTrigger Trigger(TrainingSchedule schedule, TriggerMemory? memory = null) =>
        new("rings", schedule, (TrainingQueue)_service.Queue, memory ?? new TriggerMemory(null, NullLogger.Instance), _time, Logger);

    /// <summary>The runs that a trigger queues at a time.</summary>
    private IReadOnlyList<TrainingRun> Fired(ScheduleTrigger trigger, string time)
    {
        _time.SetUtcNow(At(time));
        return Fired(trigger);
    }

    private IReadOnlyList<TrainingRun> Fired(ScheduleTrigger trigger)
    {
        trigger.Step();
        return Empty();
    }

    private IReadOnlyList<TrainingRun> FiredAt(ScheduleTrigger trigger, string time)
    {
        _now = At(time);
        return Fired(trigger);
    }

    private IReadOnlyList<TrainingRun> Empty()
    {
        var runs = _service.Queue.Pending;
        foreach (var run in runs)
        {
            run.Cancel();
        }

        return runs;
    }

    private sealed class SettableTime(Func<DateTimeOffset> now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now();
    }
}
