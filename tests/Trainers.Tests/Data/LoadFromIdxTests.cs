using System.Security.Cryptography;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Data;

[TestClass]
public sealed class LoadFromIdxTests
{
    private static readonly MLContext Context = new(1);

    [TestMethod]
    public void SchemaHasShapeAndKeyNames()
    {
        using var folder = new TemporaryFolder();
        IDataView view = Write(folder, 5, 3, 4);

        Assert.AreEqual(5L, view.GetRowCount());
        Assert.AreEqual(2, view.Schema.Count);
        var features = (VectorDataViewType)view.Schema["Features"].Type;
        CollectionAssert.AreEqual(new[] { 1, 3, 4 }, features.Dimensions.ToArray());
        Assert.AreEqual(12, features.Size);
        Assert.AreEqual(NumberDataViewType.Single, features.ItemType);
        var label = (KeyDataViewType)view.Schema["Label"].Type;
        Assert.AreEqual(10UL, label.Count);
        Assert.AreEqual(typeof(uint), label.RawType);
        VBuffer<ReadOnlyMemory<char>> names = default;
        view.Schema["Label"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(Enumerable.Range(0, 10).Select(i => $"{i}").ToArray(), names.DenseValues().Select(n => n.ToString()).ToArray());
    }

    [TestMethod]
    public void RowsAreTheFilesBytes()
    {
        using var folder = new TemporaryFolder();
        IDataView view = Write(folder, 200, 7, 9);
        byte[] pixels = IdxFileTests.Bytes(200 * 63);

        float[][] rows = [.. view.GetColumn<float[]>("Features")];
        uint[] labels = [.. view.GetColumn<uint>("Label")];

        CollectionAssert.AreEqual(pixels.Select(p => (float)p).ToArray(), rows.SelectMany(r => r).ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, 200).Select(i => (uint)((i % 10) + 1)).ToArray(), labels);
    }

    [TestMethod]
    public void LabelsAsNumbersScaledPixelsAndOwnNames()
    {
        using var folder = new TemporaryFolder();
        Write(folder, 3, 2, 2);
        IDataView view = Context.Data.LoadFromIdx(
            folder["images"], folder["labels"], IdxLabelKind.Number, PixelScaling.ZeroToOne, featureColumnName: "Pixels", labelColumnName: "Digit");

        Assert.AreEqual(NumberDataViewType.Single, view.Schema["Digit"].Type);
        CollectionAssert.AreEqual(new[] { 0f, 1f, 2f }, view.GetColumn<float>("Digit").ToArray());
        byte[] bytes = IdxFileTests.Bytes(12);
        CollectionAssert.AreEqual(bytes[..4].Select(p => p / 255f).ToArray(), view.GetColumn<float[]>("Pixels").First());
    }

    [TestMethod]
    public void ImagesAloneHaveNoLabelColumn()
    {
        using var folder = new TemporaryFolder();
        Write(folder, 3, 2, 2);
        IDataView view = Context.Data.LoadFromIdx(folder["images"]);
        Assert.AreEqual(1, view.Schema.Count);
        Assert.AreEqual(3, view.GetColumn<float[]>("Features").Count());
    }

    [TestMethod]
    [DataRow(new[] { 4, 6 }, new[] { 6 })]
    [DataRow(new[] { 4, 3, 2, 5 }, new[] { 3, 2, 5 })]
    [DataRow(new[] { 0, 28, 28 }, new[] { 1, 28, 28 })]
    public void ShapeFollowsTheDimensions(int[] dimensions, int[] shape)
    {
        using var folder = new TemporaryFolder();
        IdxFile.Write(folder["images"], dimensions, new byte[dimensions.Aggregate(1, (a, b) => a * b)]);
        IDataView view = Context.Data.LoadFromIdx(folder["images"]);
        CollectionAssert.AreEqual(shape, ((VectorDataViewType)view.Schema["Features"].Type).Dimensions.ToArray());
        Assert.AreEqual(dimensions[0], view.GetColumn<float[]>("Features").Count());
    }

    [TestMethod]
    public void CountsThatDifferNameBothFiles()
    {
        using var folder = new TemporaryFolder();
        Write(folder, 3, 2, 2);
        IdxFile.Write(folder["labels"], [4], new byte[4]);
        AssertRefused(folder, "holds 3 images", "holds 4 labels", folder["images"], folder["labels"]);
    }

    [TestMethod]
    public void SwappedPathsAreTold()
    {
        using var folder = new TemporaryFolder();
        Write(folder, 3, 2, 2);
        var swapped = Assert.ThrowsExactly<InvalidDataException>(() => Context.Data.LoadFromIdx(folder["labels"], folder["images"]));
        StringAssert.Contains(swapped.Message, "swapped");
        var alone = Assert.ThrowsExactly<InvalidDataException>(() => Context.Data.LoadFromIdx(folder["labels"]));
        StringAssert.Contains(alone.Message, "Expected images with 2 to 4 dimensions");
    }

    [TestMethod]
    public void LabelAboveTheClassCountIsRefusedForKeysOnly()
    {
        using var folder = new TemporaryFolder();
        Write(folder, 3, 2, 2);
        IdxFile.Write(folder["labels"], [3], [0, 12, 255]);
        AssertRefused(folder, "labels of 0 to 9", "found 12 at item 1", "classCount");
        IDataView keys = Context.Data.LoadFromIdx(folder["images"], folder["labels"], classCount: 256);
        CollectionAssert.AreEqual(new uint[] { 1, 13, 256 }, keys.GetColumn<uint>("Label").ToArray());
        IDataView numbers = Context.Data.LoadFromIdx(folder["images"], folder["labels"], IdxLabelKind.Number);
        CollectionAssert.AreEqual(new float[] { 0, 12, 255 }, numbers.GetColumn<float>("Label").ToArray());
    }

    [TestMethod]
    public void ImagesWithoutPixelsAreRefused()
    {
        using var folder = new TemporaryFolder();
        foreach (int[] dimensions in new int[][] { [2, 0, 5], [0, int.MaxValue, int.MaxValue] })
        {
            IdxFile.Write(folder["images"], dimensions, []);
            var exception = Assert.ThrowsExactly<InvalidDataException>(() => Context.Data.LoadFromIdx(folder["images"]));
            StringAssert.Contains(exception.Message, "Expected images of 1 to");
        }
    }

    [TestMethod]
    public void WrongArgumentsAreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Data.LoadFromIdx("a", "b", classCount: 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Data.LoadFromIdx("a", "b", classCount: 257));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.Data.LoadFromIdx("a", "b", (IdxLabelKind)7));
        Assert.ThrowsExactly<ArgumentException>(() => Context.Data.LoadFromIdx("a", "b", featureColumnName: "Label"));
        Assert.ThrowsExactly<ArgumentException>(() => Context.Data.LoadFromIdx(""));
        Assert.ThrowsExactly<ArgumentNullException>(() => Context.Data.LoadFromIdx(null!));
    }

    [TestMethod]
    [DataRow("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", 60000, "6bbc9ace898e44ae57da46a324031adb")]
    [DataRow("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", 10000, "2646ac647ad5339dbf082846283269ea")]
    public void RealMnistIsReadWhole(string images, string labels, int count, string md5)
    {
        IDataView view = Context.Data.LoadFromIdx(RealMnist.FileOrSkip(images), RealMnist.FileOrSkip(labels));
        Assert.AreEqual((long)count, view.GetRowCount());

        // The sum of the unpacked file, made of the header and what the cursor gives.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        hash.AppendData([0, 0, 8, 3, 0, 0, (byte)(count >> 8), (byte)count, 0, 0, 0, 28, 0, 0, 0, 28]);
        var classes = new int[11];
        using DataViewRowCursor cursor = view.GetRowCursor(view.Schema);
        var pixelGetter = cursor.GetGetter<VBuffer<float>>(view.Schema["Features"]);
        var labelGetter = cursor.GetGetter<uint>(view.Schema["Label"]);
        VBuffer<float> pixels = default;
        uint label = 0;
        var row = new byte[784];
        while (cursor.MoveNext())
        {
            pixelGetter(ref pixels);
            labelGetter(ref label);
            ReadOnlySpan<float> values = pixels.GetValues();
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = (byte)values[i];
            }

            hash.AppendData(row);
            classes[label]++;
        }

        Assert.AreEqual(md5, Convert.ToHexStringLower(hash.GetHashAndReset()));
        Assert.AreEqual(0, classes[0]);
        Assert.IsGreaterThan(count / 12, classes.Skip(1).Min());
    }

    /// <summary>Random pixels; labels 0, 1, … 9, 0, ….</summary>
    internal static IDataView Write(TemporaryFolder folder, int count, int rows, int columns)
    {
        IdxFile.Write(folder["images"], [count, rows, columns], IdxFileTests.Bytes(count * rows * columns));
        IdxFile.Write(folder["labels"], [count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 10))]);
        return Context.Data.LoadFromIdx(folder["images"], folder["labels"]);
    }

    private static void AssertRefused(TemporaryFolder folder, params string[] parts)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Context.Data.LoadFromIdx(folder["images"], folder["labels"]));
        foreach (string part in parts)
        {
            StringAssert.Contains(exception.Message, part);
        }
    }
}
