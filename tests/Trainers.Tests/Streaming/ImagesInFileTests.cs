using Microsoft.ML;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Streaming;

/// <summary>Images that stay in their file are read there through steps before the trainer, too.</summary>
[TestClass]
public sealed class ImagesInFileTests
{
    private const int Length = 64;

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    private void Write(int count)
    {
        byte[] pixels = new byte[count * Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i % Length * 3) + (i / Length * 7) + (i / Length % 4 == i % 4 ? 90 : 0));
        }

        IdxFile.Write(_folder["images"], [count, 8, 8], pixels);
        IdxFile.Write(_folder["labels"], [count], [.. Enumerable.Range(0, count).Select(i => (byte)(i % 4))]);
    }

    private static IDataView Scaled(MLContext context, IDataView rows) => context.Transforms.NormalizeMeanVariance("Features").Fit(rows).Transform(rows);

    private (double[] Weights, List<string> Infos) Fit(RowStorage storage, int threads = 2, bool mayWrite = false, Func<MLContext, IDataView, IDataView>? change = null)
    {
        var context = new MLContext(seed: 1);
        var infos = Log.Infos(context);
        IDataView rows = context.Data.LoadFromIdx(_folder["images"], _folder["labels"], classCount: 4, rows: RowStorage.Streamed);
        rows = (change ?? Scaled)(context, rows);
        var options = new MlpTrainer.Options
        {
            HiddenLayers = [8], NumberOfEpochs = 2, BatchSize = 128, Members = 1, ValidationFraction = 0, Rows = storage, MemoryLimit = 4 << 20, NumberOfThreads = threads, SpillFolder = mayWrite ? _folder.Path : _folder["none"],
        };
        return ([.. Fingerprints.Weights(new MlpTrainer(context, options).Fit(rows))], infos);
    }

    [TestMethod]
    public void RowsThatFitGiveTheBitsOfRowsInMemory()
    {
        Write(900);
        var (weights, infos) = Fit(RowStorage.Streamed);
        CollectionAssert.AreEqual(Fit(RowStorage.InMemory).Weights, weights);
        Assert.HasCount(1, infos.Where(message => message.Contains("read where they lie, block by block", StringComparison.Ordinal)));

        static IDataView Filtered(MLContext context, IDataView rows) => context.Data.FilterRowsByKeyColumnFraction(Scaled(context, rows), "Label", 0.3, 1);
        CollectionAssert.AreEqual(Fit(RowStorage.InMemory, change: Filtered).Weights, Fit(RowStorage.Streamed, change: Filtered).Weights);
    }

    /// <summary>7.5 MB with 4 MiB: blocks of as many rows as a chunk of the copy has, mixed within windows; the last block is a short one.</summary>
    [TestMethod]
    public void BlocksAreMixedAsTheChunksOfACopy()
    {
        Write(29_999);
        double[] copied = Fit(RowStorage.Streamed, mayWrite: true, change: (context, rows) => new Unshuffled(Scaled(context, rows))).Weights;
        CollectionAssert.AreEqual(copied, Fit(RowStorage.Streamed).Weights);
        CollectionAssert.AreEqual(copied, Fit(RowStorage.Streamed, threads: 3).Weights);
        CollectionAssert.AreNotEqual(copied, Fit(RowStorage.InMemory).Weights);
    }

    /// <summary>Linear trainers, which take numbers and not bytes, read them there without a step as well.</summary>
    [TestMethod]
    public void LinearTrainersReadThemToo()
    {
        Write(29_999);
        float[] Weights(string folder, Func<IDataView, IDataView> change)
        {
            var context = new MLContext(seed: 1);
            IDataView rows = context.Data.LoadFromIdx(_folder["images"], _folder["labels"], IdxLabelKind.Number, rows: RowStorage.Streamed);
            var options = new MiniBatchSgdTrainer.Options { NumberOfEpochs = 2, Rows = RowStorage.Streamed, MemoryLimit = 4 << 20, SpillFolder = folder };
            return [.. new MiniBatchSgdTrainer(context, options).Fit(change(rows)).Model.Weights];
        }

        CollectionAssert.AreEqual(Weights(_folder.Path, rows => new Unshuffled(rows)), Weights(_folder["none"], rows => rows));
    }

    /// <summary>A view that can't be read in another order.</summary>
    private sealed class Unshuffled(IDataView rows) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => rows.Schema;

        public long? GetRowCount() => rows.GetRowCount();

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => rows.GetRowCursor(columnsNeeded);

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [rows.GetRowCursor(columnsNeeded)];
    }
}
