using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Streaming;

/// <summary>The limit holds: 256 MB of rows train with 16 MiB, in a process whose managed heap may not grow to a quarter of them.</summary>
[TestClass]
public sealed class StreamedMemoryTests
{
    /// <summary>What the child process is started with.</summary>
    public const string Command = "fit-bounded";

    private const int Width = 4096;
    private const int Limit = 16 << 20;

    /// <summary>Of the whole process: ML.NET, the test assembly, the network and 16 MiB of rows.</summary>
    private const int HeapLimit = 48 << 20;

    /// <summary>Writing 256 MB and reading them twice takes some seconds.</summary>
    [TestMethod]
    public void ManyRowsTrainInLittleMemory()
    {
        using var folder = new TemporaryFolder();
        string[] streamed = Run(RowStorage.Streamed, folder.Path);
        StringAssert.StartsWith(streamed[^1], "grew ");
        double grown = double.Parse(streamed[^1]["grew ".Length..], CultureInfo.InvariantCulture);
        Assert.IsLessThan(2.0 * Limit, grown, streamed[^1]);

        // The same rows in memory don't fit: the limit of the heap is a real one.
        StringAssert.Contains(Run(RowStorage.InMemory, folder.Path)[^1], nameof(OutOfMemoryException));
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    private static string[] Run(RowStorage storage, string folder)
    {
        ProcessStartInfo start = ChildProcess.Program(typeof(StreamedMemoryTests).Assembly.Location, Command, storage.ToString(), folder);
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("x", CultureInfo.InvariantCulture);
        return ChildProcess.Run(start);
    }

    /// <summary>What the child process does: it fits some rows, so that all that a fit needs is there, then many, and tells by how much it grew in between, in bytes of memory that are really used.</summary>
    public static void Fit(RowStorage storage, string folder)
    {
        try
        {
            Fit(storage, folder, 2000);
            long before = Environment.WorkingSet;
            long most = before;
            Fit(storage, folder, 1 << 16, () => most = Math.Max(most, Environment.WorkingSet));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"grew {most - before}"));
        }
        catch (Exception exception)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
        }
    }

    private static void Fit(RowStorage storage, string folder, int count, Action? onBatch = null)
    {
        var rows = new GeneratedRows(count, Width, bytes: true, (row, features) => new Random(row).NextBytes(features), row => row % 2, 2);
        var options = new MlpTrainer.Options
        {
            HiddenLayers = [4], NumberOfEpochs = 1, BatchSize = 64, Members = 1, NumberOfThreads = 1, ValidationFraction = 0.05, Rows = storage, MemoryLimit = Limit, SpillFolder = folder, OnBatch = _ => onBatch?.Invoke(),
        };
        new MlpTrainer(new MLContext(seed: 1), options).Fit(rows);
    }
}
