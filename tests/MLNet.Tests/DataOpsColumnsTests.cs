using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public sealed class DataOpsColumnsTests
{
    private sealed class Row
    {
        public float A { get; set; }
        public float B { get; set; }
        [VectorType(2)] public float[] V { get; set; } = [];
        public string Text { get; set; } = "";
        [KeyType(3)] public uint Key { get; set; }
    }

    private sealed class SparseRow
    {
        public float A { get; set; }
        [VectorType(9)] public VBuffer<float> V { get; set; }
    }

    private readonly MLContext _ml = new(seed: 1);

    private IDataView One() => _ml.Data.LoadFromEnumerable([new Row { A = 1, B = 2, V = [3, 4], Text = "t", Key = 1 }]);

    private static string[] Names(DataViewSchema.Column column)
    {
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return names.DenseValues().Select(n => n.ToString()).ToArray();
    }

    [TestMethod]
    public void ConcatenateJoinsScalarsAndVectorsWithNames()
    {
        var data = One();
        var first = _ml.Transforms.Concatenate("AB", "A", "B").Append(_ml.Transforms.Concatenate("All", "B", "V", "AB")).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { 2f, 3, 4, 1, 2 }, first.GetColumn<float[]>("All").Single());
        CollectionAssert.AreEqual(new[] { "B", "", "", "AB.A", "AB.B" }, Names(first.Schema["All"]));
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 5), first.Schema["All"].Type);
    }

    [TestMethod]
    public void ConcatenateOfOneVectorIsThatVector()
    {
        var data = One();
        var result = _ml.Transforms.NormalizeMinMax("V").Append(_ml.Transforms.Concatenate("Features", "V")).Fit(data).Transform(data);
        Assert.IsTrue(result.Schema["Features"].IsNormalized());
        Assert.IsFalse(result.Schema["Features"].HasSlotNames());
    }

    [TestMethod]
    public void ConcatenateKeepsSparseValues()
    {
        var data = _ml.Data.LoadFromEnumerable([new SparseRow { A = 5, V = new VBuffer<float>(9, 2, [1, 2], [0, 7]) }]);
        var result = _ml.Transforms.Concatenate("All", "V", "A", "V").Fit(data).Transform(data);
        var vector = result.GetColumn<VBuffer<float>>("All").Single();
        Assert.IsFalse(vector.IsDense);
        CollectionAssert.AreEqual(new float[] { 1, 0, 0, 0, 0, 0, 0, 2, 0, 5, 1, 0, 0, 0, 0, 0, 0, 2, 0 }, vector.DenseValues().ToArray());
    }

    [TestMethod]
    public void ConcatenateRefusesWhatDoesNotFit()
    {
        var data = One();
        var shape = DataOpsSchemaProbe.ShapeOf(data);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Concatenate("X", "A", "Absent").GetOutputSchema(shape));
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Transforms.Concatenate("X", "A", "Text").GetOutputSchema(shape));
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Transforms.Concatenate("X", "Key").GetOutputSchema(shape));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Concatenate("X", "A", "Text").Fit(data).Transform(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Concatenate("X"));
        var promised = _ml.Transforms.Concatenate("X", "A", "V").GetOutputSchema(shape).Single(c => c.Name == "X");
        Assert.AreEqual(SchemaShape.Column.VectorKind.Vector, promised.Kind);
        Assert.AreEqual("SlotNames", promised.Annotations.Single().Name);
    }

    [TestMethod]
    public void CopyKeepsTypeAndAnnotations()
    {
        var data = One();
        var result = _ml.Transforms.NormalizeMinMax("V").Append(_ml.Transforms.CopyColumns("W", "V")).Fit(data).Transform(data);
        Assert.IsTrue(result.Schema["W"].IsNormalized());
        CollectionAssert.AreEqual(result.GetColumn<float[]>("V").Single(), result.GetColumn<float[]>("W").Single());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("W", "Absent").Fit(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.CopyColumns("W", "Absent").GetOutputSchema(DataOpsSchemaProbe.ShapeOf(data)));
    }

    [TestMethod]
    public void ANewColumnHidesTheOldOne()
    {
        var data = One();
        var result = _ml.Transforms.CopyColumns("A", "B").Fit(data).Transform(data);
        Assert.AreEqual(2f, result.GetColumn<float>("A").Single());
        Assert.AreEqual(2, result.Schema.Count(c => c.Name == "A"));
        Assert.AreEqual(1, result.Schema.Count(c => c.Name == "A" && c.IsHidden));
    }

    [TestMethod]
    public void DropAndSelect()
    {
        var data = One();
        var dropped = _ml.Transforms.DropColumns("A", "Text").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "B", "V", "Key" }, dropped.Schema.Select(c => c.Name).ToArray());
        var selected = _ml.Transforms.SelectColumns("V", "A").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "V", "A" }, selected.Schema.Select(c => c.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 3f, 4 }, selected.GetColumn<float[]>("V").Single());
        CollectionAssert.AreEquivalent(new[] { "A", "V" },
            _ml.Transforms.SelectColumns("V", "A").GetOutputSchema(DataOpsSchemaProbe.ShapeOf(data)).Select(c => c.Name).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.DropColumns("Absent").Fit(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.SelectColumns("Absent").GetOutputSchema(DataOpsSchemaProbe.ShapeOf(data)));
    }

    [TestMethod]
    public void SavedAndLoadedGivesTheSame()
    {
        var data = One();
        var model = _ml.Transforms.Concatenate("F", "A", "V").Append(_ml.Transforms.CopyColumns("G", "F")).Append(_ml.Transforms.DropColumns("A", "V"))
            .Append(_ml.Transforms.SelectColumns("G", "Text")).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var result = new MLContext().Model.Load(stream, out var schema).Transform(data);
        CollectionAssert.AreEqual(new[] { "G", "Text" }, result.Schema.Select(c => c.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 3, 4 }, result.GetColumn<float[]>("G").Single());
        Assert.HasCount(data.Schema.Count, schema);
    }

    [TestMethod]
    public void OnlyRequestedColumnsAreComputed()
    {
        var data = One();
        var result = _ml.Transforms.Concatenate("F", "A", "V").Fit(data).Transform(data);
        using var cursor = result.GetRowCursor([result.Schema["B"]]);
        Assert.IsTrue(cursor.IsColumnActive(result.Schema["B"]));
        Assert.IsFalse(cursor.IsColumnActive(result.Schema["F"]));
        Assert.Throws<Exception>(() => cursor.GetGetter<VBuffer<float>>(result.Schema["F"]));
    }

    [TestMethod]
    public void RowsAreMappedOneByOneToo()
    {
        var data = One();
        var model = _ml.Transforms.Concatenate("F", "A", "V").Append(_ml.Transforms.NormalizeMinMax("N", "F")).Fit(data);
        using var engine = _ml.Model.CreatePredictionEngine<Row, Mapped>(model);
        var first = engine.Predict(new Row { A = 2, V = [6, 2] });
        CollectionAssert.AreEqual(new[] { 2f, 6, 2 }, first.F);
    }

    private sealed class Mapped
    {
        public float[] F { get; set; } = [];
    }
}
