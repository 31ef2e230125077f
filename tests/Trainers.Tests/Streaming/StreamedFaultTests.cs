using System.Diagnostics;
using Microsoft.ML;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Streaming;

/// <summary>What goes wrong with rows in a file is told, and nothing of them is left.</summary>
[TestClass]
public sealed class StreamedFaultTests
{
    /// <summary>What a child process is started with to fit into a folder.</summary>
    public const string Command = "fit-streamed";

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    private static MlpTrainer.Options Options(string folder) => new()
    {
        HiddenLayers = [4], NumberOfEpochs = 2, Members = 1, BatchSize = 64, Rows = RowStorage.Streamed, MemoryLimit = 4 << 20, SpillFolder = folder,
    };

    /// <summary>8 MB of rows.</summary>
    private static GeneratedRows Rows(Action<int>? onRow = null) => new(
        8000,
        256,
        bytes: false,
        (row, features) =>
        {
            onRow?.Invoke(row);
            Array.Fill(features, (byte)(row % 251));
        },
        row => row % 2,
        2);

    private static void Fit(string folder, Action<int>? onRow = null, Action<MlpTrainer.Options>? change = null)
    {
        var options = Options(folder);
        change?.Invoke(options);
        new MlpTrainer(new MLContext(seed: 1), options).Fit(Rows(onRow));
    }

    [TestMethod]
    [DataRow("source")]
    [DataRow("batch")]
    [DataRow("cancelled")]
    public void NothingIsLeftAfterAFailure(string where)
    {
        using var stop = new CancellationTokenSource();
        Assert.Throws<Exception>(() => Fit(
            _folder.Path,
            row =>
            {
                if (where == "source" && row == 7000)
                {
                    throw new InvalidOperationException("The source failed.");
                }

                if (where == "cancelled" && row == 7000)
                {
                    stop.Cancel();
                }
            },
            options =>
            {
                options.CancellationToken = stop.Token;
                options.OnBatch = _ => throw new InvalidOperationException("The callback failed.");
            }));
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [TestMethod]
    public void AFolderThatDoesNotExistIsNamed()
    {
        var error = Assert.ThrowsExactly<IOException>(() => Fit(_folder["none"]));
        StringAssert.Contains(error.Message, _folder["none"]);
        StringAssert.Contains(error.Message, "SpillFolder");
    }

    [TestMethod]
    public void TwoFitsMayShareAFolder()
    {
        Parallel.For(0, 3, _ => Fit(_folder.Path));
        Assert.IsEmpty(Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>A file system of 2 MB of its own, in a namespace of its own.</summary>
    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AFullDiskIsTold()
    {
        string[] mount = ["--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=2m none \"$1\" && shift && exec \"$@\"", "sh", _folder.Path];
        if (!Succeeds("unshare", [.. mount, "true"]))
        {
            Assert.Inconclusive("A small file system can't be mounted here: unshare with a user and a mount namespace is not allowed.");
        }

        ProcessStartInfo child = ChildProcess.Program(typeof(StreamedFaultTests).Assembly.Location, Command, _folder.Path);
        string[] program = [child.FileName, .. child.ArgumentList];
        child.FileName = "unshare";
        child.ArgumentList.Clear();
        foreach (string argument in (string[])[.. mount, .. program])
        {
            child.ArgumentList.Add(argument);
        }

        string told = string.Join('\n', ChildProcess.Run(child));
        StringAssert.Contains(told, nameof(IOException));
        StringAssert.Contains(told, "SpillFolder");
        StringAssert.Contains(told, "0 files left");
    }

    /// <summary>What the child process does.</summary>
    public static void Run(string folder)
    {
        try
        {
            Fit(folder);
            Console.WriteLine("fitted");
        }
        catch (Exception exception)
        {
            Console.WriteLine($"{exception.GetType().Name}: {exception.Message}");
        }

        Console.WriteLine($"{Directory.GetFileSystemEntries(folder).Length} files left");
    }

    [TestMethod]
    public void OptionsOutOfRangeAreRefused()
    {
        foreach (var (change, name) in ((Action<MlpTrainer.Options>, string)[])
        [
            (options => options.Rows = (RowStorage)7, "Rows"),
            (options => options.MemoryLimit = 512, "4 MiB; it counts bytes"),
            (options => options.SpillFolder = "", "SpillFolder"),
        ])
        {
            var options = Options(_folder.Path);
            change(options);
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpTrainer(new MLContext(), options)).Message, name);
        }
    }

    private static bool Succeeds(string program, string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            process!.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
