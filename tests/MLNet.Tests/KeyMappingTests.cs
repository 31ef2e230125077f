using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public sealed class KeyMappingTests
{
    private sealed class Row
    {
        public string Text { get; set; } = "";
        public float Number { get; set; }
        [VectorType(2)] public string[] Texts { get; set; } = ["", ""];
    }

    private readonly MLContext _ml = new(seed: 1);

    private IDataView Texts(params string[] values) => _ml.Data.LoadFromEnumerable(values.Select(v => new Row { Text = v }).ToArray());

    private static string[] KeyValues(IDataView data, string column)
    {
        VBuffer<ReadOnlyMemory<char>> values = default;
        data.Schema[column].GetKeyValues(ref values);
        return values.DenseValues().Select(v => v.ToString()).ToArray();
    }

    [TestMethod]
    public void KeysFollowTheOrderOfOccurrence()
    {
        var data = Texts("b", "a", "", "b", "C");
        var mapped = _ml.Transforms.Conversion.MapValueToKey("Key", "Text").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 1, 2, 0, 1, 3 }, mapped.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new[] { "b", "a", "C" }, KeyValues(mapped, "Key"));
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), mapped.Schema["Key"].Type);
    }

    [TestMethod]
    public void KeysByValueAreSortedByCharacterCodes()
    {
        var data = Texts("b", "a", "Z", "B");
        var mapped = _ml.Transforms.Conversion.MapValueToKey("Text", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "B", "Z", "a", "b" }, KeyValues(mapped, "Text"));
        CollectionAssert.AreEqual(new uint[] { 4, 3, 2, 1 }, mapped.GetColumn<uint>("Text").ToArray());
    }

    [TestMethod]
    public void ValuesNotLearnedAreMissing()
    {
        var model = _ml.Transforms.Conversion.MapValueToKey("Key", "Text", maximumNumberOfKeys: 2).Fit(Texts("x", "y", "z"));
        CollectionAssert.AreEqual(new uint[] { 0, 2, 0, 1 }, model.Transform(Texts("z", "y", "new", "x")).GetColumn<uint>("Key").ToArray());
    }

    [TestMethod]
    public void NumbersNameTheirKeysAsNumbersOrText()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { 7f, float.NaN, 2.5f }.Select(v => new Row { Number = v }).ToArray());
        var byNumber = _ml.Transforms.Conversion.MapValueToKey("Key", "Number", keyOrdinality: ValueToKeyMappingEstimator.KeyOrdinality.ByValue).Fit(data).Transform(data);
        VBuffer<float> numbers = default;
        byNumber.Schema["Key"].GetKeyValues(ref numbers);
        CollectionAssert.AreEqual(new[] { 2.5f, 7f }, numbers.DenseValues().ToArray());
        CollectionAssert.AreEqual(new uint[] { 2, 0, 1 }, byNumber.GetColumn<uint>("Key").ToArray());
        var byText = _ml.Transforms.Conversion.MapValueToKey("Key", "Number", addKeyValueAnnotationsAsText: true).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "7", "2.5" }, KeyValues(byText, "Key"));
    }

    [TestMethod]
    public void VectorsMapEachSlotWithOneDictionary()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Row { Texts = ["a", "b"] }, new Row { Texts = ["b", ""] } });
        var mapped = _ml.Transforms.Conversion.MapValueToKey("Texts").Fit(data).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 1, 2, 2, 0 }, mapped.GetColumn<uint[]>("Texts").SelectMany(k => k).ToArray());
        var back = _ml.Transforms.Conversion.MapKeyToValue("Texts").Fit(mapped).Transform(mapped);
        CollectionAssert.AreEqual(new[] { "a", "b", "b", "" }, back.GetColumn<string[]>("Texts").SelectMany(k => k).ToArray());
    }

    [TestMethod]
    public void KeyDataFixesTheOrderOfKeys()
    {
        var keys = _ml.Transforms.SelectColumns("Text").Fit(Texts("x", "y", "z")) is { } select ? select.Transform(Texts("x", "y", "z")) : null;
        var data = Texts("z", "x", "w");
        var mapped = _ml.Transforms.Conversion.MapValueToKey("Key", "Text", keyData: keys).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 3, 1, 0 }, mapped.GetColumn<uint>("Key").ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.MapValueToKey("Key", "Text", keyData: Texts("x")));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.MapValueToKey("Key", "Number", keyData: keys).Fit(data));
    }

    [TestMethod]
    public void KeyToValueTurnsBackAndMissingBecomesEmptyOrNaN()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { ("a", 1f), ("", float.NaN), ("b", 2f) }.Select(v => new Row { Text = v.Item1, Number = v.Item2 }).ToArray());
        var pipeline = _ml.Transforms.Conversion.MapValueToKey([new("TextKey", "Text"), new("NumberKey", "Number")])
            .Append(_ml.Transforms.Conversion.MapKeyToValue([new("TextBack", "TextKey"), new("NumberBack", "NumberKey")]));
        var result = pipeline.Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { "a", "", "b" }, result.GetColumn<string>("TextBack").ToArray());
        CollectionAssert.AreEqual(new[] { 1, float.NaN, 2 }, result.GetColumn<float>("NumberBack").ToArray());
    }

    [TestMethod]
    public void SchemasArePromisedAndWrongOnesRefused()
    {
        var data = Texts("a");
        var toKey = _ml.Transforms.Conversion.MapValueToKey("Key", "Text");
        var promised = toKey.GetOutputSchema(DataOpsSchemaProbe.ShapeOf(data)).Single(c => c.Name == "Key");
        Assert.IsTrue(promised.IsKey);
        Assert.AreEqual(NumberDataViewType.UInt32, promised.ItemType);
        Assert.AreEqual(TextDataViewType.Instance, promised.Annotations.Single(a => a.Name == "KeyValues").ItemType);

        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.MapValueToKey("Absent").Fit(data));
        var shape = DataOpsSchemaProbe.ShapeOf(data);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.MapValueToKey("Absent").GetOutputSchema(shape));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.MapKeyToValue("Text").GetOutputSchema(shape));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.MapKeyToValue("Absent").Fit(data));
    }

    [TestMethod]
    [DataRow("Text")]
    [DataRow("Number")]
    public void SavedAndLoadedGivesTheSame(string column)
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { ("a", 1f), ("b", -2f), ("", float.NaN) }.Select(v => new Row { Text = v.Item1, Number = v.Item2 }).ToArray());
        var model = _ml.Transforms.Conversion.MapValueToKey("Key", column).Append(_ml.Transforms.Conversion.MapKeyToValue("Back", "Key")).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var result = new MLContext().Model.Load(stream, out _).Transform(data);
        CollectionAssert.AreEqual(new uint[] { 1, 2, 0 }, result.GetColumn<uint>("Key").ToArray());
        if (column == "Text")
            CollectionAssert.AreEqual(new[] { "a", "b", "" }, result.GetColumn<string>("Back").ToArray());
        else
            CollectionAssert.AreEqual(new[] { 1, -2, float.NaN }, result.GetColumn<float>("Back").ToArray());
    }
}
