using Microsoft.ML;
using Microsoft.ML.Data;
using Parquet;
using Parquet.Schema;

namespace MLNet.GradientTrainers.ParquetTests;

/// <summary>Several files of the same columns are one view.</summary>
[TestClass]
public sealed class SeveralFilesTests
{
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    /// <summary>Ten numbers each, from ten times the file's number on, in row groups of four; beside them what writers of folders leave.</summary>
    private void Write(params int[] files)
    {
        foreach (int file in files)
        {
            Write($"part-{file}.parquet", [.. Enumerable.Range(0, 3).Select(group => Enumerable.Range((10 * file) + (4 * group), group < 2 ? 4 : 2).ToArray())]);
        }

        File.WriteAllText(_folder["_SUCCESS"], "");
        File.WriteAllText(_folder["_old.parquet"], "");
    }

    private void Write(string name, int[][] groups, string column = "Number")
    {
        var field = new DataField<int>(column);
        WrittenFile.Write(_folder[name], new ParquetSchema(field), groups.Select(group => (Func<ParquetRowGroupWriter, Task>)(async writer => await writer.WriteAsync<int>(field, group))));
    }

    private static int[] Numbers(IDataView rows) => [.. rows.GetColumn<int>("Number")];

    [TestMethod]
    public void FoldersPatternsAndListsGiveTheRowsOfAllInTheirOrder()
    {
        Write(1, 2, 3);
        var data = new MLContext(seed: 1).Data;
        int[] all = [.. Enumerable.Range(10, 30)];
        CollectionAssert.AreEqual(all, Numbers(data.LoadFromParquet(_folder.Path)));
        CollectionAssert.AreEqual(all, Numbers(data.LoadFromParquet(_folder["part-?.parquet"])));
        CollectionAssert.AreEqual(all[10..], Numbers(data.LoadFromParquet([_folder["part-2.parquet"], _folder["*-3*"]])));
        CollectionAssert.AreEqual((int[])[.. all[20..], .. all[..10]], Numbers(data.LoadFromParquet([_folder["part-3.parquet"], _folder["part-1.parquet"]], columns: ["Number"])));

        IDataView rows = data.LoadFromParquet(_folder.Path);
        Assert.AreEqual(30, rows.GetRowCount());
        using var cursor = rows.GetRowCursor(rows.Schema);
        var id = cursor.GetIdGetter();
        DataViewRowId number = default;
        for (ulong row = 0; cursor.MoveNext(); row++)
        {
            id(ref number);
            Assert.AreEqual(row, number.Low);
        }

        // By several threads, and shuffled: each row once.
        var sets = rows.GetRowCursorSet(rows.Schema, 3);
        Assert.HasCount(3, sets);
        Array.ForEach(sets, set => set.Dispose());
        CollectionAssert.AreEquivalent(all, Numbers(data.ShuffleRows(rows, seed: 1)));
    }

    [TestMethod]
    public void BlocksOfAllFilesAreReadInAnyOrder()
    {
        Write(1, 2);
        IDataView rows = new MLContext(seed: 1).Data.LoadFromParquet(_folder.Path);
        var numbers = new List<int>();
        using var cursor = rows.GetRowCursor(rows.Schema, new RowBlockOrder([5, 0, 3]));
        var getter = cursor.GetGetter<int>(rows.Schema[0]);
        int value = 0;
        while (cursor.MoveNext())
        {
            getter(ref value);
            numbers.Add(value);
        }

        CollectionAssert.AreEqual(new[] { 28, 29, 10, 11, 12, 13, 20, 21, 22, 23 }, numbers);
    }

    [TestMethod]
    public void OtherColumnsAndMissingFilesAreNamed()
    {
        Write(1);
        Write("other.parquet", [[1]], "Other");
        var data = new MLContext(seed: 1).Data;
        string[] both = [_folder["part-1.parquet"], _folder["other.parquet"]];
        var error = Assert.Throws<ArgumentException>(() => data.LoadFromParquet(both));
        StringAssert.Contains(error.Message, both[1]);
        StringAssert.Contains(error.Message, "'Number'");
        StringAssert.Contains(error.Message, "'Other'");
        StringAssert.Contains(Assert.Throws<ArgumentException>(() => data.LoadFromParquet(both, columns: ["Number"])).Message, both[1]);
        StringAssert.Contains(Assert.Throws<FileNotFoundException>(() => data.LoadFromParquet([both[0], _folder["none.parquet"]])).Message, "none.parquet");
        StringAssert.Contains(Assert.Throws<FileNotFoundException>(() => data.LoadFromParquet(_folder["none-*"])).Message, "none-*");
        Assert.Throws<ArgumentException>(() => data.LoadFromParquet([]));
    }

    /// <summary>A list is of known size where all rows of all files have as many values; a scalar is one that may be missing where it is in any of them.</summary>
    [TestMethod]
    public void WhatOneFileHasHoldsForAll()
    {
        WrittenFile.Rows(_folder["a.parquet"], 10, 4, 4);
        WrittenFile.Rows(_folder["b.parquet"], 0, 4, 4);
        WrittenFile.Rows(_folder["c.parquet"], 10, 4, 4);
        var data = new MLContext(seed: 1).Data;
        Assert.AreEqual(4, ((VectorDataViewType)data.LoadFromParquet(_folder.Path).Schema["Features"].Type).Size);
        WrittenFile.Rows(_folder["d.parquet"], 10, 5, 4);
        Assert.AreEqual(0, ((VectorDataViewType)data.LoadFromParquet(_folder.Path).Schema["Features"].Type).Size);

        var field = new DataField<int>("Number", true);
        foreach (var (name, values) in ((string, int?[])[])[("x1", [1, 2]), ("x2", [3, null])])
        {
            WrittenFile.Write(_folder[name], new ParquetSchema(field), [async writer => await writer.WriteAsync<int>(field, values)]);
        }

        CollectionAssert.AreEqual(new[] { 1, 2, 3, double.NaN }, data.LoadFromParquet(_folder["x?"]).GetColumn<double>("Number").ToArray());
    }
}
