using System.Diagnostics;
using MLNet.GradientTrainers.TestSupport;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Rows that lie in a file are the rows that were written, whatever the order and the threads that read them.</summary>
[TestClass]
public sealed class SpilledRowsTests
{
    private const int Width = 96;
    private const int Count = 30_000;

    private static readonly float[] Pixels = [.. Enumerable.Range(0, 256).Select(i => i / 255f)];

    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    private static float Value(int row, int column) => Pixels[((row * 31) + (column * 7)) % 256];

    private static float[] Row(int row) => [.. Enumerable.Range(0, Width).Select(column => Value(row, column))];

    /// <summary>One value in twelve, so that rows are stored sparse.</summary>
    private static (int[] Columns, float[] Values) SparseRow(int row)
    {
        int[] columns = [.. Enumerable.Range(0, Width).Where(column => (row + column) % 12 == 0)];
        return (columns, Array.ConvertAll(columns, column => row + (column / 8f)));
    }

    private static IRowSource<float> Build(string kind, RowSpill? spill)
    {
        switch (kind)
        {
            case "dense":
                DenseRowsBuilder dense = new(Width, spill);
                for (int i = 0; i < Count; i++)
                {
                    dense.Add(Row(i));
                }

                return dense.Build();
            case "bytes":
                ByteRowsBuilder bytes = new(Width, Pixels, spill);
                for (int i = 0; i < Count; i++)
                {
                    Assert.IsTrue(bytes.TryAdd(Row(i)));
                }

                return bytes.Build();
            default:
                SparseRowsBuilder sparse = new(Width, spill);
                for (int i = 0; i < Count; i++)
                {
                    (int[] columns, float[] values) = SparseRow(i);
                    sparse.Add(columns, values);
                }

                return sparse.Build();
        }
    }

    private static float[] Read(IRowSource<float> rows, ReadOnlySpan<int> wanted)
    {
        float[] values = new float[wanted.Length * rows.Width];
        rows.Read(wanted, values);
        return values;
    }

    [TestMethod]
    [DataRow("dense", true)]
    [DataRow("dense", false)]
    [DataRow("bytes", true)]
    [DataRow("bytes", false)]
    [DataRow("sparse", true)]
    [DataRow("sparse", false)]
    public void RowsAreReadAsTheyWereWritten(string kind, bool always)
    {
        IRowSource<float> expected = Build(kind, null);
        int told = 0;
        using RowSpill spill = new(RowSpill.SmallestLimit, _folder.Path, always, mostInMemory: 1_000_000, onSpill: () => told++);
        IRowSource<float> rows = Build(kind, spill);
        Assert.AreEqual(1, told);
        Assert.IsTrue(spill.IsUsed && spill.FileBytes > 1_000_000);
        Assert.AreEqual(Count, rows.Count);

        int[] order = [.. Enumerable.Range(0, Count)];
        new RandomSource(1).Shuffle(order);
        Parallel.For(0, 8, part =>
        {
            int[] some = [.. order.Skip(part * Count / 8).Take(300), .. Enumerable.Range(part * Count / 8, 300)];
            CollectionAssert.AreEqual(Read(expected, some), Read(rows, some));
        });
    }

    [TestMethod]
    public void FewRowsStayInMemory()
    {
        using RowSpill spill = new(1 << 26, _folder["none"], always: false);
        IRowSource<float> rows = Build("bytes", spill);
        Assert.IsFalse(spill.IsUsed);
        Assert.AreEqual(0, spill.FileBytes);
        CollectionAssert.AreEqual(Row(77), Read(rows, [77]));
        Assert.IsNull(RowSpill.WindowOf(rows));
    }

    [TestMethod]
    public void WhatIsMeasuredOfSparseRowsIsThatOfRowsInMemory()
    {
        using RowSpill spill = new(RowSpill.SmallestLimit, _folder.Path);
        SparseRows expected = (SparseRows)Build("sparse", null);
        SparseRows rows = (SparseRows)Build("sparse", spill);
        CollectionAssert.AreEqual(expected.LargestMagnitudes(), rows.LargestMagnitudes());
        CollectionAssert.AreEqual(expected.StoredInColumns(), rows.StoredInColumns());
        CollectionAssert.AreEqual(expected.Moments(3, 50), rows.Moments(3, 50));
        float[] centres = new float[Width];
        centres[5] = 2;
        float[] factors = [.. Enumerable.Range(1, Width).Select(j => 1f / j)];
        SparseRows scaled = rows.Scale(centres, factors);
        SparseRows scaledExpected = expected.Scale(centres, factors);
        Assert.AreEqual(scaledExpected.StoredValues, scaled.StoredValues);
        int[] some = [.. Enumerable.Range(0, 500).Select(i => i * 59)];
        CollectionAssert.AreEqual(Read(scaledExpected, some), Read(scaled, some));
    }

    [TestMethod]
    public void RowsInAFileAreReadWhereTheyLie()
    {
        byte[] bytes = [1, 2, 3, .. Enumerable.Range(0, Count * 10).Select(i => (byte)(i * 13))];
        File.WriteAllBytes(_folder["rows"], bytes);
        using (RowSpill spill = new(RowSpill.SmallestLimit, _folder["none"]))
        {
            ByteRows rows = ByteRows.InFile(_folder["rows"], 3, Count, 10, Pixels, spill);
            int[] some = [Count - 1, 0, 17, 12_345];
            CollectionAssert.AreEqual(some.SelectMany(row => bytes.Skip(3 + (row * 10)).Take(10)).Select(b => Pixels[b]).ToArray(), Read(rows, some));
            Assert.AreEqual(0, spill.FileBytes);
            Assert.ThrowsExactly<ArgumentException>(() => ByteRows.InFile(_folder["rows"], 4, Count, 10, Pixels, spill));
        }

        // It was cut while rows were read.
        using RowSpill other = new(RowSpill.SmallestLimit);
        ByteRows cut = ByteRows.InFile(_folder["rows"], 3, Count, 10, Pixels, other);
        using (FileStream file = new(_folder["rows"], FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            file.SetLength(100_000);
        }

        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Read(cut, [Count - 1])).Message, "has become shorter");
    }

    /// <summary>What lies in memory, with what is read ahead, never exceeds half of the limit.</summary>
    [TestMethod]
    public void MemoryForChunksIsBounded()
    {
        using RowSpill spill = new(RowSpill.SmallestLimit, _folder.Path);
        IPagedRowSource rows = (IPagedRowSource)Build("dense", spill);
        int[] order = [.. Enumerable.Range(0, Count)];
        RowWindows.Shuffle(new RandomSource(1), order, (IRowSource<float>)rows);
        long most = 0;
        foreach (int[] batch in order.Chunk(500))
        {
            Read((IRowSource<float>)rows, batch);
            long bytes = Enumerable.Range(0, rows.Paging!.Count).Where(chunk => rows.Paging.Peek(chunk) is not null).Sum(rows.Paging.BytesOf);
            most = Math.Max(most, bytes);
        }

        Assert.IsGreaterThan(spill.MemoryLimit / 8, most);
        Assert.IsLessThanOrEqualTo(spill.MemoryLimit / 2, most);

        // Each chunk about once, whoever of the two threads is ahead.
        Assert.IsLessThan(rows.Paging!.Count * 1.5, spill.Chunks.Read);
    }

    /// <summary>Rows that are there several times stay together in a split, as those of a table in memory do, though no hash of each row is kept.</summary>
    [TestMethod]
    [DataRow(3)]
    [DataRow(100_000)]
    public void EqualRowsOutsideMemoryAreFound(int every)
    {
        using RowSpill spill = new(RowSpill.SmallestLimit, _folder.Path);
        DenseRowsBuilder outside = new(8, spill);
        DenseRowsBuilder inside = new(8);
        float[] row = new float[8];
        int[] labels = new int[20_000];
        for (int i = 0; i < labels.Length; i++)
        {
            // Each third one, or none, is a copy of one far before it.
            int source = i % every == every - 1 ? i / 2 : i;
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = (source * 31 * (j + 1) % 10_007) + (source * 0.25f);
            }

            labels[i] = 0;
            outside.Add(row);
            inside.Add(row);
        }

        DenseRows streamed = outside.Build();
        ClassRows classes = new(labels, 2);
        Assert.IsNotNull(RowSpill.LimitOf(streamed));
        int[]? expected = Twins.Of(inside.Build(), classes, 100);
        int[]? found = Twins.Of(streamed, classes, 100);
        Assert.AreEqual(every == 3, expected is not null);
        CollectionAssert.AreEqual(expected, found);
    }

    [TestMethod]
    public void TooManyRowsForTheLimitAreRefused()
    {
        using RowSpill spill = new(RowSpill.SmallestLimit, _folder.Path);
        spill.Count(10_000_000, 10);
        Build("dense", spill);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => spill.Count(1, 10)).Message, "MemoryLimit");

        // Fewer where each has many labels.
        using RowSpill wide = new(RowSpill.SmallestLimit, _folder.Path);
        Build("dense", wide);
        wide.Count(1000, 820);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => wide.Count(1000, 820)).Message, "820 bytes each");
    }

    [TestMethod]
    [DataRow("dense", "others")]
    [DataRow("sparse", "others")]
    [DataRow("bytes", "only")]
    public void DamageIsTold(string kind, string how)
    {
        using RowSpill spill = new(RowSpill.SmallestLimit, _folder.Path);
        IRowSource<float> rows = Build(kind, spill);
        if (how == "others")
        {
            spill.File.Damage(spill.FileBytes / 2);
        }
        else
        {
            spill.File.Cut(spill.FileBytes / 2);
        }

        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(rows, [.. Enumerable.Range(0, Count)]));
        StringAssert.Contains(error.Message, _folder.Path);
        StringAssert.Contains(error.Message, how);
    }

    [TestMethod]
    public void NothingIsLeftInTheFolder()
    {
        using (RowSpill first = new(RowSpill.SmallestLimit, _folder.Path))
        using (RowSpill second = new(RowSpill.SmallestLimit, _folder.Path))
        {
            IRowSource<float> rows = Build("dense", first);
            IRowSource<float> others = Build("bytes", second);
            CollectionAssert.AreEqual(Read(rows, [5, 29_999]), Read(others, [5, 29_999]));
            if (!OperatingSystem.IsWindows())
            {
                // Not even while it is used, so that a killed process leaves nothing.
                Assert.IsEmpty(Directory.GetFiles(_folder.Path));
            }
        }

        Assert.IsEmpty(Directory.GetFiles(_folder.Path));
    }

    [TestMethod]
    public void WhatACrashOfTheMachineLeftIsRemoved()
    {
        string left = _folder["gradient-rows-0123456789abcdef.spill"];
        string used = _folder["gradient-rows-fedcba9876543210.spill"];
        string fresh = _folder["gradient-rows-00000000.spill"];
        string other = _folder["rows.spill"];
        foreach (string path in (string[])[left, used, fresh, other])
        {
            File.WriteAllText(path, "rows");
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow - TimeSpan.FromDays(path == fresh ? 0 : 1));
        }

        using FileStream holder = new(used, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        using RowSpill spill = new(RowSpill.SmallestLimit, _folder.Path);
        Build("bytes", spill);
        Assert.IsFalse(File.Exists(left));
        Assert.IsTrue(File.Exists(used) && File.Exists(fresh) && File.Exists(other));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void AKilledProcessLeavesNothing()
    {
        ProcessStartInfo start = ChildProcess.Program(typeof(SpilledRowsTests).Assembly.Location, Command, _folder.Path);
        using Process process = ChildProcess.Start(start);
        Assert.AreEqual("spilled", process.StandardOutput.ReadLine());
        process.Kill();
        process.WaitForExit();
        Assert.IsEmpty(Directory.GetFiles(_folder.Path));
    }

    public const string Command = "spill-rows";

    /// <summary>What the child process does: it spills, and waits for its end.</summary>
    public static void SpillAndWait(string folder)
    {
        using RowSpill spill = new(RowSpill.SmallestLimit, folder);
        Build("dense", spill);
        Console.WriteLine("spilled");
        Console.In.ReadToEnd();
        Thread.Sleep(Timeout.Infinite);
    }

    [TestMethod]
    [DataRow("none", "none")]
    [DataRow("file", "file")]
    public void AFolderThatCannotBeWrittenIsNamed(string name, string told)
    {
        File.WriteAllText(_folder["file"], "");
        using RowSpill spill = new(RowSpill.SmallestLimit, _folder[name]);
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => Build("dense", spill)).Message, told);
    }

    [TestMethod]
    public void RowsAreOfNoUseAfterwards()
    {
        RowSpill spill = new(RowSpill.SmallestLimit, _folder.Path);
        IRowSource<float> rows = Build("dense", spill);
        spill.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => Read(rows, [0]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RowSpill(1000));
    }
}
