using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class HostTests
{
    private static List<LoggingEventArgs> Listen(MLContext context)
    {
        var log = new List<LoggingEventArgs>();
        context.Log += (_, e) => log.Add(e);
        return log;
    }

    private static int[] Draw(IHost host) => [.. Enumerable.Range(0, 5).Select(_ => host.Rand.Next(1000))];

    [TestMethod]
    public void ASeedFixesTheDrawsOfEveryHost()
    {
        static (int[], int[], int[]) Run()
        {
            IHostEnvironment env = new MLContext(seed: 42);
            var first = env.Register("first");
            var second = env.Register("second");
            return (Draw(first), Draw(second), Draw(first.Register("inner")));
        }
        var (a, b, c) = Run();
        var (a2, b2, c2) = Run();
        CollectionAssert.AreEqual(a, a2);
        CollectionAssert.AreEqual(b, b2);
        CollectionAssert.AreEqual(c, c2);
        CollectionAssert.AreNotEqual(a, b);
    }

    [TestMethod]
    public void AHostsOwnSeedWinsOverItsParents()
    {
        CollectionAssert.AreEqual(
            Draw(((IHostEnvironment)new MLContext(1)).Register("a", seed: 7)),
            Draw(((IHostEnvironment)new MLContext(2)).Register("b", seed: 7)));
        CollectionAssert.AreNotEqual(
            Draw(((IHostEnvironment)new MLContext()).Register("a")),
            Draw(((IHostEnvironment)new MLContext()).Register("a")));
    }

    [TestMethod]
    public void TheGeneratorIsTheSameWithEverySourceOfMLNet()
    {
        var rand = ((IHostEnvironment)new MLContext(1)).Register("Trainer").Rand;
        string draws = string.Join(" ", rand.Next(), rand.Next(1000), rand.Next(-10, 10), rand.NextDouble());
        Assert.AreEqual(GoldenDraws, draws);
        byte[] bytes = new byte[4];
        rand.NextBytes(bytes);
        Assert.AreEqual(GoldenBytes, string.Join(" ", bytes));
    }

    private const string GoldenDraws = "1752537088 466 0 0.9330493845045567";
    private const string GoldenBytes = "172 91 38 185";

    [TestMethod]
    public void TheGeneratorKeepsToItsRanges()
    {
        var rand = ((IHostEnvironment)new MLContext(3)).Register("Trainer").Rand;
        for (int i = 0; i < 1000; i++)
        {
            Assert.IsTrue(rand.Next() >= 0);
            Assert.IsTrue(rand.Next(3) is >= 0 and < 3);
            Assert.IsTrue(rand.Next(-2, 2) is >= -2 and < 2);
            Assert.IsTrue(rand.NextDouble() is >= 0 and < 1);
        }
        Assert.AreEqual(0, rand.Next(0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => rand.Next(-1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => rand.Next(2, 1));
    }

    [TestMethod]
    public void TheLogNamesHostChannelAndKind()
    {
        var context = new MLContext();
        var log = Listen(context);
        var host = ((IHostEnvironment)context).Register("Trainer");
        using (var channel = host.Start("Training"))
        {
            channel.Info(MessageSensitivity.None, "epoch {0}", 3);
            channel.Warning(MessageSensitivity.UserData, "plain {0}");
            channel.Error(MessageSensitivity.Schema, "bad");
            channel.Trace(MessageSensitivity.None, "fine");
        }
        var own = log.Where(e => !e.RawMessage.StartsWith("Channel", StringComparison.Ordinal)).ToArray();
        Assert.AreEqual("[Source=Trainer; Training, Kind=Info] epoch 3", own[0].Message);
        Assert.AreEqual("plain {0}", own[1].RawMessage);
        CollectionAssert.AreEqual(
            new[] { ChannelMessageKind.Info, ChannelMessageKind.Warning, ChannelMessageKind.Error, ChannelMessageKind.Trace },
            own.Select(e => e.Kind).ToArray());
        Assert.IsTrue(own.All(e => e.Source == "Trainer; Training"));
    }

    [TestMethod]
    public void AChannelTracesItsLife()
    {
        var context = new MLContext();
        var log = Listen(context);
        var channel = ((IHostEnvironment)context).Start("Reading");
        channel.Dispose();
        channel.Dispose();
        Assert.AreEqual(3, log.Count);
        Assert.IsTrue(log.All(e => e is { Kind: ChannelMessageKind.Trace, Source: "Reading" }));
        Assert.AreEqual("[Source=Reading, Kind=Trace] Channel started", log[0].Message);
        StringAssert.StartsWith(log[1].RawMessage, "Channel finished. Elapsed ");
        Assert.AreEqual("Channel disposed", log[2].RawMessage);
    }

    [TestMethod]
    public void AnInnerHostIsNamedWithoutTheRoot()
    {
        var context = new MLContext();
        var log = Listen(context);
        var outer = ((IHostEnvironment)context).Register("Outer");
        var inner = outer.Register("Inner");
        inner.Start("Work").Dispose();
        inner.Register("Innermost").Start("Work").Dispose();
        CollectionAssert.AreEqual(new[] { "Inner; Work", "Outer; Innermost; Work" }, log.Select(e => e.Source).Distinct().ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => outer.Register(""));
    }

    [TestMethod]
    public void MessagesNeedText()
    {
        using var channel = ((IHostEnvironment)new MLContext()).Start("Work");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => channel.Info(MessageSensitivity.None, ""));
    }

    [TestMethod]
    public void AProgressCheckpointHasAtMostMetricsUnitsAndLimits()
    {
        using var progress = ((IHostEnvironment)new MLContext()).StartProgressChannel("Training");
        progress.SetHeader(new ProgressHeader(["Loss"], ["epochs"]), entry => entry.SetProgress(0, 1, 10));
        progress.Checkpoint(0.5);
        progress.Checkpoint(0.5, 1, 10);
        Assert.ThrowsExactly<InvalidOperationException>(() => progress.Checkpoint(0.5, 1, 10, 11));
        using (var inner = progress.StartProgressChannel("Batch"))
            inner.Checkpoint(1, 2, 3, 4);
        progress.Dispose();
        Assert.ThrowsExactly<InvalidOperationException>(() => progress.Checkpoint(0.5));
    }

    [TestMethod]
    public void AProgressHeaderMayLackEither()
    {
        Assert.AreEqual(0, new ProgressHeader("epochs").MetricNames.Count);
        Assert.AreEqual("epochs", new ProgressHeader("epochs").UnitNames.Single());
        Assert.AreEqual(0, new ProgressHeader((string[]?)null, null).UnitNames.Count);
    }

    [TestMethod]
    public void SettingsHaveTheirDefaults()
    {
        var context = new MLContext();
        Assert.IsNull(context.GpuDeviceId);
        Assert.IsFalse(context.FallbackToCpu);
        Assert.IsTrue(Directory.Exists(context.TempFilePath));
        context.GpuDeviceId = 1;
        context.FallbackToCpu = true;
        Assert.AreEqual(1, context.GpuDeviceId);
        Assert.IsTrue(context.FallbackToCpu);
    }

    [TestMethod]
    public void AnAssemblyMayBeRegisteredTwice()
    {
        var catalog = new MLContext().ComponentCatalog;
        catalog.RegisterAssembly(typeof(HostTests).Assembly);
        catalog.RegisterAssembly(typeof(HostTests).Assembly);
    }
}
