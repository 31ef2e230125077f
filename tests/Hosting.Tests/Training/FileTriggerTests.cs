using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

/// <summary>Data files that are watched, by a clock of the tests.</summary>
[TestClass]
public sealed class FileTriggerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new();
    private readonly CollectedLog _log = new();
    private readonly Service _service;
    private int _writes;

    /// <summary>The service is not started: nothing runs, and what is queued stays.</summary>
    public FileTriggerTests() => _service = Service.Create(_folder, training => training.AddJob("rings", context => Service.Plan(context), Service.PublishAlways), options => options.QueueCapacity = 1, _time);

    private string Data => _folder["data.csv"];

    public void Dispose()
    {
        _service.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Dispose();
    }

    [TestMethod]
    public void AnotherContentQueuesTheJobOnce()
    {
        Write("a");
        var trigger = Trigger();
        Assert.IsEmpty(Rested(trigger), "The first content is known.");
        Write("b");
        Assert.AreEqual("'data.csv' has changed", Rested(trigger).Single().Request.Reason);
        Assert.IsEmpty(Rested(trigger));
        Write("b");
        Assert.IsEmpty(Rested(trigger), "Written again, with the same content.");
        Write("a");
        Assert.HasCount(1, Rested(trigger));
    }

    [TestMethod]
    public void AFileThatIsStillWrittenIsWaitedFor()
    {
        Write("a");
        var trigger = Trigger();
        Rested(trigger);
        for (int i = 0; i < 5; i++)
        {
            Write($"b{i}");
            Assert.IsEmpty(After(trigger, 5));
            Assert.IsEmpty(After(trigger, 4));
        }

        Assert.HasCount(1, Rested(trigger));
    }

    [TestMethod]
    public void AChangeRightAfterTheFirstLookIsSeen()
    {
        Write("a");
        var trigger = Trigger();
        Assert.IsEmpty(After(trigger, 5));
        Write("b");
        Assert.HasCount(1, Rested(trigger));
    }

    [TestMethod]
    public void AFileMayComeLaterAndGo()
    {
        var trigger = Trigger();
        Assert.IsEmpty(Rested(trigger));
        Write("a");
        Assert.IsEmpty(Rested(trigger));
        File.Delete(Data);
        Assert.IsEmpty(Rested(trigger));
        Write("a");
        Assert.IsEmpty(Rested(trigger));
        Write("b");
        Assert.HasCount(1, Rested(trigger));
    }

    [TestMethod]
    public void AChangeWhileTheServiceDidNotRunIsSeen()
    {
        Write("a");
        Rested(Trigger(Memory()));
        Assert.IsEmpty(Rested(Trigger(Memory())));
        Write("b");
        Assert.HasCount(1, Rested(Trigger(Memory())));
        Assert.IsEmpty(Rested(Trigger(Memory())));

        TriggerMemory Memory() => new(_folder["triggers.json"], NullLogger.Instance);
    }

    [TestMethod]
    public void AChangeBehindALinkIsSeen()
    {
        string target = _folder["target.csv"];
        File.WriteAllText(target, "a");
        File.CreateSymbolicLink(Data, target);
        var trigger = Trigger();
        Assert.IsEmpty(Rested(trigger));
        File.WriteAllText(target, "b");
        File.SetLastWriteTimeUtc(target, DateTime.UnixEpoch);
        Assert.HasCount(1, Rested(trigger));
    }

    [TestMethod]
    public void ALinkThatIsTurnedIsSeen()
    {
        foreach (string content in (string[])["a", "b"])
        {
            File.WriteAllText(_folder[content], content);
            File.SetLastWriteTimeUtc(_folder[content], DateTime.UnixEpoch);
        }

        File.CreateSymbolicLink(Data, _folder["a"]);
        var trigger = Trigger();
        Assert.IsEmpty(Rested(trigger));
        File.Delete(Data);
        File.CreateSymbolicLink(Data, _folder["b"]);
        Assert.HasCount(1, Rested(trigger));
    }

    [TestMethod]
    public void AFullQueueIsTriedAgain()
    {
        Write("a");
        var trigger = Trigger();
        Rested(trigger);
        var other = _service.Queue.Enqueue("rings", new TrainingRequest { Seed = 1 });
        Write("b");
        After(trigger, 5, empty: false);
        After(trigger, 30, empty: false);
        Assert.AreSame(other, _service.Queue.Pending.Single());
        Assert.IsNotEmpty(_log.Of("TriggerRefused"));
        other.Cancel();
        Assert.HasCount(1, After(trigger, 5));
    }

    [TestMethod]
    public void AFileThatCannotBeReadIsLoggedOnceAndTriedAgain()
    {
        Write("a");
        var trigger = Trigger();
        Rested(trigger);
        Write("b");
        using (new FileStream(Data, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.IsEmpty(Rested(trigger));
            Assert.IsEmpty(Rested(trigger));
            Assert.HasCount(1, _log.Of("WatchedFileNotRead"));
        }

        Assert.HasCount(1, Rested(trigger));
    }

    private FileTrigger Trigger(TriggerMemory? memory = null) => new(
        "rings", new WatchedFile(Data), (TrainingQueue)_service.Queue, memory ?? new TriggerMemory(null, NullLogger.Instance), _time, new LoggerFactory([_log]).CreateLogger("test"));

    /// <summary>Writes a content, each time with another time.</summary>
    private void Write(string content)
    {
        File.WriteAllText(Data, content);
        File.SetLastWriteTimeUtc(Data, DateTime.UnixEpoch.AddSeconds(++_writes));
    }

    /// <summary>The runs that are queued once the file has rested.</summary>
    private IReadOnlyList<TrainingRun> Rested(FileTrigger trigger)
    {
        trigger.Step();
        return [.. After(trigger, 5), .. After(trigger, 5)];
    }

    private IReadOnlyList<TrainingRun> After(FileTrigger trigger, int seconds, bool empty = true)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        trigger.Step();
        var runs = _service.Queue.Pending;
        foreach (var run in empty ? runs : [])
        {
            run.Cancel();
        }

        return runs;
    }
}
