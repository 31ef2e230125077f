using System.Net;
using System.Net.Sockets;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Samples;

[TestClass]
public sealed class DataSampleTests
{
    [TestMethod]
    public async Task TheDefaultSeedDrawsTheFilesThatComeWithTheProgram()
    {
        using var folder = new TemporaryFolder();
        Invocation run = await Invocation.Succeeding("generate-digits", "--output", folder.Path, "--json");
        DigitFiles drawn = DigitFiles.In(folder.Path);
        Same(DigitFiles.Default.TrainImages, drawn.TrainImages);
        Same(DigitFiles.Default.TrainLabels, drawn.TrainLabels);
        Same(DigitFiles.Default.TestImages, drawn.TestImages);
        Same(DigitFiles.Default.TestLabels, drawn.TestLabels);
        Assert.AreEqual(drawn.TrainImages, run.Json.GetProperty("files")[0].GetString());
    }

    [TestMethod]
    public async Task AnotherSeedDrawsOtherDigits()
    {
        using var folder = new TemporaryFolder();
        await Invocation.Succeeding("generate-digits", "--output", folder.Path, "--seed", "7");
        CollectionAssert.AreNotEqual(File.ReadAllBytes(DigitFiles.Default.TestImages), File.ReadAllBytes(DigitFiles.In(folder.Path).TestImages));
    }

    [TestMethod]
    public async Task FilesThatAreThereAreVerifiedAndKept()
    {
        string data = RealMnist.DirectoryOrSkip();
        using var folder = new TemporaryFolder();
        foreach (var file in Mnist.Files)
        {
            File.Copy(Path.Combine(data, file.Name), folder[file.Name]);
        }

        // No mirror is asked: nothing listens at this address.
        Invocation run = await Invocation.Succeeding("download-mnist", "--output", folder.Path, "--mirror", "http://127.0.0.1:1/", "--json");
        Assert.AreEqual(4, run.Json.GetProperty("files").GetArrayLength());
        StringAssert.Contains(run.Output, "./run.sh mnist-mlp --data");
    }

    [TestMethod]
    public async Task AMirrorWithoutTheFilesSaysWhereToPutThem()
    {
        using var folder = new TemporaryFolder();
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        Task serving = NotFoundAsync(server);
        Invocation run = await Invocation.Of("download-mnist", "--output", folder.Path, "--mirror", $"http://127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}/");
        server.Stop();
        await serving;

        Assert.AreEqual(SampleProgram.Failure, run.ExitCode);
        StringAssert.Contains(run.Error, "404");
        StringAssert.Contains(run.Error, folder.Path);
        StringAssert.Contains(run.Error, "train-images-idx3-ubyte.gz");
    }

    private static async Task NotFoundAsync(TcpListener server)
    {
        try
        {
            while (true)
            {
                using TcpClient client = await server.AcceptTcpClientAsync();
                await using NetworkStream stream = client.GetStream();
                _ = await stream.ReadAsync(new byte[4096]);
                await stream.WriteAsync("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
            }
        }
        catch (SocketException)
        {
            // Stopped by the test.
        }
    }

    private static void Same(string expected, string actual) => Assert.IsTrue(File.ReadAllBytes(expected).AsSpan().SequenceEqual(File.ReadAllBytes(actual)), actual);
}
