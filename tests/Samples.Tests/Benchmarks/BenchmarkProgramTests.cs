using System.Diagnostics;

namespace MLNet.GradientTrainers.Samples.Tests.Benchmarks;

[TestClass]
public sealed class BenchmarkProgramTests
{
    [TestMethod]
    [DataRow("Unknown argument '--seeds'.", "serving", "--seeds", "3")]
    [DataRow("Unknown argument '--seeds'.", "scoring", "--seeds", "3")]
    [DataRow("Unknown argument '--threads'.", "gpu", "--threads", "3")]
    [DataRow("Unknown argument '--threads'.", "distributed", "--threads", "3")]
    [DataRow("Unknown argument '--q'.", "--q")]
    [DataRow("Unknown argument ''.", "")]
    [DataRow("--trials takes a number of at least 1.", "sweep", "--trials", "0")]
    [DataRow("--only needs a value.", "accuracy", "--only")]
    public void ACommandTakesItsOwnOptionsAlone(string problem, params string[] arguments)
    {
        using Process run = ChildProcess.Start(ChildProcess.Program(Repository.Program("Benchmarks", "MLNet.GradientTrainers.Benchmarks"), arguments));
        StringAssert.StartsWith(run.StandardError.ReadToEnd(), problem + Environment.NewLine + "Usage: ./bench.sh");
        Assert.AreEqual("", run.StandardOutput.ReadToEnd());
        run.WaitForExit();
        Assert.AreEqual(2, run.ExitCode);
    }

    /// <summary>Minutes of measuring are not lost at their end.</summary>
    [TestMethod]
    [DataRow("none/figures.json", "there is no folder")]
    [DataRow("", "is a folder")]
    public void AFileThatCannotBeWrittenIsToldBeforeAnyRun(string file, string message)
    {
        using var folder = new TemporaryFolder();
        using Process run = ChildProcess.Start(ChildProcess.Program(Repository.Program("Benchmarks", "MLNet.GradientTrainers.Benchmarks"), "--json", Path.Combine(folder.Path, file)));
        StringAssert.Contains(run.StandardError.ReadToEnd(), message);
        Assert.AreEqual("", run.StandardOutput.ReadToEnd());
        run.WaitForExit();
        Assert.AreEqual(2, run.ExitCode);
    }
}
