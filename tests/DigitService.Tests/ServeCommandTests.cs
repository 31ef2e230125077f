using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using MLNet.GradientTrainers.DigitService.Security;

namespace MLNet.GradientTrainers.DigitService.Tests;

[TestClass]
public sealed class ServeCommandTests
{
    [TestMethod]
    [DataRow("--prot=1x", "--port", "nine")]
    [DataRow("--prot", "1")]
    [DataRow("5080")]
    [DataRow("--port", "65536")]
    [DataRow("--address", "here")]
    public async Task WhatIsNotUnderstoodStartsNothing(params string[] args) => Assert.AreEqual(2, await ServeCommand.RunAsync(args));

    [TestMethod]
    public async Task ItsHelpTellsOfSettings()
    {
        var (before, help) = (Console.Out, new StringWriter());
        Console.SetOut(help);
        try
        {
            Assert.AreEqual(0, await ServeCommand.RunAsync(["--help"]));
        }
        finally
        {
            Console.SetOut(before);
        }

        StringAssert.Contains(help.ToString(), "--DigitService:Limits:Images=10");
        Assert.DoesNotContain("Additional Arguments", help.ToString());
    }

    [TestMethod]
    public async Task AFolderThatIsNoneIsToldAndStartsNothing()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["file"], "");
        Assert.AreEqual(1, await ServeCommand.RunAsync(["--port", "0", "--folder", folder["file"]]));
    }

    [TestMethod]
    public async Task APortInUseIsToldAndStartsNothing()
    {
        using var folder = new TemporaryFolder();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string port = $"{((IPEndPoint)listener.LocalEndpoint).Port}";
        Assert.AreEqual(1, await ServeCommand.RunAsync(["--port", port, "--folder", folder.Path, "--DigitService:Training:AtStart=false"]));
    }

    [TestMethod]
    [DataRow("Limits:BodyBytes=-5", "DigitService:Limits:BodyBytes is -5; it must be from 1 to 1073741824.")]
    [DataRow("Limits:BodyBytes=2147483647", "DigitService:Limits:BodyBytes is 2147483647; it must be from 1 to 1073741824.")]
    [DataRow("Limits:BodyBytes=abc", "'abc' at 'DigitService:Limits:BodyBytes'")]
    [DataRow("Limits:Images=0", "DigitService:Limits:Images is 0; it must be from 1.")]
    [DataRow("Limits:Pixels=0", "DigitService:Limits:Pixels is 0; it must be from 1.")]
    [DataRow("Limits:PredictionsPerSecond=0", "DigitService:Limits:PredictionsPerSecond is 0; it must be from 1.")]
    [DataRow("Limits:WritesPerMinute=-1", "DigitService:Limits:WritesPerMinute is -1; it must be from 1.")]
    [DataRow("Limits:EventStreams=0", "DigitService:Limits:EventStreams is 0; it must be from 1.")]
    [DataRow("Training:Epochs=101", "DigitService:Training:Epochs is 101; it must be from 1 to 100.")]
    [DataRow("Training:Images=0", "DigitService:Training:Images is 0; it must be from 1.")]
    [DataRow("Training:Threads=0", "DigitService:Training:Threads is 0; it must be from 1.")]
    [DataRow("Folder= ", "DigitService:Folder is empty; it must be the path of a folder.")]
    [DataRow("Training:Seed=x", "'x' at 'DigitService:Training:Seed'")]
    public async Task ASettingThatMakesNoSenseIsToldAndStartsNothing(string setting, string message)
    {
        var (before, error) = (Console.Error, new StringWriter());
        Console.SetError(error);
        try
        {
            Assert.AreEqual(1, await ServeCommand.RunAsync(["--port", "0", $"--DigitService:{setting}"]));
        }
        finally
        {
            Console.SetError(before);
        }

        Assert.StartsWith("The service cannot start: ", error.ToString());
        Assert.Contains(message, error.ToString());
        Assert.HasCount(1, error.ToString().Trim().Split('\n'));
    }

    [TestMethod]
    public void AKeyIsMadeAndToldOnceWhereNoneIsGiven()
    {
        var given = new ApiKey(Options.Create(new DigitServiceOptions { ApiKey = "given" }));
        Assert.IsNull(given.TakeGenerated());
        Assert.IsTrue(given.Matches("given"));

        var made = new ApiKey(Options.Create(new DigitServiceOptions()));
        string key = made.TakeGenerated()!;
        Assert.IsNull(made.TakeGenerated());
        Assert.IsTrue(made.Matches(key));
        Assert.IsFalse(made.Matches(""));
        Assert.AreNotEqual(key, new ApiKey(Options.Create(new DigitServiceOptions())).TakeGenerated());
    }
}
