using Microsoft.ML;
using Microsoft.ML.Data;
using Parquet.Schema;

namespace MLNet.GradientTrainers.ParquetTests;

/// <summary>What becomes of the columns of a file.</summary>
[TestClass]
public sealed class LoadedColumnsTests
{
    private readonly TemporaryFolder _folder = new();
    private readonly MLContext _context = new(seed: 1);

    [TestCleanup]
    public void Remove() => _folder.Dispose();

    private string Path => _folder["rows.parquet"];

    [TestMethod]
    public void ScalarsKeepTheirTypes()
    {
        var schema = new ParquetSchema(new DataField<float>("f"), new DataField<double>("d"), new DataField<int>("i"), new DataField<long>("l"), new DataField<bool>("b"), new DataField("s", typeof(string), isNullable: false), new DataField<DateTime>("t"));
        var time = new DateTime(2026, 11, 30, 12, 0, 0, DateTimeKind.Utc);
        WrittenFile.Write(Path, schema, async group =>
        {
            await group.WriteAsync<float>(schema.DataFields[0], new float[] { 1.5f, -2 });
            await group.WriteAsync<double>(schema.DataFields[1], new double[] { 1e300, 0 });
            await group.WriteAsync<int>(schema.DataFields[2], new int[] { 7, int.MinValue });
            await group.WriteAsync<long>(schema.DataFields[3], new long[] { long.MaxValue, 1 });
            await group.WriteAsync<bool>(schema.DataFields[4], new bool[] { true, false });
            await group.WriteAsync(schema.DataFields[5], new string[] { "one", "zwei" });
            await group.WriteAsync<DateTime>(schema.DataFields[6], new DateTime[] { time, time.AddDays(1) });
        });
        var rows = _context.Data.LoadFromParquet(Path);
        Assert.AreEqual(2, rows.GetRowCount());
        CollectionAssert.AreEqual(new[] { "f", "d", "i", "l", "b", "s", "t" }, rows.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 1.5f, -2 }, rows.GetColumn<float>("f").ToArray());
        CollectionAssert.AreEqual(new[] { 1e300, 0 }, rows.GetColumn<double>("d").ToArray());
        CollectionAssert.AreEqual(new[] { 7, int.MinValue }, rows.GetColumn<int>("i").ToArray());
        CollectionAssert.AreEqual(new[] { long.MaxValue, 1 }, rows.GetColumn<long>("l").ToArray());
        CollectionAssert.AreEqual(new[] { true, false }, rows.GetColumn<bool>("b").ToArray());
        CollectionAssert.AreEqual(new[] { "one", "zwei" }, rows.GetColumn<string>("s").ToArray());
        CollectionAssert.AreEqual(new[] { time, time.AddDays(1) }, rows.GetColumn<DateTime>("t").ToArray());
    }

    [TestMethod]
    public void NullsAreMissingValues()
    {
        var schema = new ParquetSchema(new DataField<float?>("f"), new DataField<int?>("i"), new DataField<bool?>("b"), new DataField<string>("s"), new DataField<int?>("whole"), new DataField<DateTime?>("t"));
        var time = new DateTime(2026, 11, 30, 0, 0, 0, DateTimeKind.Utc);
        WrittenFile.Write(Path, schema, async group =>
        {
            await group.WriteAsync<float>(schema.DataFields[0], new float?[] { null, 1, null, 2 });
            await group.WriteAsync<int>(schema.DataFields[1], new int?[] { 3, null, 4, null });
            await group.WriteAsync<bool>(schema.DataFields[2], new bool?[] { true, null, false, true });
            await group.WriteAsync(schema.DataFields[3], new string?[] { null, "b", null, "d" });
            await group.WriteAsync<int>(schema.DataFields[4], new int?[] { 1, 2, 3, 4 });
            await group.WriteAsync<DateTime>(schema.DataFields[5], new DateTime?[] { time, null, time, time });
        });
        var rows = _context.Data.LoadFromParquet(Path, ["f", "i", "b", "s", "whole"]);
        CollectionAssert.AreEqual(new[] { float.NaN, 1, float.NaN, 2 }, rows.GetColumn<float>("f").ToArray());
        CollectionAssert.AreEqual(new[] { 3, double.NaN, 4, double.NaN }, rows.GetColumn<double>("i").ToArray());
        CollectionAssert.AreEqual(new[] { 1, float.NaN, 0, 1 }, rows.GetColumn<float>("b").ToArray());
        CollectionAssert.AreEqual(new[] { "", "b", "", "d" }, rows.GetColumn<string>("s").ToArray());
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4 }, rows.GetColumn<int>("whole").ToArray());

        var error = Assert.ThrowsExactly<InvalidDataException>(() => _context.Data.LoadFromParquet(Path, ["t"]).GetColumn<DateTime>("t").ToArray());
        StringAssert.Contains(error.Message, "row 1");
        StringAssert.Contains(error.Message, "'t'");
    }

    [TestMethod]
    public void StructsAreTheirFieldsAndListsAreVectors()
    {
        var schema = new ParquetSchema(
            new StructField("place", new DataField<float?>("x"), new DataField<int>("n")),
            new ListField("even", new DataField<double?>("element")),
            new ListField("odd", new DataField<int>("element", false)),
            new MapField("map", new DataField<int>("key"), new DataField<int>("value")),
            new DataField<decimal>("money"));
        WrittenFile.Write(Path, schema, async group =>
        {
            await group.WriteAllPartsAsync<float>(schema.DataFields[0], new float[] { 1, 3 }, new int[] { 2, 1, 2 }, null, default);
            await group.WriteAllPartsAsync<int>(schema.DataFields[1], new int[] { 4, 5, 6 }, new int[] { 1, 1, 1 }, null, default);
            int item = schema.DataFields[2].MaxDefinitionLevel;
            await group.WriteAllPartsAsync<double>(schema.DataFields[2], new double[] { 1, 2, 3, 4, 6 }, new int[] { item, item, item, item, item - 1, item }, new int[] { 0, 1, 0, 1, 0, 1 }, default);
            item = schema.DataFields[3].MaxDefinitionLevel;
            await group.WriteAllPartsAsync<int>(schema.DataFields[3], new int[] { 1, 2, 3 }, new int[] { item, item - 1, item, item }, new int[] { 0, 0, 0, 1 }, default);
            int key = schema.DataFields[4].MaxDefinitionLevel;
            await group.WriteAllPartsAsync<int>(schema.DataFields[4], new int[] { 1, 2, 3 }, new int[] { key, key, key }, new int[] { 0, 0, 0 }, default);
            int value = schema.DataFields[5].MaxDefinitionLevel;
            await group.WriteAllPartsAsync<int>(schema.DataFields[5], new int[] { 1, 2, 3 }, new int[] { value, value, value }, new int[] { 0, 0, 0 }, default);
            await group.WriteAsync<decimal>(schema.DataFields[6], new decimal[] { 1, 2, 3 });
        });
        var rows = _context.Data.LoadFromParquet(Path);
        CollectionAssert.AreEqual(new[] { "place.x", "place.n", "even", "odd" }, rows.Schema.Select(column => column.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 1, float.NaN, 3 }, rows.GetColumn<float>("place.x").ToArray());
        CollectionAssert.AreEqual(new[] { 4, 5, 6 }, rows.GetColumn<int>("place.n").ToArray());
        Assert.AreEqual(2, ((VectorDataViewType)rows.Schema["even"].Type).Size);
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, double.NaN, 6 }, rows.GetColumn<double[]>("even").SelectMany(row => row).ToArray());
        Assert.IsFalse(((VectorDataViewType)rows.Schema["odd"].Type).IsKnownSize);
        CollectionAssert.AreEqual(new[] { 1, 0, 2 }, rows.GetColumn<int[]>("odd").Select(row => row.Length).ToArray());

        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _context.Data.LoadFromParquet(Path, ["money"])).Message, "Decimal");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _context.Data.LoadFromParquet(Path, ["map"])).Message, "map");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _context.Data.LoadFromParquet(Path, [])).Message, "No columns are named");
        var missing = Assert.ThrowsExactly<ArgumentException>(() => _context.Data.LoadFromParquet(Path, ["Labels"]));
        StringAssert.Contains(missing.Message, "'Labels'");
        StringAssert.Contains(missing.Message, "'place.n'");
        StringAssert.Contains(missing.Message, "money (Decimal)");
    }

    /// <summary>The mean of the second group's lists is that of the first one's.</summary>
    [TestMethod]
    public void AListOfAnotherLengthIsTold()
    {
        var schema = new ParquetSchema(new ListField("v", new DataField<float>("element", false)));
        int[][] repetitions = [[0, 1, 0, 1], [0, 0, 1, 1]];
        WrittenFile.Write(Path, schema, repetitions.Select(levels => (Func<Parquet.ParquetRowGroupWriter, Task>)(group => WrittenFile.Lists(group, schema.DataFields[0], [1, 2, 3, 4], levels))));
        var rows = _context.Data.LoadFromParquet(Path);
        Assert.AreEqual(2, ((VectorDataViewType)rows.Schema["v"].Type).Size);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => rows.GetColumn<float[]>("v").ToArray());
        StringAssert.Contains(error.Message, "row 2");
        StringAssert.Contains(error.Message, Path);
    }

    [TestMethod]
    public void RowsComeInAllOrders()
    {
        WrittenFile.Rows(Path, 1000, 3, 64);
        var rows = _context.Data.LoadFromParquet(Path);
        float[] expected = [.. Enumerable.Range(0, 1000).Select(row => WrittenFile.Feature(row, 1) + (row % 4))];
        float[] Sums(IDataView view) => [.. view.GetColumn<float[]>("Features").Zip(view.GetColumn<int>("Label"), (features, label) => features[1] + label)];
        CollectionAssert.AreEqual(expected, Sums(rows));

        float[] shuffled = Sums(_context.Data.ShuffleRows(rows, seed: 3));
        CollectionAssert.AreNotEqual(expected, shuffled);
        CollectionAssert.AreEqual(expected.Order().ToArray(), shuffled.Order().ToArray());

        var set = rows.GetRowCursorSet([rows.Schema["Label"]], 3);
        var ids = new List<ulong>();
        foreach (var cursor in set)
        {
            using (cursor)
            {
                var id = cursor.GetIdGetter();
                DataViewRowId value = default;
                while (cursor.MoveNext())
                {
                    id(ref value);
                    Assert.AreEqual(cursor.Batch, (long)value.Low / 64);
                    ids.Add(value.Low);
                }
            }
        }

        CollectionAssert.AreEqual(Enumerable.Range(0, 1000).Select(i => (ulong)i).ToArray(), ids.Order().ToArray());
    }

    [TestMethod]
    public void AFileWithoutRowsHasColumns()
    {
        WrittenFile.Rows(Path, 0, 3, 64);
        var rows = _context.Data.LoadFromParquet(Path, ["Label"]);
        Assert.AreEqual(0, rows.GetRowCount());
        Assert.IsEmpty(rows.GetColumn<int>("Label").ToArray());
    }
}
