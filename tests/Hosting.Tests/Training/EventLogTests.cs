using System.Buffers;
using System.Net.ServerSentEvents;
using System.Text.Json;

namespace MLNet.GradientTrainers.Hosting.Tests.Training;

[TestClass]
public sealed class EventLogTests
{
    private static readonly TrainingEpoch Epoch = new(1, 2, 0.5, null, null, null, 0.1, 1, 1);

    [TestMethod]
    public async Task AReaderIsToldAllAndThenWhatComes()
    {
        var log = new EventLog(100);
        log.Add(Numbered(new TrainingQueued("test", 0), 1));
        await using var reader = log.ReadAsync(0, CancellationToken.None).GetAsyncEnumerator();
        Assert.IsTrue(await reader.MoveNextAsync());
        Assert.AreEqual(1, reader.Current.Sequence);
        var next = reader.MoveNextAsync();
        Assert.IsFalse(next.IsCompleted);
        log.Add(Numbered(Epoch, 2));
        Assert.IsTrue(await next);
        Assert.AreEqual(2, reader.Current.Sequence);
        log.Complete();
        Assert.IsFalse(await reader.MoveNextAsync());
    }

    [TestMethod]
    [DataRow(0, new long[] { 10, 20, 30 })]
    [DataRow(10, new long[] { 20, 30 })]
    [DataRow(15, new long[] { 20, 30 })]
    [DataRow(30, new long[0])]
    [DataRow(99, new long[0])]
    public async Task AReaderGoesOnBehindTheLastThatItKnows(long after, long[] expected)
    {
        var log = new EventLog(100);
        foreach (long number in new long[] { 10, 20, 30 })
        {
            log.Add(Numbered(Epoch, number));
        }

        log.Complete();
        CollectionAssert.AreEqual(expected, (await Read(log, after)).Select(one => one.Sequence).ToArray());
    }

    [TestMethod]
    public async Task EpochsAreThinnedAndOtherEventsKept()
    {
        var log = new EventLog(16);
        log.Add(Numbered(new TrainingQueued("test", 0), 1));
        log.Add(Numbered(new TrainingStarted(1, 1, 1), 2));
        for (int i = 3; i < 1000; i++)
        {
            log.Add(Numbered(Epoch, i));
        }

        log.Add(Numbered(new TrainingRejected("no"), 1000));
        log.Complete();
        var read = await Read(log, 0);
        Assert.IsInRange(6, 16, read.Count);
        Assert.IsInstanceOfType<TrainingQueued>(read[0]);
        Assert.IsInstanceOfType<TrainingStarted>(read[1]);
        Assert.AreEqual(1000, read[^1].Sequence);
        CollectionAssert.AreEqual(read.Select(one => one.Sequence).Order().ToArray(), read.Select(one => one.Sequence).ToArray());
    }

    [TestMethod]
    public async Task TheOldestGoWhereThereIsNothingToThin()
    {
        var log = new EventLog(16);
        for (int i = 1; i <= 100; i++)
        {
            log.Add(Numbered(new TrainingQueued("test", 0), i));
        }

        log.Complete();
        var read = await Read(log, 0);
        Assert.IsInRange(12, 16, read.Count);
        Assert.AreEqual(100, read[^1].Sequence);
        Assert.AreEqual(100, log.Last);
    }

    [TestMethod]
    public async Task AReaderEndsWithItsToken()
    {
        using var source = new CancellationTokenSource();
        await using var reader = new EventLog(10).ReadAsync(0, source.Token).GetAsyncEnumerator();
        var next = reader.MoveNextAsync();
        source.Cancel();
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await next);
    }

    [TestMethod]
    public void AsJsonTheKindSaysWhatAnEventIs()
    {
        string epoch = JsonSerializer.Serialize<TrainingEvent>(Numbered(Epoch, 7), JsonSerializerOptions.Web);
        StringAssert.StartsWith(epoch, "{\"kind\":\"epoch\",\"epoch\":1,\"numberOfEpochs\":2,\"loss\":0.5,\"metric\":null");
        StringAssert.Contains(epoch, "\"sequence\":7");
        var evaluated = new TrainingEvaluated(new Dictionary<string, double> { ["RMSE"] = double.NaN }, null, null);
        StringAssert.Contains(JsonSerializer.Serialize<TrainingEvent>(evaluated, JsonSerializerOptions.Web), "\"RMSE\":\"NaN\"");
        foreach (var type in typeof(TrainingEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(TrainingEvent))))
        {
            Assert.Contains(type, typeof(TrainingEvent).GetCustomAttributes(false).OfType<System.Text.Json.Serialization.JsonDerivedTypeAttribute>().Select(derived => derived.DerivedType));
        }
    }

    private static TrainingEvent Numbered(TrainingEvent one, long number)
    {
        var copy = one with { };
        copy.Sequence = number;
        return copy;
    }

    private static async Task<List<TrainingEvent>> Read(EventLog log, long after)
    {
        List<TrainingEvent> read = [];
        await foreach (var one in log.ReadAsync(after, CancellationToken.None))
        {
            read.Add(one);
        }

        return read;
    }

    [TestMethod]
    public async Task EventsAreItemsOfAStreamThatGoesOnBehindTheLastOne()
    {
        TrainingEvent[] events = [new TrainingStarted(1, 2, 3) { Sequence = 7 }, new TrainingEpoch(1, 5, 0.5, null, null, null, 0.1, 1, null) { Sequence = 8 }, new TrainingPublished(3, "good") { Sequence = 9 }];
        using var stream = new MemoryStream();
        await SseFormatter.WriteAsync(events.ToAsyncEnumerable().AsServerSentEvents(), stream, (item, buffer) => buffer.Write(JsonSerializer.SerializeToUtf8Bytes(item.Data, JsonSerializerOptions.Web)));
        stream.Position = 0;
        List<string> told = [];
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
        {
            Assert.AreEqual(item.EventType, JsonDocument.Parse(item.Data).RootElement.GetProperty("kind").GetString());
            told.Add($"{item.EventId} {item.EventType}");
        }

        CollectionAssert.AreEqual(new[] { "7 started", "8 epoch", "9 published" }, told);
        Assert.AreEqual(9, TrainingEventStreamExtensions.SequenceOf("9"));
        foreach (string? none in new[] { null, "", "x", "-1", "1.5" })
        {
            Assert.IsNull(TrainingEventStreamExtensions.SequenceOf(none), none);
        }
    }
}
