using System.Diagnostics;
using System.Globalization;
using Microsoft.ML;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Streaming;

/// <summary>The limit holds: 96 MiB of rows train with 16 MiB, in a process whose managed heap may have no more than half of them.</summary>
[TestClass]
public sealed class StreamedMemoryTests
{
    /// <summary>What the child process is started with.</summary>
    public const string Command = "fit-bounded";

    private const int Width = 4096;
    private const int Rows = 24 << 10;
    private const int Limit = 16 << 20;

    /// <summary>Of the whole process: ML.NET, the test assembly, the network and 16 MiB of rows.</summary>
    private const int HeapLimit = 48 << 20;

    private const string Trained = "trained";

    /// <summary>Starting a process, writing the rows and reading them back takes some seconds.</summary>
    [TestMethod]
    public void ManyRowsTrainInLittleMemory()
    {
        using var folder = new TemporaryFolder();
        ProcessStartInfo start = ChildProcess.Program(typeof(StreamedMemoryTests).Assembly.Location, Command, folder.Path);
        start.Environment["DOTNET_GCHeapHardLimit"] = HeapLimit.ToString("x", CultureInfo.InvariantCulture);
        Assert.AreEqual(Trained, ChildProcess.Run(start)[^1]);
        Assert.IsEmpty(Directory.GetFileSystemEntries(folder.Path));
    }

    /// <summary>What the child process does.</summary>
    public static void Fit(string folder)
    {
        try
        {
            var rows = new GeneratedRows(Rows, Width, bytes: true, (row, features) => new Random(row).NextBytes(features), row => row % 2, 2);
            var options = new MlpTrainer.Options
            {
                HiddenLayers = [4], NumberOfEpochs = 1, BatchSize = 64, Members = 1, NumberOfThreads = 1, ValidationFraction = 0.05, Rows = RowStorage.Streamed, MemoryLimit = Limit, SpillFolder = folder,
            };
            new MlpTrainer(new MLContext(seed: 1), options).Fit(rows);
            Console.WriteLine(Trained);
        }
        catch (Exception exception)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
        }
    }
}
