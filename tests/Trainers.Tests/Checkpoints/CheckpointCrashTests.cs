using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Checkpoints;

/// <summary>Processes that are killed while they train leave a file that is whole, from which the fit goes on to the same end.</summary>
[TestClass]
public sealed class CheckpointCrashTests
{
    private const int Lives = 10;

    /// <summary>Fifty kills, in five fits, each of which goes on from life to life.</summary>
    [TestMethod]
    public void KilledFitsGoOn()
    {
        string[] names = ["Mlp", "Members", "Cnn", "Sgd", "Polynomial"];
        using var folder = new TemporaryFolder();
        int files = 0;
        Parallel.ForEach(names, new ParallelOptions { MaxDegreeOfParallelism = 2 }, name =>
        {
            var random = new Random(Array.IndexOf(names, name));
            var trainer = CheckpointCase.Of(name);
            string path = folder[$"{name}.checkpoint"];
            for (int life = 0; life < Lives; life++)
            {
                using var process = ChildProcess.Start(ChildProcess.Program(typeof(KilledFit).Assembly.Location, KilledFit.Command, name, path));
                string? line = process.StandardOutput.ReadLine();
                Thread.Sleep(random.Next(40));
                process.Kill();
                process.WaitForExit();
                Assert.IsTrue(line is KilledFit.Trains, $"{name}, life {life}: {line} {process.StandardError.ReadToEnd()}");
                if (File.Exists(path))
                {
                    Interlocked.Increment(ref files);
                    using var file = CheckpointFile.Open(path);
                }
            }

            Assert.AreEqual(KilledFit.Expected(trainer), KilledFit.Finish(trainer, path), name);
            Assert.IsFalse(File.Exists(path));
        });
        Assert.IsGreaterThan(names.Length, files, "lives left files");
    }
}
