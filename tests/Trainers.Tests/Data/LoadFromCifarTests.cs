using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Data;

[TestClass]
public sealed class LoadFromCifarTests
{
    private const int Pixels = 3 * 32 * 32;
    private static readonly MLContext Context = new(1);

    [TestMethod]
    public void SchemaHasShapeAndClassNames()
    {
        using var folder = new TemporaryFolder();
        IDataView view = Context.Data.LoadFromCifar(Write(folder, "batch.bin", Records(5)));
        Assert.AreEqual(5L, view.GetRowCount());
        CollectionAssert.AreEqual(new[] { 3, 32, 32 }, ((VectorDataViewType)view.Schema["Features"].Type).Dimensions.ToArray());
        Assert.AreEqual(10UL, ((KeyDataViewType)view.Schema["Label"].Type).Count);
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Label"].GetKeyValues(ref names);
        Assert.AreEqual("airplane automobile bird cat deer dog frog horse ship truck", string.Join(' ', names.DenseValues()));
    }

    [TestMethod]
    public void SeveralFilesFollowOneAnotherPlainOrCompressed()
    {
        using var folder = new TemporaryFolder();
        byte[] first = Records(300);
        byte[] second = Records(7, seed: 3);
        IDataView view = Context.Data.LoadFromCifar(Write(folder, "a.bin", first), Write(folder, "b", Zip(second)));
        byte[] all = [.. first, .. second];

        CollectionAssert.AreEqual(Enumerable.Range(0, 307).Select(i => all[i * (Pixels + 1)] + 1u).ToArray(), view.GetColumn<uint>("Label").ToArray());
        float[][] rows = [.. view.GetColumn<float[]>("Features")];
        CollectionAssert.AreEqual(all.AsSpan((301 * (Pixels + 1)) + 1, Pixels).ToArray().Select(b => (float)b).ToArray(), rows[301]);
        CollectionAssert.AreEqual(all.AsSpan(1, Pixels).ToArray().Select(b => (float)b).ToArray(), rows[0]);
    }

    [TestMethod]
    public void ScalingNamesAndColumns()
    {
        using var folder = new TemporaryFolder();
        IDataView view = Context.Data.LoadFromCifar(
            [Write(folder, "batch.bin", Records(3))], PixelScaling.ZeroToOne, Enumerable.Range(0, 12).Select(i => $"c{i}").ToArray(), "Pixels", "Kind");
        Assert.AreEqual(12UL, ((KeyDataViewType)view.Schema["Kind"].Type).Count);
        Assert.AreEqual(Records(3)[1] / 255f, view.GetColumn<float[]>("Pixels").First()[0]);
    }

    [TestMethod]
    [DataRow(0, "empty")]
    [DataRow(3072, "3072")]
    [DataRow(3074, "multiple of 3073")]
    [DataRow(2 * 3073 + 5, "6151")]
    public void AWrongLengthIsTold(int length, string told)
    {
        using var folder = new TemporaryFolder();
        foreach (bool zip in new[] { false, true })
        {
            string path = Write(folder, "batch.bin", zip ? Zip(new byte[length]) : new byte[length]);
            var error = Assert.ThrowsExactly<InvalidDataException>(() => Context.Data.LoadFromCifar(path));
            StringAssert.Contains(error.Message, path);
            StringAssert.Contains(error.Message, told);
        }
    }

    [TestMethod]
    public void AClassBeyondTheNamesIsTold()
    {
        using var folder = new TemporaryFolder();
        byte[] bytes = Records(4);
        bytes[2 * (Pixels + 1)] = 10;
        string path = Write(folder, "batch.bin", bytes);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Context.Data.LoadFromCifar(path));
        StringAssert.Contains(error.Message, "class of 0 to 9 at the start of image 2, found 10");
    }

    [TestMethod]
    public void DamagedCompressedDataAreTold()
    {
        using var folder = new TemporaryFolder();
        byte[] zip = Zip(Records(40));
        byte[] damaged = [.. zip];
        damaged[zip.Length / 2] ^= 0xFF;
        foreach (byte[] bytes in new[] { damaged, zip[..(zip.Length / 2)] })
        {
            string path = Write(folder, "batch.bin.gz", bytes);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Context.Data.LoadFromCifar(path)).Message, path);
        }
    }

    [TestMethod]
    public void WrongArgumentsAreTold()
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, "batch.bin", Records(1));
        Assert.ThrowsExactly<FileNotFoundException>(() => Context.Data.LoadFromCifar(folder["none"]));
        Assert.ThrowsExactly<ArgumentException>(() => Context.Data.LoadFromCifar());
        Assert.ThrowsExactly<ArgumentException>(() => Context.Data.LoadFromCifar([""]));
        Assert.ThrowsExactly<ArgumentException>(() => Context.Data.LoadFromCifar([path], featureColumnName: "Label"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Data.LoadFromCifar([path], classNames: []));
    }

    [TestMethod]
    public void ADefectInARandomFileIsAnOrdinaryError()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(5);
        for (int trial = 0; trial < 200; trial++)
        {
            byte[] bytes = new byte[random.Next(2) == 0 ? random.Next(9000) : 3073 * random.Next(1, 4)];
            random.NextBytes(bytes);
            if (random.Next(3) == 0 && bytes.Length > 2)
            {
                (bytes[0], bytes[1]) = (0x1F, 0x8B);
            }

            string path = Write(folder, "batch.bin", bytes);
            bool valid = bytes.Length > 0 && bytes.Length % 3073 == 0 && bytes.Where((_, i) => i % 3073 == 0).All(label => label < 10);
            if (valid)
            {
                Assert.AreEqual(bytes.Length / 3073L, Context.Data.LoadFromCifar(path).GetRowCount());
            }
            else
            {
                Assert.ThrowsExactly<InvalidDataException>(() => Context.Data.LoadFromCifar(path));
            }
        }
    }

    private static byte[] Records(int count, int seed = 1)
    {
        byte[] bytes = new byte[count * (Pixels + 1)];
        new Random(seed).NextBytes(bytes);
        for (int i = 0; i < count; i++)
        {
            bytes[i * (Pixels + 1)] = (byte)((i + seed) % 10);
        }

        return bytes;
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            zip.Write(bytes);
        }

        return stream.ToArray();
    }

    private static string Write(TemporaryFolder folder, string name, byte[] bytes)
    {
        File.WriteAllBytes(folder[name], bytes);
        return folder[name];
    }
}
