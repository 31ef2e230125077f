using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Tests.Streaming;

/// <summary>Networks train on the blocks of a binary file of ML.NET where they lie, as on the same rows elsewhere.</summary>
[TestClass]
public sealed class BinaryFileTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    private string Path => _folder["rows.idv"];

    /// <summary>No folder is needed to read in place.</summary>
    private MlpTrainer.Options Options(RowStorage rows, long limit = 16 << 20, bool mayWrite = false) => new()
    {
        HiddenLayers = [8], NumberOfEpochs = 2, BatchSize = 256, Members = 1, ValidationFraction = 0, Rows = rows, MemoryLimit = limit, SpillFolder = mayWrite ? _folder.Path : _folder["none"],
    };

    private void Write(int count, bool bytes = false)
    {
        var rows = new GeneratedRows(
            count,
            16,
            bytes,
            (row, features) =>
            {
                for (int j = 0; j < features.Length; j++)
                {
                    features[j] = (byte)((j * 16) + (row * 7) + (row % 4 == j % 4 ? 100 : 0));
                }
            },
            row => row % 4,
            4);
        using var file = File.Create(Path);
        new MLContext(seed: 1).Data.SaveAsBinary(rows, file);
    }

    private (double[] Weights, List<string> Infos) Fit(MlpTrainer.Options options, Func<MLContext, IDataView, IDataView>? change = null)
    {
        var context = new MLContext(seed: 1);
        var infos = Log.Infos(context);
        var rows = context.Data.LoadFromBinaryFile(Path);
        return ([.. Fingerprints.Weights(new MlpTrainer(context, options).Fit(change?.Invoke(context, rows) ?? rows))], infos);
    }

    /// <summary>Three blocks, of which the last one is short.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void RowsThatFitGiveTheBitsOfRowsInMemory(bool bytes)
    {
        Write(20_000, bytes);
        double[] expected = Fit(Options(RowStorage.InMemory)).Weights;
        var (weights, infos) = Fit(Options(RowStorage.Streamed));
        CollectionAssert.AreEqual(expected, weights);
        Assert.HasCount(1, infos.Where(message => message.StartsWith("The rows are", StringComparison.Ordinal)));
        if (!bytes)
        {
            // Through steps that make a row of a row.
            IDataView Scaled(MLContext context, IDataView rows) => context.Transforms.NormalizeMeanVariance("Features").Append(context.Transforms.Concatenate("Features", "Features", "Features")).Fit(rows).Transform(rows);
            double[] scaled = Fit(Options(RowStorage.InMemory), Scaled).Weights;
            CollectionAssert.AreEqual(scaled, Fit(Options(RowStorage.Streamed), Scaled).Weights);
            CollectionAssert.AreNotEqual(expected, scaled);
        }
    }

    /// <summary>9 MB with 16 MiB: windows of eight blocks.</summary>
    [TestMethod]
    public void BlocksAreMixedWithinWindows()
    {
        Write(140_000);
        double[] one = Fit(Options(RowStorage.Streamed) with { NumberOfThreads = 1 }).Weights;
        CollectionAssert.AreEqual(one, Fit(Options(RowStorage.Streamed) with { NumberOfThreads = 3 }).Weights);
        CollectionAssert.AreNotEqual(one, Fit(Options(RowStorage.InMemory)).Weights);

        // Members read in orders of their own.
        var members = Options(RowStorage.Streamed) with { Members = 2 };
        CollectionAssert.AreEqual(Fit(members with { NumberOfThreads = 1 }).Weights, Fit(members with { NumberOfThreads = 2 }).Weights);

        var changing = Options(RowStorage.Streamed);
        changing.OnEpoch = _ => File.SetLastWriteTimeUtc(Path, DateTime.UtcNow + TimeSpan.FromHours(1));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Fit(changing));
        StringAssert.Contains(error.Message, Path);
        StringAssert.Contains(error.Message, "has changed");
    }

    [TestMethod]
    public void RowsThatAFilterLeavesAreReadInPlace()
    {
        Write(20_000);
        static IDataView Filter(MLContext context, IDataView rows) => context.Data.FilterRowsByKeyColumnFraction(rows, "Label", 0.3, 1);
        var (weights, infos) = Fit(Options(RowStorage.Streamed), Filter);
        CollectionAssert.AreEqual(Fit(Options(RowStorage.InMemory), Filter).Weights, weights);
        Assert.HasCount(1, infos.Where(message => message.Contains("read where they lie, block by block", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void WhatCannotBeReadInPlaceIsCopiedAndToldOnce()
    {
        Write(20_000);
        foreach (var (change, limit, why) in ((Func<MLContext, IDataView, IDataView>, long, string)[])
        [
            ((_, rows) => rows, 4 << 20, "MemoryLimit"),
            ((context, rows) => context.Data.TrainTestSplit(rows, 0.3).TrainSet, 16 << 20, "TrainTestSplit"),
        ])
        {
            var (weights, infos) = Fit(Options(RowStorage.Streamed, limit, mayWrite: true), change);
            CollectionAssert.AreEqual(Fit(Options(RowStorage.InMemory), change).Weights, weights);
            StringAssert.Contains(infos.Single(message => message.Contains("can't be read where they lie", StringComparison.Ordinal)), why);
        }
    }

    [TestMethod]
    public void DamageIsTold()
    {
        Write(20_000);
        byte[] whole = File.ReadAllBytes(Path);
        var context = new MLContext(seed: 1);
        foreach (byte[] bytes in (byte[][])[[], [1, 2, 3], whole[..(whole.Length / 2)]])
        {
            File.WriteAllBytes(Path, bytes);
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => context.Data.LoadFromBinaryFile(Path)).Message, Path);
        }

        byte[] damaged = [.. whole];
        damaged.AsSpan(whole.Length / 2, 5000).Fill(0xFF);
        File.WriteAllBytes(Path, damaged);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Fit(Options(RowStorage.Streamed))).Message, Path);
        Assert.Throws<IOException>(() => context.Data.LoadFromBinaryFile(_folder["none"]));
        StringAssert.Contains(Assert.Throws<IOException>(() => context.Data.LoadFromBinaryFile(_folder.Path)).Message, "is a folder");
    }

    /// <summary>Seeded damage, most of it to what the file tells of itself, which is at its end: rows are read, or the file is named; nothing runs on for ever, as ML.NET's reader does behind the end of a file.</summary>
    [TestMethod]
    [Timeout(120_000, CooperativeCancellation = false)]
    public void DamagedFilesAreReadOrRefused()
    {
        Write(200);
        byte[] whole = File.ReadAllBytes(Path);
        var context = new MLContext(seed: 1);
        var random = new Random(5);
        int refused = 0;
        const int files = 800;
        for (int i = 0; i < files; i++)
        {
            byte[] damaged = [.. whole];
            for (int change = random.Next(4); change >= 0; change--)
            {
                damaged[^(1 + random.Next(i % 3 == 0 ? whole.Length : 300))] = (byte)(i % 2 == 0 ? 0xFF : random.Next(256));
            }

            File.WriteAllBytes(Path, i % 5 == 0 ? damaged[..random.Next(whole.Length)] : damaged);
            try
            {
                IDataView rows = context.Data.LoadFromBinaryFile(Path);
                using var cursor = rows.GetRowCursor(rows.Schema);
                while (cursor.MoveNext())
                {
                }
            }
            catch (InvalidDataException exception)
            {
                // Any other exception fails the test.
                StringAssert.Contains(exception.Message, Path);
                Assert.DoesNotContain("target of an invocation", exception.Message);
                refused++;
            }
        }

        Assert.IsGreaterThan(files / 2, refused);
    }

    [TestMethod]
    public void AShuffleEndsInTheOrderThatIsWanted()
    {
        int[] wanted = BlockPermutation.Complete([3, 0, 5], 7);
        CollectionAssert.AreEqual(new[] { 3, 0, 5, 1, 2, 4, 6 }, wanted);
        var generator = new BlockPermutation(wanted);
        int[] items = [0, 1, 2, 3, 4, 5, 6];
        for (int i = 0; i < items.Length; i++)
        {
            int other = i + generator.Next(items.Length - i);
            (items[i], items[other]) = (items[other], items[i]);
        }

        CollectionAssert.AreEqual(wanted, items);
    }
}
