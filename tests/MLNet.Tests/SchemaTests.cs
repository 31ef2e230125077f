using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class SchemaTests
{
    private static DataViewSchema Build(Action<DataViewSchema.Builder> add)
    {
        var builder = new DataViewSchema.Builder();
        add(builder);
        return builder.ToSchema();
    }

    private static DataViewSchema.Column Annotated(DataViewType type, Action<DataViewSchema.Annotations.Builder> add)
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        add(annotations);
        return Build(b => b.AddColumn("Column", type, annotations.ToAnnotations()))["Column"];
    }

    private static ValueGetter<VBuffer<ReadOnlyMemory<char>>> Names(params string[] names)
        => (ref VBuffer<ReadOnlyMemory<char>> dst) => dst = new(names.Length, names.Select(n => n.AsMemory()).ToArray());

    [TestMethod]
    public void ALaterColumnHidesAnEarlierOneOfTheSameName()
    {
        var schema = Build(b =>
        {
            b.AddColumn("A", NumberDataViewType.Int32);
            b.AddColumn("B", TextDataViewType.Instance);
            b.AddColumn("A", NumberDataViewType.Single);
        });
        Assert.AreEqual(3, schema.Count);
        Assert.AreEqual(2, schema["A"].Index);
        Assert.AreSame(NumberDataViewType.Single, schema["A"].Type);
        Assert.IsTrue(schema[0].IsHidden);
        Assert.IsFalse(schema[2].IsHidden);
        Assert.AreEqual(1, schema.GetColumnOrNull("B")!.Value.Index);
        Assert.AreEqual("A,B,A", string.Join(",", schema.Select(c => c.Name)));
    }

    [TestMethod]
    public void AMissingColumnIsAnArgumentOutOfRange()
    {
        var schema = Build(b => b.AddColumn("A", NumberDataViewType.Int32));
        Assert.IsNull(schema.GetColumnOrNull("B"));
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => schema["B"]);
        StringAssert.Contains(error.Message, "'B'");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => schema[1]);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => schema[-1]);
        Assert.ThrowsExactly<ArgumentNullException>(() => schema[""]);
        Assert.ThrowsExactly<ArgumentNullException>(() => schema.GetColumnOrNull(null));
    }

    [TestMethod]
    public void ABuilderRefusesUnnamedAndUntypedColumns()
    {
        var builder = new DataViewSchema.Builder();
        Assert.ThrowsExactly<ArgumentNullException>(() => builder.AddColumn("", NumberDataViewType.Int32));
        Assert.ThrowsExactly<ArgumentNullException>(() => builder.AddColumn("A", null));
        builder.AddColumns([new DataViewSchema.DetachedColumn("D", BooleanDataViewType.Instance)]);
        Assert.AreSame(BooleanDataViewType.Instance, builder.ToSchema()["D"].Type);
    }

    [TestMethod]
    public void AnnotationsGiveTheirValuesByKind()
    {
        var column = Annotated(NumberDataViewType.Single, a =>
        {
            a.AddPrimitiveValue("Text", TextDataViewType.Instance, "hello".AsMemory());
            a.Add("Names", new VectorDataViewType(TextDataViewType.Instance, 2), Names("x", "y"));
        });
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue("Text", ref text);
        Assert.AreEqual("hello", text.ToString());
        Assert.AreEqual(2, column.Annotations.Schema.Count);

        float wrong = 0;
        Assert.ThrowsExactly<InvalidOperationException>(() => column.Annotations.GetValue("Text", ref wrong));
        Assert.ThrowsExactly<InvalidOperationException>(() => column.Annotations.GetValue("Absent", ref wrong));
    }

    [TestMethod]
    public void AnAnnotationMustHaveItsTypesRawType()
    {
        var builder = new DataViewSchema.Annotations.Builder();
        Assert.ThrowsExactly<ArgumentException>(() => builder.AddPrimitiveValue("A", NumberDataViewType.Single, 1));
        Assert.ThrowsExactly<ArgumentException>(() => builder.Add("A", NumberDataViewType.Single, (ValueGetter<double>)((ref double d) => d = 1)));
        Assert.ThrowsExactly<ArgumentNullException>(() => builder.Add("", NumberDataViewType.Single, (ValueGetter<float>)((ref float d) => d = 1)));
    }

    [TestMethod]
    public void AnnotationsAreCopiedBySelector()
    {
        var source = Annotated(NumberDataViewType.Single, a =>
        {
            a.AddPrimitiveValue("Keep", NumberDataViewType.Int32, 7);
            a.AddPrimitiveValue("Drop", NumberDataViewType.Int32, 8);
        }).Annotations;
        var builder = new DataViewSchema.Annotations.Builder();
        builder.Add(source, kind => kind == "Keep");
        builder.Add(null, _ => true);
        var copy = builder.ToAnnotations();
        Assert.AreEqual("Keep", copy.Schema.Single().Name);
        int value = 0;
        copy.GetValue("Keep", ref value);
        Assert.AreEqual(7, value);
        Assert.AreEqual(0, DataViewSchema.Annotations.Empty.Schema.Count);
    }

    [TestMethod]
    [DataRow(2, true)]
    [DataRow(3, false)]
    public void SlotNamesMustMatchTheVectorsSize(int size, bool expected)
    {
        var column = Annotated(new VectorDataViewType(NumberDataViewType.Single, 2),
            a => a.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, size), Names([.. Enumerable.Range(0, size).Select(i => $"s{i}")])));
        Assert.AreEqual(expected, column.HasSlotNames());
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        Assert.AreEqual("s0", names.GetItemOrDefault(0).ToString());
    }

    [TestMethod]
    [DataRow(3ul, true)]
    [DataRow(4ul, false)]
    public void KeyValuesMustMatchTheKeysCount(ulong count, bool expected)
    {
        var column = Annotated(new KeyDataViewType(typeof(uint), count),
            a => a.Add("KeyValues", new VectorDataViewType(TextDataViewType.Instance, 3), Names("a", "b", "c")));
        Assert.AreEqual(expected, column.HasKeyValues());
        Assert.IsFalse(column.HasKeyValues(NumberDataViewType.Single));
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.GetKeyValues(ref values);
        Assert.AreEqual("c", values.GetItemOrDefault(2).ToString());
    }

    [TestMethod]
    public void IsNormalizedReadsItsAnnotation()
    {
        Assert.IsTrue(Annotated(NumberDataViewType.Single, a => a.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, true)).IsNormalized());
        Assert.IsFalse(Annotated(NumberDataViewType.Single, a => a.AddPrimitiveValue("IsNormalized", BooleanDataViewType.Instance, false)).IsNormalized());
        Assert.IsFalse(Annotated(NumberDataViewType.Single, _ => { }).IsNormalized());
    }

    [TestMethod]
    public void TypesCompareByContent()
    {
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(uint), 5ul));
        Assert.AreNotEqual(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(uint), 6));
        Assert.AreNotEqual(new KeyDataViewType(typeof(uint), 5), new KeyDataViewType(typeof(byte), 5));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 4), new VectorDataViewType(NumberDataViewType.Single, 4));
        Assert.AreNotEqual(new VectorDataViewType(NumberDataViewType.Single, 4), new VectorDataViewType(NumberDataViewType.Single, 2, 2));
        Assert.AreNotEqual(new VectorDataViewType(NumberDataViewType.Single, 4), new VectorDataViewType(NumberDataViewType.Double, 4));
        Assert.IsFalse(NumberDataViewType.Single.Equals(NumberDataViewType.Double));
        Assert.IsFalse(TextDataViewType.Instance.Equals(null));
    }

    [TestMethod]
    public void TypesSayWhatTheyAre()
    {
        Assert.AreEqual("Single", NumberDataViewType.Single.ToString());
        Assert.AreEqual("String", TextDataViewType.Instance.ToString());
        Assert.AreEqual("Boolean", BooleanDataViewType.Instance.ToString());
        Assert.AreEqual("Key<UInt32, 0-9>", new KeyDataViewType(typeof(uint), 10).ToString());
        Assert.AreEqual("Vector<Single, 784>", new VectorDataViewType(NumberDataViewType.Single, 784).ToString());
        Assert.AreEqual("Vector<Single>", new VectorDataViewType(NumberDataViewType.Single).ToString());
        Assert.AreEqual("Vector<Single, 28, 28>", new VectorDataViewType(NumberDataViewType.Single, 28, 28).ToString());
        Assert.AreEqual(typeof(VBuffer<float>), new VectorDataViewType(NumberDataViewType.Single).RawType);
        Assert.AreEqual(typeof(ReadOnlyMemory<char>), TextDataViewType.Instance.RawType);
    }

    [TestMethod]
    public void AVectorsSizeIsTheProductOfItsDimensions()
    {
        var image = new VectorDataViewType(NumberDataViewType.Single, 28, 28);
        Assert.AreEqual(784, image.Size);
        Assert.IsTrue(image.IsKnownSize);
        CollectionAssert.AreEqual(new[] { 28, 28 }, image.Dimensions.ToArray());
        Assert.IsFalse(new VectorDataViewType(NumberDataViewType.Single).IsKnownSize);
        Assert.AreEqual(0, new VectorDataViewType(NumberDataViewType.Single).Dimensions.Single());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new VectorDataViewType(NumberDataViewType.Single, -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new VectorDataViewType(NumberDataViewType.Single, 2, -1));
        Assert.ThrowsExactly<ArgumentNullException>(() => new VectorDataViewType(null, 2));
        Assert.ThrowsExactly<OverflowException>(() => new VectorDataViewType(NumberDataViewType.Single, int.MaxValue, 3));
    }

    [TestMethod]
    public void AKeyNeedsAnUnsignedTypeAndAPossibleCount()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(int), 5));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(uint), 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(uint), -1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyDataViewType(typeof(byte), 256));
        Assert.AreEqual(255ul, new KeyDataViewType(typeof(byte), 255).Count);
        Assert.IsTrue(KeyDataViewType.IsValidDataType(typeof(ushort)));
        Assert.IsFalse(KeyDataViewType.IsValidDataType(typeof(float)));
    }

    [TestMethod]
    public void ASchemaShapeRefusesWhatIsNoColumn()
    {
        Assert.AreEqual(0, new SchemaShape([]).Count);
        Assert.ThrowsExactly<ArgumentNullException>(() => new SchemaShape(null));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SchemaShape([default]));
    }

    [TestMethod]
    public void RowIdsCompareByTheirHighPartFirst()
    {
        Assert.IsTrue(new DataViewRowId(0, 2).CompareTo(new DataViewRowId(5, 1)) > 0);
        Assert.AreEqual(new DataViewRowId(1, 2), new DataViewRowId(1, 2));
        Assert.AreEqual("00000000000000020000000000000001", new DataViewRowId(1, 2).ToString());
        var id = new DataViewRowId(1, 2);
        Assert.AreEqual(5, new[] { id, id.Fork(), id.Next(), id.Combine(id), id.Next().Next() }.Distinct().Count());
        Assert.AreEqual(id.Combine(id), id.Combine(id));
    }
}
