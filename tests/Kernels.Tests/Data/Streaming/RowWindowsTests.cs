using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The order of rows outside memory: every row once, another order in each epoch, well mixed.</summary>
[TestClass]
public sealed class RowWindowsTests
{
    private const int Width = 64;
    private const int Count = 40_000;

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    /// <summary>Bytes, each row filled with its hundredth part of the table.</summary>
    private ByteRows Rows(RowSpill spill)
    {
        ByteRowsBuilder builder = new(Width, [.. Enumerable.Range(0, 256).Select(i => (float)i)], spill);
        byte[] row = new byte[Width];
        for (int i = 0; i < Count; i++)
        {
            Array.Fill(row, (byte)(i * 100L / Count));
            builder.Add(row);
        }

        return builder.Build();
    }

    private static int[] Shuffled(RandomSource random, IRowSource<float> rows, int[]? order = null)
    {
        order ??= [.. Enumerable.Range(0, rows.Count)];
        RowWindows.Shuffle(random, order, rows);
        return order;
    }

    private RowSpill Small() => new(RowSpill.SmallestLimit, _folder.Path);

    [TestMethod]
    public void EveryRowComesOnceInAnotherOrderEachEpoch()
    {
        using RowSpill spill = Small();
        IRowSource<float> rows = Rows(spill);
        Assert.IsNotNull(RowSpill.WindowOf(rows));
        RandomSource random = new(7);
        int[] first = Shuffled(random, rows);
        int[] second = Shuffled(random, rows, [.. first]);
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), first.Order().ToArray());
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), second.Order().ToArray());
        CollectionAssert.AreNotEqual(first, second);
        CollectionAssert.AreEqual(first, Shuffled(new RandomSource(7), rows));
    }

    /// <summary>Rows of a view that jumps from chunk to chunk come in the order of a view that does not: by chunks, whatever the last epoch's order was.</summary>
    [TestMethod]
    public void TheOrderOfAViewDoesNotMatter()
    {
        using RowSpill spill = Small();
        IRowSource<float> rows = Rows(spill);
        int[] far = [.. Enumerable.Range(0, Count).OrderBy(i => i * 7919L % Count)];
        int[] near = Shuffled(new RandomSource(7), rows);
        int[] jumping = Shuffled(new RandomSource(7), new Subset(rows, far));
        int chunk = ((IPagedRowSource)rows).ChunkOf(near[0]);
        CollectionAssert.AreEqual(
            near.Select(row => ((IPagedRowSource)rows).ChunkOf(row)).ToArray(), jumping.Select(row => ((IPagedRowSource)rows).ChunkOf(far[row])).ToArray());
        Assert.IsGreaterThan(0, near.Count(row => ((IPagedRowSource)rows).ChunkOf(row) != chunk));
        CollectionAssert.AreEqual(Enumerable.Range(0, Count).ToArray(), jumping.Order().ToArray());
    }

    [TestMethod]
    public void PartsOfATableAreMixedAlike()
    {
        using RowSpill spill = Small();
        int[] some = [.. Enumerable.Range(0, Count).Where(i => i % 3 != 0)];
        Subset rows = new(Rows(spill), some);
        CollectionAssert.AreEqual(Enumerable.Range(0, some.Length).ToArray(), Shuffled(new RandomSource(1), rows).Order().ToArray());

        // Also where the part has an order of its own.
        Subset backwards = new(rows, [.. Enumerable.Range(0, some.Length).Reverse()]);
        CollectionAssert.AreEqual(Enumerable.Range(0, some.Length).ToArray(), Shuffled(new RandomSource(1), backwards).Order().ToArray());
    }

    [TestMethod]
    public void RowsThatFitAreShuffledAsInMemory()
    {
        using RowSpill spill = new(1 << 24, _folder.Path);
        IRowSource<float> rows = Rows(spill);
        Assert.IsTrue(spill.IsUsed);
        int[] expected = [.. Enumerable.Range(0, Count)];
        new RandomSource(3).Shuffle(expected);
        CollectionAssert.AreEqual(expected, Shuffled(new RandomSource(3), rows));
    }

    /// <summary>
    /// Of rows that are sorted, the mean of a batch would differ from that of all by the deviation of a row / √batch if batches were drawn at random; a window of as few chunks as the smallest limit has may make
    /// that a few times more, where no shuffle at all makes it √batch times more.
    /// </summary>
    [TestMethod]
    public void BatchesOfSortedRowsAreNearlyAsMixedAsRandomOnes()
    {
        const int Batch = 100;
        using RowSpill spill = Small();
        IRowSource<float> rows = Rows(spill);
        int[] order = Shuffled(new RandomSource(1), rows);
        double deviation = 100 / Math.Sqrt(12);
        double random = deviation / Math.Sqrt(Batch);
        double[] means = [.. order.Chunk(Batch).Select(batch => batch.Average(i => i * 100.0 / Count))];
        double found = Math.Sqrt(means.Average(mean => (mean - 50) * (mean - 50)));
        Assert.IsLessThan(2.5 * random, found, $"{found} of {random}, without any {deviation}");
    }
}
