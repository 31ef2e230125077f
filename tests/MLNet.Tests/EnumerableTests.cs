using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class EnumerableTests
{
    private readonly MLContext _ml = new(0);

    private sealed class Everything
    {
        public float Single;
        public double Double { get; set; }
        public bool Bool { get; set; }
        public sbyte SByte { get; set; }
        public byte Byte { get; set; }
        public short Int16 { get; set; }
        public ushort UInt16 { get; set; }
        public int Int32 { get; set; }
        public uint UInt32 { get; set; }
        public long Int64 { get; set; }
        public ulong UInt64 { get; set; }
        public string? Text { get; set; }
        public ReadOnlyMemory<char> Memory { get; set; }
        public DateTime Time { get; set; }
        public TimeSpan Span { get; set; }
        [VectorType(3)] public float[]? Vector { get; set; }
        public double[]? Variable { get; set; }
        public string[]? Texts { get; set; }
        public VBuffer<float> Buffer { get; set; }
        [ColumnName("Renamed")] public int Other { get; set; }
        [NoColumn] public object? Ignored { get; set; }
        public int ReadOnly => 5;
    }

    private static Everything Sample() => new()
    {
        Single = 1.5f, Double = 2.5, Bool = true, SByte = -1, Byte = 1, Int16 = -2, UInt16 = 2, Int32 = -3, UInt32 = 3, Int64 = -4, UInt64 = 4,
        Text = "text", Memory = "memory".AsMemory(), Time = new(2020, 1, 2), Span = TimeSpan.FromSeconds(3),
        Vector = [1, 2, 3], Variable = [4, 5], Texts = ["a", "b"], Buffer = new(4, 2, [7f, 8f], [1, 3]), Other = 9, Ignored = new(),
    };

    [TestMethod]
    public void EveryKindOfMemberComesBack()
    {
        var data = _ml.Data.LoadFromEnumerable([Sample()]);
        Assert.IsNull(data.Schema.GetColumnOrNull("Ignored"));
        Assert.AreSame(NumberDataViewType.Int32, data.Schema["ReadOnly"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), data.Schema["Vector"].Type);
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Double), data.Schema["Variable"].Type);
        Assert.AreEqual(new VectorDataViewType(TextDataViewType.Instance), data.Schema["Texts"].Type);
        Assert.AreSame(TextDataViewType.Instance, data.Schema["Memory"].Type);

        var back = _ml.Data.CreateEnumerable<Everything>(data, reuseRowObject: false).Single();
        var expected = Sample();
        Assert.AreEqual((expected.Single, expected.Double, expected.Bool, expected.SByte, expected.Byte, expected.Int16, expected.UInt16),
            (back.Single, back.Double, back.Bool, back.SByte, back.Byte, back.Int16, back.UInt16));
        Assert.AreEqual((expected.Int32, expected.UInt32, expected.Int64, expected.UInt64, expected.Text, expected.Time, expected.Span, expected.Other),
            (back.Int32, back.UInt32, back.Int64, back.UInt64, back.Text, back.Time, back.Span, back.Other));
        Assert.AreEqual("memory", back.Memory.ToString());
        CollectionAssert.AreEqual(expected.Vector, back.Vector);
        CollectionAssert.AreEqual(expected.Variable, back.Variable);
        CollectionAssert.AreEqual(expected.Texts, back.Texts);
        Assert.IsFalse(back.Buffer.IsDense);
        CollectionAssert.AreEqual(expected.Buffer.DenseValues().ToArray(), back.Buffer.DenseValues().ToArray());
        Assert.IsNull(back.Ignored);
    }

    [TestMethod]
    public void NullsAreEmpty()
    {
        var data = _ml.Data.LoadFromEnumerable([new Everything()]);
        Assert.AreEqual("", data.GetColumn<string>("Text").Single());
        Assert.AreEqual(0, data.GetColumn<float[]>("Vector").Single().Length);
        Assert.AreEqual(0, data.GetColumn<string[]>("Texts").Single().Length);
    }

    private sealed class Keyed
    {
        [KeyType(3)] public uint Key { get; set; }
    }

    private sealed class Raw
    {
        public uint Key { get; set; }
    }

    [TestMethod]
    public void AKeyCountsFromZeroInTheObjectAndFromOneInTheColumn()
    {
        var data = _ml.Data.LoadFromEnumerable([new Keyed { Key = 0 }, new Keyed { Key = 2 }, new Keyed { Key = 3 }]);
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), data.Schema["Key"].Type);
        CollectionAssert.AreEqual(new uint[] { 1, 3, 0 }, data.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new uint[] { 1, 3, 0 }, _ml.Data.CreateEnumerable<Raw>(data, false).Select(r => r.Key).ToArray());
    }

    private sealed class Point
    {
        public float X { get; set; }
        public float Y { get; set; }
    }

    private sealed class PointAndMore
    {
        public float X { get; set; }
        public float Z { get; set; }
    }

    private IDataView Points(int count = 3) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Point { X = i, Y = 10 * i }).ToArray());

    [TestMethod]
    public void AMissingColumnIsAnArgumentOutOfRangeUnlessIgnored()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.CreateEnumerable<PointAndMore>(Points(), false).ToArray());
        StringAssert.Contains(error.Message, "'Z'");
        var rows = _ml.Data.CreateEnumerable<PointAndMore>(Points(), false, ignoreMissingColumns: true).ToArray();
        Assert.AreEqual(2f, rows[2].X);
        Assert.AreEqual(0f, rows[2].Z);
    }

    [TestMethod]
    public void ARowObjectIsReusedOnRequest()
    {
        Assert.AreEqual(1, _ml.Data.CreateEnumerable<Point>(Points(), reuseRowObject: true).Distinct().Count());
        Assert.AreEqual(3, _ml.Data.CreateEnumerable<Point>(Points(), reuseRowObject: false).Distinct().Count());
    }

    private sealed class WrongType
    {
        public double X { get; set; }
    }

    [TestMethod]
    public void AMemberOfAnotherTypeThanItsColumnIsRefused()
    {
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.CreateEnumerable<WrongType>(Points(), false).ToArray());
        StringAssert.Contains(error.Message, "'X'");
    }

    private sealed class Unmappable
    {
        public object? X { get; set; }
    }

    private sealed class Twice
    {
        [ColumnName("X")] public float A { get; set; }
        [ColumnName("X")] public float B { get; set; }
    }

    private sealed class NotAVector
    {
        [VectorType(2)] public float A { get; set; }
    }

    [TestMethod]
    public void ClassesThatMakeNoSchemaAreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable([new Unmappable()]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable([new Twice()]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable([new NotAVector()]));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.Data.LoadFromEnumerable((IEnumerable<Point>)null!));
    }

    [TestMethod]
    public void ADefinitionRenamesAndSizesColumns()
    {
        var definition = SchemaDefinition.Create(typeof(Everything), SchemaDefinition.Direction.Read);
        Assert.IsNull(definition["Absent"]);
        definition["Variable"].ColumnType = new VectorDataViewType(NumberDataViewType.Double, 2);
        definition["Text"].ColumnName = "Title";
        definition["Title"].AddAnnotation("Note", "a note", TextDataViewType.Instance);
        definition["Vector"].AddAnnotation("SlotNames", new[] { "a", "b", "c" }, new VectorDataViewType(TextDataViewType.Instance, 3));
        var data = _ml.Data.LoadFromEnumerable([Sample()], definition);

        Assert.AreEqual(2, ((VectorDataViewType)data.Schema["Variable"].Type).Size);
        Assert.AreEqual("text", data.GetColumn<string>("Title").Single());
        ReadOnlyMemory<char> note = default;
        data.Schema["Title"].Annotations.GetValue("Note", ref note);
        Assert.AreEqual("a note", note.ToString());
        Assert.IsTrue(data.Schema["Vector"].HasSlotNames());

        definition["Title"].ColumnType = NumberDataViewType.Single;
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromEnumerable([Sample()], definition));
    }

    [TestMethod]
    public void ASchemaGivesTypesAndAnnotations()
    {
        var definition = SchemaDefinition.Create(typeof(Everything));
        definition["Vector"].AddAnnotation("SlotNames", new[] { "a", "b", "c" }, new VectorDataViewType(TextDataViewType.Instance, 3));
        definition["Variable"].ColumnType = new VectorDataViewType(NumberDataViewType.Double, 2);
        var schema = _ml.Data.LoadFromEnumerable([Sample()], definition).Schema;

        var data = _ml.Data.LoadFromEnumerable([Sample()], schema);
        Assert.AreEqual(2, ((VectorDataViewType)data.Schema["Variable"].Type).Size);
        Assert.IsTrue(data.Schema["Vector"].HasSlotNames());
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.LoadFromEnumerable([new Point()], schema));
    }

    private sealed class Counting
    {
        public static int Reads;
        public float A => 1;
        public float B
        {
            get
            {
                Reads++;
                return 2;
            }
        }
    }

    [TestMethod]
    public void OnlyRequestedColumnsAreRead()
    {
        var data = _ml.Data.LoadFromEnumerable([new Counting(), new Counting()]);
        Counting.Reads = 0;
        Assert.AreEqual(2f, data.GetColumn<float>("A").Sum());
        Assert.AreEqual(0, Counting.Reads);

        using var cursor = data.GetRowCursor([data.Schema["A"]]);
        Assert.IsTrue(cursor.IsColumnActive(data.Schema["A"]));
        Assert.IsFalse(cursor.IsColumnActive(data.Schema["B"]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => cursor.GetGetter<float>(data.Schema["B"]));
        Assert.ThrowsExactly<InvalidOperationException>(() => cursor.GetGetter<double>(data.Schema["A"]));
    }

    [TestMethod]
    public void ACursorKnowsItsPosition()
    {
        var data = Points(2);
        Assert.AreEqual(2L, data.GetRowCount());
        Assert.IsFalse(data.CanShuffle);
        using var cursor = data.GetRowCursor(data.Schema);
        Assert.AreEqual(-1L, cursor.Position);
        Assert.IsTrue(cursor.MoveNext());
        Assert.AreEqual(0L, cursor.Position);
        DataViewRowId id = default;
        cursor.GetIdGetter()(ref id);
        Assert.AreEqual(new DataViewRowId(0, 0), id);
        Assert.IsTrue(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        Assert.IsFalse(cursor.MoveNext());
        Assert.AreEqual(-1L, cursor.Position);
        Assert.IsNull(_ml.Data.LoadFromEnumerable(Enumerable.Range(0, 2).Select(_ => new Point())).GetRowCount());
        Assert.AreEqual(1, data.GetRowCursorSet(data.Schema, 4).Length);
    }

    [TestMethod]
    public void ANullRowIsRefused()
    {
        var data = _ml.Data.LoadFromEnumerable(new Point[] { new(), null! });
        Assert.ThrowsExactly<InvalidOperationException>(() => data.GetColumn<float>("X").ToArray());
    }

    [TestMethod]
    public void AColumnIsReadInItsRawTypeOrItsUsualNetType()
    {
        var data = _ml.Data.LoadFromEnumerable([Sample()]);
        Assert.AreEqual(1.5f, data.GetColumn<float>("Single").Single());
        Assert.AreEqual("text", data.GetColumn<string>("Text").Single());
        Assert.AreEqual("text", data.GetColumn<ReadOnlyMemory<char>>(data.Schema["Text"]).Single().ToString());
        CollectionAssert.AreEqual(new[] { 0f, 7f, 0f, 8f }, data.GetColumn<float[]>("Buffer").Single());
        CollectionAssert.AreEqual(new[] { "a", "b" }, data.GetColumn<string[]>("Texts").Single());
        Assert.AreEqual(4, data.GetColumn<VBuffer<float>>("Buffer").Single().Length);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.GetColumn<double>("Single"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.GetColumn<float[]>("Single"));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => data.GetColumn<float>("Absent"));
    }

    [TestMethod]
    public void APreviewHoldsRowsAndColumns()
    {
        var preview = Points(5).Preview(maxRows: 3);
        Assert.AreEqual(3, preview.RowView.Length);
        Assert.AreEqual("X", preview.RowView[2].Values[0].Key);
        Assert.AreEqual(20f, preview.RowView[2].Values[1].Value);
        Assert.AreEqual("Y", preview.ColumnView[1].Column.Name);
        CollectionAssert.AreEqual(new object[] { 0f, 10f, 20f }, preview.ColumnView[1].Values);
        Assert.AreEqual("2 columns, 3 rows", preview.ToString());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Points().Preview(-1));
    }
}
