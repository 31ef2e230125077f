using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Streaming;

/// <summary>Images that are sorted by class, the worst order for windows, train as well from a file as from memory.</summary>
[TestClass]
public sealed class StreamedAccuracyTests
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    [TestMethod]
    public void SortedDigitsAreLearnedAsInMemory()
    {
        string data = Path.Combine(Repository.Root, "data");
        IDataView train = Sorted(Path.Combine(data, "digits-train-images-idx3-ubyte"), Path.Combine(data, "digits-train-labels-idx1-ubyte"));
        IDataView test = _context.Data.LoadFromIdx(Path.Combine(data, "digits-test-images-idx3-ubyte"), Path.Combine(data, "digits-test-labels-idx1-ubyte"));
        double memory = Accuracy(train, test, RowStorage.InMemory, 4, epochs: 4, batch: 64);
        double streamed = Accuracy(train, test, RowStorage.Streamed, 4, epochs: 4, batch: 64);
        Assert.IsGreaterThan(0.9, memory);

        Assert.IsLessThan(0.003, memory - streamed, $"{memory} in memory, {streamed} streamed");
    }

    /// <summary>47 MB of images with 16 MiB of memory, read where they lie: some seconds.</summary>
    [TestMethod]
    public void SortedMnistIsLearnedAsInMemory()
    {
        string data = RealMnist.DirectoryOrSkip();
        IDataView train = Sorted(Path.Combine(data, "train-images-idx3-ubyte.gz"), Path.Combine(data, "train-labels-idx1-ubyte.gz"));
        IDataView test = _context.Data.LoadFromIdx(Path.Combine(data, "t10k-images-idx3-ubyte.gz"), Path.Combine(data, "t10k-labels-idx1-ubyte.gz"));
        double memory = Accuracy(train, test, RowStorage.InMemory, 16, epochs: 3, batch: 128);
        double streamed = Accuracy(train, test, RowStorage.Streamed, 16, epochs: 3, batch: 128);
        Assert.IsGreaterThan(0.96, memory);
        Assert.IsLessThan(0.003, memory - streamed, $"{memory} in memory, {streamed} streamed");
    }

    /// <summary>Rows are not copied, and give the bits of rows in memory where they fit.</summary>
    [TestMethod]
    public void ImagesOfAFileAreReadInPlace()
    {
        IDataView memory = Small(RowStorage.InMemory);
        IDataView file = Small(RowStorage.Streamed);
        CollectionAssert.AreEqual(Pixels(memory), Pixels(file));
        CollectionAssert.AreEqual(Pixels(_context.Data.ShuffleRows(memory, seed: 3)), Pixels(_context.Data.ShuffleRows(file, seed: 3)));

        // No folder is needed, as nothing is written.
        var options = new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 2, ValidationFraction = 0.1, Rows = RowStorage.Streamed, SpillFolder = _folder["none"] };
        double[] streamed = [.. Fingerprints.Weights(new MlpTrainer(new MLContext(seed: 1), options).Fit(file))];
        double[] expected = [.. Fingerprints.Weights(new MlpTrainer(new MLContext(seed: 1), options with { Rows = RowStorage.InMemory }).Fit(memory))];
        CollectionAssert.AreEqual(expected, streamed);
        Assert.Throws<IOException>(() => new MlpTrainer(new MLContext(seed: 1), options).Fit(memory));

        // Few rows of a file are kept in memory where the trainer is to choose.
        var infos = Log.Infos(_context);
        new MlpTrainer(_context, options with { Rows = RowStorage.Auto }).Fit(file);
        Assert.IsFalse(infos.Exists(message => message.Contains("streamed", StringComparison.Ordinal)));

        File.SetLastWriteTimeUtc(_folder["images"], DateTime.UtcNow + TimeSpan.FromHours(1));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => new MlpTrainer(_context, options).Fit(file)).Message, "has changed");
    }

    [TestMethod]
    public void ACompressedFileIsNotReadInPlace()
    {
        IdxFile.Write(_folder["images"], [4, 3, 3], new byte[36], compress: true);
        Assert.ThrowsExactly<ArgumentException>(() => _context.Data.LoadFromIdx(_folder["images"], rows: RowStorage.Streamed));
        Assert.AreEqual(4, _context.Data.LoadFromIdx(_folder["images"], rows: RowStorage.Auto).GetRowCount());
    }

    private IDataView Small(RowStorage rows)
    {
        if (!File.Exists(_folder["images"]))
        {
            IdxFile.Write(_folder["images"], [600, 9, 9], [.. Enumerable.Range(0, 600 * 81).Select(i => (byte)((i * 7) + (i / 81 % 3 * 50)))]);
            IdxFile.Write(_folder["labels"], [600], [.. Enumerable.Range(0, 600).Select(i => (byte)(i % 3))]);
        }

        return _context.Data.LoadFromIdx(_folder["images"], _folder["labels"], classCount: 3, scaling: PixelScaling.ZeroToOne, rows: rows);
    }

    private static float[] Pixels(IDataView data) => [.. data.GetColumn<float[]>("Features").SelectMany(row => row)];

    /// <summary>The images in the order of their classes, in files of their own.</summary>
    private IDataView Sorted(string images, string labels)
    {
        IdxFile pixels = IdxFile.Read(images);
        byte[] classes = IdxFile.Read(labels).Values.ToArray();
        int[] order = [.. Enumerable.Range(0, pixels.Count).OrderBy(i => classes[i])];
        int length = pixels.Dimensions[1] * pixels.Dimensions[2];
        byte[] sorted = new byte[pixels.Values.Length];
        for (int i = 0; i < order.Length; i++)
        {
            pixels.Values.Span.Slice(order[i] * length, length).CopyTo(sorted.AsSpan(i * length));
        }

        IdxFile.Write(_folder["sorted"], [.. pixels.Dimensions], sorted);
        IdxFile.Write(_folder["sorted-labels"], [pixels.Count], [.. order.Select(i => classes[i])]);
        return _context.Data.LoadFromIdx(_folder["sorted"], _folder["sorted-labels"], rows: RowStorage.Streamed);
    }

    private double Accuracy(IDataView train, IDataView test, RowStorage storage, int limit, int epochs, int batch)
    {
        var options = new MlpTrainer.Options
        {
            HiddenLayers = [64], NumberOfEpochs = epochs, BatchSize = batch, Members = 1, Seed = 1, Rows = storage, MemoryLimit = limit << 20, SpillFolder = _folder.Path,
        };
        var model = new MlpTrainer(_context, options).Fit(train);
        return _context.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy;
    }
}
