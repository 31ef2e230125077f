using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers.ParquetTests;

/// <summary>Trainers read the row groups of a file where they lie, and learn from them as from the same rows elsewhere.</summary>
[TestClass]
public sealed class StreamedParquetTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    private string Path => _folder["rows.parquet"];

    /// <summary>No folder is needed to read in place.</summary>
    private MlpTrainer.Options Options(RowStorage rows, long limit, bool mayWrite = false) => new()
    {
        HiddenLayers = [8], NumberOfEpochs = 2, BatchSize = 64, Members = 1, ValidationFraction = 0, Rows = rows, MemoryLimit = limit, SpillFolder = mayWrite ? _folder.Path : _folder["none"],
    };

    private static (float[] Scores, List<string> Infos) Fit(string path, MlpTrainer.Options options, Func<MLContext, IDataView, IDataView>? rows = null)
    {
        var context = new MLContext(seed: 1);
        var infos = new List<string>();
        context.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Info && e.RawMessage.StartsWith("The rows are", StringComparison.Ordinal))
            {
                infos.Add(e.RawMessage);
            }
        };
        IDataView data = context.Data.LoadFromParquet(path);
        data = context.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        data = rows?.Invoke(context, data) ?? data;
        var model = new MlpTrainer(context, options).Fit(data);
        return ([.. context.Data.TakeRows(model.Transform(data), 50).GetColumn<float[]>("Score").SelectMany(row => row)], infos);
    }

    [TestMethod]
    public void RowsThatFitGiveTheBitsOfRowsInMemory()
    {
        WrittenFile.Rows(Path, 2000, 16, 300);
        float[] expected = Fit(Path, Options(RowStorage.InMemory, 16 << 20)).Scores;
        CollectionAssert.AreEqual(expected, Fit(Path, Options(RowStorage.Streamed, 16 << 20)).Scores);

        // A column of features that a step makes, and rows that are left out by the trainer.
        IDataView Made(MLContext context, IDataView data)
        {
            var gap = context.Transforms.CustomMapping<Row, Row>((from, to) => to.Features = [.. from.Features.Select((x, j) => j == 2 && x > 1.2 ? float.NaN : 2 * x)], null);
            return gap.Fit(data).Transform(data);
        }

        float[] made = Fit(Path, Options(RowStorage.InMemory, 16 << 20), Made).Scores;
        CollectionAssert.AreNotEqual(expected, made);
        var streamed = Fit(Path, Options(RowStorage.Streamed, 16 << 20), Made);
        CollectionAssert.AreEqual(made, streamed.Scores);
        StringAssert.Contains(streamed.Infos.Single(), "read where they lie, block by block");
    }

    private sealed class Row
    {
        [VectorType(16)]
        public float[] Features { get; set; } = [];
    }

    /// <summary>9 MB with 16 MiB: row groups of as many rows as a chunk of the copy has, mixed within windows.</summary>
    [TestMethod]
    public void RowGroupsAreMixedAsTheChunksOfACopy()
    {
        WrittenFile.Rows(Path, 140_000, 16, 1024);
        float[] inPlace = Fit(Path, Options(RowStorage.Streamed, 16 << 20)).Scores;
        var copied = Fit(Path, Options(RowStorage.Streamed, 16 << 20, mayWrite: true), (context, data) => new Unshuffled(data));
        CollectionAssert.AreEqual(inPlace, copied.Scores);
        StringAssert.Contains(copied.Infos.Single(), $"copied to a temporary file in '{_folder.Path}'");
        CollectionAssert.AreNotEqual(inPlace, Fit(Path, Options(RowStorage.InMemory, 16 << 20)).Scores);
        CollectionAssert.AreEqual(inPlace, Fit(Path, Options(RowStorage.Streamed, 16 << 20) with { NumberOfThreads = 3 }).Scores);
    }

    /// <summary>Linear trainers and polynomials read the file too, with the bits of a copy: scaled or not, in batches, row by row, and by passes of several threads; and of few rows, with some that can't be used.</summary>
    [TestMethod]
    [DataRow(40_000, false)]
    [DataRow(2000, true)]
    public void LinearTrainersReadRowGroupsAsTheChunksOfACopy(int count, bool skips)
    {
        WrittenFile.Rows(Path, count, 16, 256);
        foreach (var create in (Func<MLContext, RowStorage, string, ITransformerOf>[])
        [
            (context, rows, folder) => data => new GradientDescentTrainer(context, new() { Rows = rows, MemoryLimit = 4 << 20, SpillFolder = folder, NumberOfEpochs = 3, NumberOfThreads = 3 }).Fit(data),
            (context, rows, folder) => data => new GradientDescentTrainer(context, new() { Rows = rows, MemoryLimit = 4 << 20, SpillFolder = folder, NumberOfEpochs = 2, FeatureScaling = FeatureScaling.None, LearningRate = 0.01 }).Fit(data),
            (context, rows, folder) => data => new SgdTrainer(context, new() { Rows = rows, MemoryLimit = 4 << 20, SpillFolder = folder, NumberOfEpochs = 2, FeatureScaling = FeatureScaling.None, LearningRate = 0.001 }).Fit(data),
            (context, rows, folder) => data => new MiniBatchSgdTrainer(context, new() { Rows = rows, MemoryLimit = 4 << 20, SpillFolder = folder, NumberOfEpochs = 2, ValidationFraction = 0.1 }).Fit(data),
            (context, rows, folder) => data => new PolynomialTrainer(context, new() { Rows = rows, MemoryLimit = 4 << 20, SpillFolder = folder, Degree = 1, Ridge = 0 }).Fit(data),
        ])
        {
            float[] expected = Predict(create, RowStorage.Streamed, _folder.Path, (context, data) => new Unshuffled(Gaps(context, data)));
            CollectionAssert.AreEqual(expected, Predict(create, RowStorage.Streamed, _folder["none"], Gaps));
        }

        IDataView Gaps(MLContext context, IDataView data)
        {
            var gap = context.Transforms.CustomMapping<Row, Row>((from, to) => to.Features = [.. from.Features.Select((x, j) => skips && j == 2 && x > 1.2 ? float.NaN : x)], null);
            return gap.Fit(data).Transform(data);
        }
    }

    private delegate ITransformer ITransformerOf(IDataView data);

    private float[] Predict(Func<MLContext, RowStorage, string, ITransformerOf> create, RowStorage rows, string folder, Func<MLContext, IDataView, IDataView> change)
    {
        var context = new MLContext(seed: 1);
        IDataView data = context.Data.LoadFromParquet(Path);
        data = change(context, context.Transforms.Conversion.ConvertType("Label", outputKind: DataKind.Single).Fit(data).Transform(data));
        return [.. context.Data.TakeRows(create(context, rows, folder)(data).Transform(data), 50).GetColumn<float>("Score")];
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

    [TestMethod]
    public void WhatCannotBeReadInPlaceIsCopiedAndToldOnce()
    {
        WrittenFile.Rows(Path, 2000, 16, 300);
        foreach (var (rows, limit, why) in ((Func<MLContext, IDataView, IDataView>, long, string)[])
        [
            // They pass no order on.
            ((context, data) => context.Data.TrainTestSplit(data, 0.2).TrainSet, 16 << 20, "TrainTestSplit"),
            ((context, data) => context.Transforms.CopyColumns("Copy", "Label").Fit(data).Transform(context.Data.TrainTestSplit(data, 0.2).TrainSet), 16 << 20, "TrainTestSplit"),
            ((context, data) => context.Data.TakeRows(data, 1500), 16 << 20, "TakeRows"),
            ((context, data) => context.Data.SkipRows(data, 500), 16 << 20, "SkipRows"),
            ((context, data) => context.Data.ShuffleRows(data, seed: 5), 16 << 20, "ShuffleRows"),
            ((context, data) => context.Data.Cache(data), 16 << 20, "AppendCacheCheckpoint"),
        ])
        {
            float[] expected = Fit(Path, Options(RowStorage.InMemory, limit), rows).Scores;
            var (scores, infos) = Fit(Path, Options(RowStorage.Streamed, limit, mayWrite: true), rows);
            CollectionAssert.AreEqual(expected, scores);
            Assert.HasCount(1, infos.Where(info => info.Contains("can't be read where they lie", StringComparison.Ordinal)), why);
            StringAssert.Contains(infos.Single(info => info.Contains("can't be read where they lie", StringComparison.Ordinal)), why);
            Assert.HasCount(1, infos.Where(info => info.Contains("streamed", StringComparison.Ordinal)), why);
        }

        string large = _folder["large.parquet"];
        WrittenFile.Rows(large, 40_000, 16, 40_000);
        StringAssert.Contains(Fit(large, Options(RowStorage.Streamed, 16 << 20, mayWrite: true)).Infos.Single(message => message.Contains("can't be read where they lie", StringComparison.Ordinal)), "MemoryLimit");
        Assert.HasCount(2, Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>Filters pass the order of blocks on; those of a file of 2,000 rows in groups of 3 have some without any row left.</summary>
    [TestMethod]
    public void RowsThatAFilterLeavesAreReadInPlace()
    {
        foreach (var (count, group) in ((int, int)[])[(2000, 300), (2000, 3), (140_000, 1024)])
        {
            WrittenFile.Rows(Path, count, 16, group);
            foreach (Func<MLContext, IDataView, IDataView> rows in (Func<MLContext, IDataView, IDataView>[])
            [
                (context, data) => context.Data.FilterRowsByKeyColumnFraction(data, "Label", 0.3, 1),
                (context, data) => context.Data.FilterRowsByKeyColumnFraction(data, "Label", 0.7, 1),
                (context, data) => context.Transforms.CopyColumns("Copy", "Label").Fit(data).Transform(context.Data.TrainTestSplit(data, 0.5, samplingKeyColumnName: "Label").TrainSet),
            ])
            {
                var (scores, infos) = Fit(Path, Options(RowStorage.Streamed, 16 << 20), rows);
                StringAssert.Contains(infos.Single(), "read where they lie, block by block");
                if (count == 2000)
                {
                    CollectionAssert.AreEqual(Fit(Path, Options(RowStorage.InMemory, 16 << 20), rows).Scores, scores);
                }

                CollectionAssert.AreEqual(scores, Fit(Path, Options(RowStorage.Streamed, 16 << 20) with { NumberOfThreads = 3 }, rows).Scores);
            }
        }
    }

    /// <summary>A source whose rows are few after a filter: they stay in memory, with no word.</summary>
    [TestMethod]
    public void FewRowsThatAFilterLeavesStayInMemory()
    {
        WrittenFile.Rows(Path, 25_000, 64, 512);
        Assert.IsEmpty(Fit(Path, Options(RowStorage.Auto, 4 << 20), (context, data) => context.Data.FilterRowsByKeyColumnFraction(data, "Label", 0.7, 1)).Infos);
    }

    /// <summary>Rows that a filter hides the number of: they are found to be too many while they are read.</summary>
    [TestMethod]
    public void RowsThatAreFoundToBeTooManyTellWhatHidesTheirBlocks()
    {
        WrittenFile.Rows(Path, 25_000, 64, 512);
        var infos = Fit(Path, Options(RowStorage.Auto, 4 << 20, mayWrite: true), (context, data) => context.Data.TakeRows(data, 20_000)).Infos;
        StringAssert.Contains(infos.Single(info => info.Contains("can't be read where they lie", StringComparison.Ordinal)), "TakeRows");
    }

    /// <summary>A file that is written anew while a network trains on it, and one that is cancelled.</summary>
    [TestMethod]
    public void AFileThatChangesIsNamed()
    {
        WrittenFile.Rows(Path, 140_000, 16, 1024);
        var options = Options(RowStorage.Streamed, 16 << 20);
        options.OnEpoch = _ => File.SetLastWriteTimeUtc(Path, DateTime.UtcNow + TimeSpan.FromHours(1));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Path, options));
        StringAssert.Contains(error.Message, Path);
        StringAssert.Contains(error.Message, "has changed");

        using var stop = new CancellationTokenSource();
        options.OnEpoch = null;
        options.OnBatch = _ => stop.Cancel();
        options.CancellationToken = stop.Token;
        Assert.Throws<OperationCanceledException>(() => Fit(Path, options));
        if (OperatingSystem.IsLinux())
        {
            Assert.DoesNotContain(Path, Directory.GetFiles("/proc/self/fd").Select(link => File.ResolveLinkTarget(link, false)?.FullName ?? ""));
        }
    }

    [TestMethod]
    public void DamageIsTold()
    {
        WrittenFile.Rows(Path, 2000, 16, 300);
        byte[] whole = File.ReadAllBytes(Path);
        var context = new MLContext(seed: 1);
        foreach (byte[] bytes in (byte[][])[[], [1, 2, 3], whole[..(whole.Length / 2)], whole[..^1], [.. new byte[100], .. whole[^200..]]])
        {
            File.WriteAllBytes(Path, bytes);
            var error = Assert.ThrowsExactly<InvalidDataException>(() => context.Data.LoadFromParquet(Path));
            StringAssert.Contains(error.Message, Path);
        }

        // Damage in a later row group comes to light when it is read.
        byte[] damaged = [.. whole];
        damaged.AsSpan(whole.Length / 2, 2000).Fill(0xFF);
        File.WriteAllBytes(Path, damaged);
        var told = Assert.ThrowsExactly<InvalidDataException>(() => Fit(Path, Options(RowStorage.Streamed, 16 << 20)));
        StringAssert.Contains(told.Message, Path);

        Assert.Throws<IOException>(() => context.Data.LoadFromParquet(_folder["none"]));
        File.Delete(Path);
        StringAssert.Contains(Assert.Throws<IOException>(() => context.Data.LoadFromParquet(_folder.Path)).Message, "has no file *.parquet");
    }

    [TestMethod]
    public void AFileWithoutRowsIsRefusedByTheTrainer()
    {
        WrittenFile.Rows(Path, 0, 16, 300);
        var context = new MLContext(seed: 1);
        IDataView rows = context.Data.LoadFromParquet(Path);
        Assert.AreEqual(0, rows.GetRowCount());
        var error = Assert.Throws<Exception>(() => new MlpTrainer(context, Options(RowStorage.Streamed, 16 << 20)).Fit(context.Transforms.Conversion.MapValueToKey("Label").Fit(rows).Transform(rows)));
        StringAssert.Contains(error.Message, "Features");
    }
}
