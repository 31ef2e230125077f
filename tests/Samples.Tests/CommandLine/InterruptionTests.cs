using System.Diagnostics;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.CommandLine;

/// <summary>Signals, sent to a program of its own.</summary>
[TestClass]
public sealed class InterruptionTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    [TestMethod]
    [DataRow("TERM", 143)]
    [DataRow("INT", 130)]
    [DataRow("HUP", 129)]
    public void ASignalEndsATrainingWithItsOwnExitCode(string signal, int code)
    {
        SkipWhereIgnored(signal);
        using var folder = new TemporaryFolder();
        using Process run = Start("digits", "--epochs", "100000", "--out", folder["out"]);
        AwaitLine(run.StandardOutput, "1 ");
        Kill(run, signal);
        Assert.AreEqual("Cancelled.", run.StandardError.ReadToEnd().Trim());
        Assert.IsTrue(run.WaitForExit(Long));
        Assert.AreEqual(code, run.ExitCode);
        Assert.IsFalse(Directory.Exists(folder["out"]), "The folder was made, and nothing was written into it.");
    }

    [TestMethod]
    public void ASweepThatIsInterruptedSavesTheBestSoFar()
    {
        const string Signal = "INT";
        SkipWhereIgnored(Signal);
        using var folder = new TemporaryFolder();
        using Process run = Start("automl", "--csv", Path.Combine(Repository.Root, "data", "real", "iris.csv"), "--label", "1", "--trials", "100000", "--out", folder["out"]);
        AwaitLine(run.StandardOutput, "trial ");
        Kill(run, Signal);
        StringAssert.Contains(run.StandardOutput.ReadToEnd(), "the same command with --resume");
        Assert.AreEqual("Cancelled.", run.StandardError.ReadToEnd().Trim());
        Assert.IsTrue(run.WaitForExit(Long));
        Assert.AreEqual(130, run.ExitCode);
        _ = new Microsoft.ML.MLContext().Model.Load(folder["out/automl-model.zip"], out _);
        StringAssert.Contains(File.ReadAllText(folder["out/automl-report.html"]), "cancelled");
    }

    /// <summary>Nothing looks at the token while a pipe is waited for: a second signal ends the process.</summary>
    [TestMethod]
    public void ARunThatIsAskedTwiceIsEndedAtOnce()
    {
        using var folder = new TemporaryFolder();
        using Process run = Start("gd", "--csv", "/dev/stdin", "--out", folder["out"]);
        SpinWait.SpinUntil(() => Directory.Exists(folder["out"]), Long);
        while (!run.WaitForExit(TimeSpan.FromSeconds(0.5)))
        {
            Kill(run, "TERM");
        }

        Assert.AreEqual(143, run.ExitCode);
        Assert.IsFalse(Directory.Exists(folder["out"]), "The folder was made, and nothing was written into it but a lock.");
    }

    [TestMethod]
    public void AFileThatIsBeingReadIsLeftAtOnce()
    {
        using var folder = new TemporaryFolder();
        using Process run = Start("gd", "--csv", "/dev/stdin", "--max-rows", "2000000000", "--max-bytes", "2000000000", "--max-cells", "2000000000", "--out", folder["out"]);
        var feeding = Task.Run(() =>
        {
            try
            {
                while (true)
                {
                    run.StandardInput.Write("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n");
                }
            }
            catch (IOException)
            {
                // It has ended.
            }
        });
        SpinWait.SpinUntil(() => Directory.Exists(folder["out"]), Long);
        Kill(run, "TERM");
        Assert.IsTrue(run.WaitForExit(Long));
        Assert.AreEqual("Cancelled.", run.StandardError.ReadToEnd().Trim());
        Assert.AreEqual(143, run.ExitCode);
        Assert.IsTrue(feeding.Wait(Long));
    }

    private static Process Start(params string[] args)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Inconclusive("Windows has no such signals.");
        }

        ProcessStartInfo start = ChildProcess.Program(Repository.Program("MLNet.GradientTrainers.Samples", "MLNet.GradientTrainers.Samples"), args);
        start.RedirectStandardInput = true;
        return ChildProcess.Start(start);
    }

    /// <summary>What ignores a signal starts programs that ignore it: a shell's background job has no SIGINT, nohup no SIGHUP.</summary>
    private static void SkipWhereIgnored(string signal)
    {
        const string Mask = "SigIgn:";
        int number = signal switch { "HUP" => 1, "INT" => 2, _ => 15 };
        string? ignored = OperatingSystem.IsLinux() ? File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith(Mask, StringComparison.Ordinal)) : null;
        if (ignored is not null && (Convert.ToUInt64(ignored[Mask.Length..].Trim(), 16) >> (number - 1) & 1) == 1)
        {
            Assert.Inconclusive($"These tests were started with SIG{signal} ignored, and so is what they start.");
        }
    }

    private static void AwaitLine(StreamReader output, string part)
    {
        while (output.ReadLine() is { } line)
        {
            if (line.TrimStart().StartsWith(part, StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail($"'{part}' is not printed.");
    }

    private static void Kill(Process process, string signal) =>
        ChildProcess.Run(new ProcessStartInfo("kill", ["-" + signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]) { RedirectStandardOutput = true, RedirectStandardError = true });
}
