using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.CommandLine;

[TestClass]
public sealed class CommandLineTests
{
    [TestMethod]
    [DataRow("help")]
    [DataRow("--help")]
    [DataRow("-h")]
    public async Task HelpListsAllSamples(string word)
    {
        Invocation run = await Invocation.Succeeding(word);
        foreach (var sample in SampleRegistry.All())
        {
            StringAssert.Contains(run.Output, sample.Name);
            StringAssert.Contains(run.Output, sample.Summary);
        }
    }

    [TestMethod]
    public async Task HelpOfASampleListsItsOptions()
    {
        foreach (var sample in SampleRegistry.All())
        {
            string before = (await Invocation.Succeeding("help", sample.Name)).Output;
            Assert.AreEqual(before, (await Invocation.Succeeding(sample.Name, "--help")).Output);
            foreach (var option in sample.Options)
            {
                StringAssert.Contains(before, option.Name);
                StringAssert.Contains(before, option.Description!);
            }

            StringAssert.Contains(before, "--json");
        }
    }

    [TestMethod]
    public void NamesOfSamplesDiffer()
    {
        var samples = SampleRegistry.All();
        Assert.AreEqual(samples.Count, samples.Select(s => s.Name).Distinct().Count());
        var types = typeof(Sample).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(Sample)) && !t.IsAbstract);
        CollectionAssert.AreEquivalent(types.ToArray(), samples.Select(s => s.GetType()).ToArray(), "A sample is missing from the registry.");
    }

    [TestMethod]
    [DataRow("There is no sample 'mnist'. The samples: digits, mnist-mlp,", "mnist")]
    [DataRow("There is no sample 'serv'. The samples: digits, mnist-mlp,", "serv")]
    [DataRow("--epochs is 'three', but it must be a whole number from 1", "--epochs", "three")]
    [DataRow("--epochs is '0', but it must be a whole number from 1", "digits", "--epochs", "0")]
    [DataRow("--epochs is '2.5', but it must be a whole number from 1", "mnist-mlp", "--epochs", "2.5")]
    [DataRow("--seed is '-1', but it must be a whole number from 0", "--seed", "-1")]
    [DataRow("--threads is '99999999999', but it must be a whole number from 1", "--threads", "99999999999")]
    [DataRow("--threads is '0', but it must be a whole number from 1", "--threads", "0")]
    [DataRow("--out is empty, but it must name a folder", "--out", "")]
    [DataRow("missing for option: '--epochs'", "--epochs")]
    [DataRow("missing for option: '--data'", "mnist-mlp", "--data")]
    [DataRow("'--epoch'", "--epoch", "3")]
    [DataRow("--method is 'adam', but it must be manual, engine or rmsprop.", "sine", "--method", "adam")]
    [DataRow("--header is 'maybe', but it must be auto, yes or no.", "losses", "--header", "maybe")]
    [DataRow("'extra'", "digits", "extra")]
    [DataRow("--mirror is 'ftp://x', but it must be an address that begins with http://", "download-mnist", "--mirror", "ftp://x")]
    public async Task WrongCommandLinesSayWhatIsWrong(string message, params string[] args)
    {
        Invocation run = await Invocation.Of(args);
        Assert.AreEqual(SampleProgram.Usage, run.ExitCode);
        StringAssert.Contains(run.Error, message);
        Assert.AreEqual("", run.Output);
    }

    /// <summary>The help is longer than a terminal is high: the message would scroll away above it.</summary>
    [TestMethod]
    [DataRow("mnist-mlp", "mnist-mlp", "--epochs", "x")]
    [DataRow("digits", "--epochs", "x")]
    [DataRow("losses", "losses", "--nothing")]
    public async Task AnOptionThatIsWrongNamesTheHelpOfItsSampleInALine(string sample, params string[] args)
    {
        Invocation run = await Invocation.Of(args);
        string[] lines = run.Error.TrimEnd().ReplaceLineEndings("\n").Split('\n');
        Assert.HasCount(2, lines, run.Error);
        Assert.AreEqual($"Its options: ./run.sh help {sample}", lines[1]);
    }

    [TestMethod]
    [DataRow("--epochs", "--epoch", "3")]
    [DataRow("--features", "gd", "--feature", "a")]
    [DataRow("--max-rows", "sine", "--maxrows", "3")]
    [DataRow("minimize", "minimise")]
    [DataRow("mnist-cnn", "mnist-cn")]
    public async Task AWordThatIsNearlyRightBringsTheRightOne(string right, params string[] args)
    {
        Invocation run = await Invocation.Of(args);
        Assert.AreEqual(SampleProgram.Usage, run.ExitCode);
        string line = run.Error.ReplaceLineEndings("\n").Split('\n').Single(l => l.StartsWith("Did you mean", StringComparison.Ordinal));
        StringAssert.Contains(line, right);
        Assert.AreEqual("", run.Output);
    }

    [TestMethod]
    public async Task AWordThatIsLikeNoneBringsNoGuess()
    {
        Assert.IsFalse((await Invocation.Of("losses", "--something-else")).Error.Contains("Did you mean", StringComparison.Ordinal));
        Assert.IsFalse((await Invocation.Of("nothing-of-this-kind")).Error.Contains("Did you mean", StringComparison.Ordinal));
    }

    [TestMethod]
    public async Task HelpTellsOfTheHelpOfASample() => StringAssert.Contains((await Invocation.Succeeding("help")).Output, "./run.sh help NAME");

    [TestMethod]
    public async Task HelpSaysThatALimitRefuses()
    {
        string help = (await Invocation.Succeeding("help", "gd")).Output;
        StringAssert.Contains(help, "More rows than this are refused.");
        Assert.IsFalse(help.Contains("Most ", StringComparison.Ordinal), help);
    }
}
