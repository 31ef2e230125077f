using System.IO.Compression;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Files;

[TestClass]
public sealed class TryLoadTests : IDisposable
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly Lazy<byte[]> Network = new(() => Save(new MlpRegressionTrainer(Context, hiddenLayers: [4], numberOfEpochs: 1)));
    private static readonly Lazy<byte[]> Native = new(() => Save(Context.Transforms.NormalizeMinMax("Features").Append(Context.Regression.Trainers.OnlineGradientDescent())));

    private readonly TemporaryFolder _folder = new();

    private string Target => _folder["model.zip"];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void AGoodFileIsLoaded()
    {
        foreach (byte[] file in new[] { Network.Value, Native.Value })
        {
            File.WriteAllBytes(Target, file);
            Assert.IsTrue(Context.Model.TryLoad(Target, out var model, out var schema, out string? problem), problem);
            Assert.IsNull(problem);
            Assert.IsNotNull(schema!.GetColumnOrNull("Features"));
            Assert.AreEqual(30, model.Transform(Surface.Load(Context, 30)).GetColumn<float>("Score").Count());
        }
    }

    [TestMethod]
    public void AModelWithoutASchemaIsLoaded()
    {
        var data = Surface.Load(Context, 30);
        Context.Model.SaveAtomically(Context.Transforms.NormalizeMinMax("Features").Fit(data), inputSchema: null, Target);
        Assert.IsTrue(Context.Model.TryLoad(Target, out _, out var schema, out string? problem), problem);
        Assert.IsNull(schema);
    }

    [TestMethod]
    public void WhatIsNoModelFileIsTold()
    {
        StringAssert.Contains(Problem(null), "There is no file");
        StringAssert.Contains(Problem([]), "is empty");
        StringAssert.Contains(Problem("Just a text, which somebody has renamed."u8.ToArray()), "no model file");
        StringAssert.Contains(Problem(Zip("readme.txt", "no model in here"u8.ToArray())), "without a model");
        Directory.CreateDirectory(_folder["folder"]);
        Assert.IsFalse(Context.Model.TryLoad(_folder["folder"], out _, out _, out string? problem));
        StringAssert.Contains(problem, "is a folder");
    }

    [TestMethod]
    public void AFileThatIsCutShortIsTold()
    {
        foreach (byte[] file in new[] { Network.Value, Native.Value })
        {
            for (int length = 1; length < file.Length; length += 1 + (file.Length / 40))
            {
                StringAssert.Contains(Problem(file[..length]), Target);
            }
        }
    }

    [TestMethod]
    public void ADamagedFileIsToldOrLoadsEqual()
    {
        // ML.NET's own reader never ends on some of these.
        var data = Surface.Load(Context, 30);
        var random = new Random(1);
        foreach (byte[] file in new[] { Network.Value, Native.Value })
        {
            File.WriteAllBytes(Target, file);
            float[] expected = Scores(Context.Model.Load(Target, out _), data);
            int told = 0;
            for (int trial = 0; trial < 150; trial++)
            {
                byte[] damaged = [.. file];
                damaged[random.Next(damaged.Length)] ^= (byte)random.Next(1, 256);
                File.WriteAllBytes(Target, damaged);
                if (Context.Model.TryLoad(Target, out var model, out _, out string? problem))
                {
                    CollectionAssert.AreEqual(expected, Scores(model, data));
                }
                else
                {
                    StringAssert.Contains(problem, Target);
                    Assert.DoesNotContain('\n', problem);
                    told++;
                }
            }

            Assert.IsGreaterThan(75, told);
        }
    }

    [TestMethod]
    public void AMissingAssemblyIsNamed()
    {
        string problem = Problem(Change(Network.Value, "MLNet.GradientTrainers.Bridge", "MLNet.GradientTrainers.Bridgf", Encoding.Unicode));
        StringAssert.Contains(problem, "needs the assembly 'MLNet.GradientTrainers.Bridgf'");
        StringAssert.Contains(problem, "package");
    }

    [TestMethod]
    public void OurOwnReasonComesThrough()
    {
        string problem = Problem(Change(Network.Value, nameof(RegressionNetworkReader), nameof(RegressionNetworkReader)[..^1] + "R", Encoding.UTF8));
        StringAssert.Contains(problem, "RegressionNetworkReadeR");
        Assert.DoesNotContain("TargetInvocation", problem);
    }

    [TestMethod]
    public void AFileThatExpandsBeyondReasonIsNotUnpacked()
    {
        // What the archive's directory says: the signature of its entry, 20 bytes, the unpacked length.
        byte[] file = Zip("TransformerChain/Model.key", new byte[1000]);
        BitConverter.TryWriteBytes(file.AsSpan(file.AsSpan().IndexOf("PK\u0001\u0002"u8) + 24), int.MaxValue);
        File.WriteAllBytes(Target, file);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.IsFalse(Context.Model.TryLoad(Target, out _, out _, out string? problem));
        StringAssert.Contains(problem, "unpacks to");
        Assert.IsLessThan(10_000_000L, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private string Problem(byte[]? file)
    {
        if (file is not null)
        {
            File.WriteAllBytes(Target, file);
        }

        Assert.IsFalse(Context.Model.TryLoad(Target, out var model, out var schema, out string? problem));
        Assert.IsNull(model);
        Assert.IsNull(schema);
        return problem;
    }

    private static byte[] Save(IEstimator<ITransformer> estimator)
    {
        var data = Surface.Load(Context, 30);
        using var file = new MemoryStream();
        Context.Model.Save(estimator.Fit(data), data.Schema, file);
        return file.ToArray();
    }

    private static byte[] Zip(string name, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(content);
        }

        return stream.ToArray();
    }

    /// <summary>The archive with a text in one of its parts replaced by another of the same length.</summary>
    private static byte[] Change(byte[] file, string from, string to, Encoding encoding)
    {
        using var stream = new MemoryStream();
        stream.Write(file);
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            foreach (var entry in zip.Entries)
            {
                using var content = entry.Open();
                byte[] bytes = new byte[content.Length];
                content.ReadExactly(bytes);
                int at = bytes.AsSpan().IndexOf(encoding.GetBytes(from));
                if (at >= 0)
                {
                    content.Position = at;
                    content.Write(encoding.GetBytes(to));
                }
            }
        }

        return stream.ToArray();
    }

    private static float[] Scores(ITransformer model, IDataView data) => [.. model.Transform(data).GetColumn<float>("Score")];
}
