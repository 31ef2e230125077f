using System.Diagnostics;

namespace MLNet.GradientTrainers.Samples.Tests.Benchmarks;

[TestClass]
public sealed class BenchmarkProgramTests
{
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
