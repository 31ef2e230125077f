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

    [TestMethod]
    public async Task AnOptionThatIsWrongBringsTheHelpOfItsSample()
    {
        Invocation run = await Invocation.Of("mnist-mlp", "--epochs", "x");
        StringAssert.Contains(run.Error, "./run.sh mnist-mlp [options]");
        StringAssert.Contains(run.Error, "--data <DIR>");
    }
}
