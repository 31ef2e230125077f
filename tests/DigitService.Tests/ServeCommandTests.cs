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
