using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Dense rows of pixels are kept as bytes where that loses nothing.</summary>
[TestClass]
public sealed class DenseFeatureRowsTests
{
    private const int Width = 100;

    private static readonly Dictionary<string, Func<int, float>> Scalings = new()
    {
        ["raw"] = pixel => pixel,
        ["ExtractPixels"] = pixel => pixel * (1 / 255f),
        ["zero to one"] = pixel => pixel / 255f,
        ["MNIST"] = pixel => ((pixel / 255f) - 0.1307f) / 0.3081f,
        ["others"] = pixel => pixel * 0.7f,
    };

    [TestMethod]
    [DataRow("raw", true)]
    [DataRow("ExtractPixels", true)]
    [DataRow("zero to one", true)]
    [DataRow("MNIST", false)]
    [DataRow("others", false)]
    public void PixelsAreKeptAsBytes(string scaling, bool bytes)
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(i => Row(i, Scalings[scaling]))];
        Assert.AreEqual(bytes, Check(rows, keepBytes: true) is ByteRows);
        Assert.IsInstanceOfType<DenseRows>(Check(rows, keepBytes: false));
    }

    /// <summary>A column may tell its scaling; it is taken where it is right.</summary>
    [TestMethod]
    [DataRow("raw", true)]
    [DataRow("MNIST", true)]
    [DataRow("others", false)]
    public void AColumnsOwnScalingIsTried(string scaling, bool bytes)
    {
        float[][] rows = [.. Enumerable.Range(0, 40).Select(i => Row(i, Scalings[scaling]))];
        Assert.AreEqual(bytes, Check(rows, keepBytes: true, PixelScaling.Mnist.Table()) is ByteRows);
    }

    /// <summary>Images of a file tell their scaling, also behind transforms of other columns; what changes them tells it no more.</summary>
    [TestMethod]
    public void ColumnsOfImagesTellTheirScaling()
    {
        var context = new MLContext(seed: 1);
        var scaling = PixelScaling.Standardize(0.4734f, 0.2516f);
        var images = new ImageDataView(new ImageSet(3, [1, 10, 10], 100, new byte[300], new byte[3]), scaling, "Features", "Label", ["a", "b"]);
        var behind = context.Data.Cache(context.Data.TakeRows(context.Transforms.CopyColumns("Copy", "Label").Fit(images).Transform(images), 2));
        CollectionAssert.AreEqual(scaling.Table(), PixelValues.Of(behind.Schema["Features"]));
        var normalized = context.Transforms.NormalizeMinMax("Features").Fit(images).Transform(images);
        Assert.IsNull(PixelValues.Of(normalized.Schema["Features"]));
        Assert.IsNull(PixelValues.Of(images.Schema["Label"]));
    }

    /// <summary>Black images, and black and white ones, are in several scalings: what comes later decides.</summary>
    [TestMethod]
    [DataRow("raw", true)]
    [DataRow("ExtractPixels", true)]
    [DataRow("zero to one", true)]
    [DataRow("others", false)]
    public void FirstRowsThatTellLittleAreKept(string scaling, bool bytes)
    {
        float white = scaling == "raw" ? 255 : 1;
        float[][] first = [new float[Width], [.. Enumerable.Range(0, Width).Select(j => j % 2 * white)]];
        Assert.AreEqual(bytes, Check([.. first, .. Enumerable.Range(0, 40).Select(i => Row(i, Scalings[scaling]))], keepBytes: true) is ByteRows);
    }

    /// <summary>One value late in the rows is enough, and nothing of what came before is lost.</summary>
    [TestMethod]
    [DataRow(256f)]
    [DataRow(-1f)]
    [DataRow(0.5f)]
    [DataRow(-0f)]
    [DataRow(1e30f)]
    public void AValueThatIsNoPixelMakesFloatsOfAll(float value)
    {
        float[][] rows = [.. Enumerable.Range(0, 3000).Select(i => Row(i, Scalings["raw"]))];
        Assert.IsInstanceOfType<ByteRows>(Check(rows, keepBytes: true));
        rows[2500][70] = value;
        Assert.IsInstanceOfType<DenseRows>(Check(rows, keepBytes: true));
    }

    [TestMethod]
    public void RowsOfBytesTakeAQuarterOfTheMemory()
    {
        const int Count = 100_000;
        var row = new VBuffer<float>(Width, Row(1, Scalings["raw"]));
        long Claimed(bool keepBytes)
        {
            var builder = new FeatureRowsBuilder(Width, keepBytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Count; i++)
            {
                builder.Add(row);
            }

            var rows = builder.Build();
            long claimed = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.AreEqual(Count, rows.Count);
            return claimed;
        }

        Assert.IsGreaterThan(4L * Width * Count, Claimed(keepBytes: false));
        Assert.IsLessThan(1.5 * Width * Count, (double)Claimed(keepBytes: true));
    }

    /// <summary>Sparse rows stay sparse; those that turn out to have many values become bytes.</summary>
    [TestMethod]
    public void SparseRowsOfPixelsStayOrBecomeBytes()
    {
        IRowSource<float> Build(int values)
        {
            var builder = new FeatureRowsBuilder(Width, keepBytes: true);
            for (int i = 0; i < 50; i++)
            {
                int stored = i == 0 ? 3 : values;
                builder.Add(new VBuffer<float>(Width, stored, [.. Enumerable.Range(1, stored).Select(j => (float)j)], [.. Enumerable.Range(0, stored)]));
            }

            return builder.Build();
        }

        Assert.IsInstanceOfType<SparseRows>(Build(3));
        Assert.IsInstanceOfType<ByteRows>(Build(60));
    }

    private static float[] Row(int row, Func<int, float> scaling)
    {
        var random = new Random(row);
        return [.. Enumerable.Range(0, Width).Select(_ => scaling(random.Next(256)))];
    }

    private static IRowSource<float> Check(float[][] expected, bool keepBytes, float[]? pixels = null)
    {
        var builder = new FeatureRowsBuilder(Width, keepBytes, pixels);
        foreach (float[] row in expected)
        {
            builder.Add(new VBuffer<float>(Width, row));
        }

        var rows = builder.Build();
        Assert.AreEqual(expected.Length, rows.Count);
        var read = new float[Width];
        for (int i = 0; i < expected.Length; i++)
        {
            rows.Read([i], read);
            CollectionAssert.AreEqual(Array.ConvertAll(expected[i], BitConverter.SingleToInt32Bits), Array.ConvertAll(read, BitConverter.SingleToInt32Bits), $"row {i}");
        }

        return rows;
    }
}
