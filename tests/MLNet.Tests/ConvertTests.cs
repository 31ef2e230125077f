using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public sealed class ConvertTests
{
    private sealed class Row
    {
        public int Int { get; set; }
        public byte Byte { get; set; }
        public double Double { get; set; }
        public bool Flag { get; set; }
        public string Text { get; set; } = "";
        public uint UInt { get; set; }
        [KeyType(3)] public uint Key { get; set; }
        [VectorType(2)] public int[] Ints { get; set; } = [0, 0];
    }

    private readonly MLContext _ml = new(seed: 1);

    private IDataView One(Row row) => _ml.Data.LoadFromEnumerable([row]);

    private T Convert<T>(Row row, string column, DataKind kind)
    {
        var data = One(row);
        return _ml.Transforms.Conversion.ConvertType("Out", column, kind).Fit(data).Transform(data).GetColumn<T>("Out").Single();
    }

    [TestMethod]
    public void NumbersAndFlagsBecomeSingleByDefault()
    {
        var data = One(new Row { Int = -3, Byte = 200, Double = 0.5, Flag = true });
        var result = _ml.Transforms.Conversion.ConvertType([new("Int"), new("Byte"), new("Double"), new("Flag")]).Fit(data).Transform(data);
        Assert.AreEqual(-3f, result.GetColumn<float>("Int").Single());
        Assert.AreEqual(200f, result.GetColumn<float>("Byte").Single());
        Assert.AreEqual(0.5f, result.GetColumn<float>("Double").Single());
        Assert.AreEqual(1f, result.GetColumn<float>("Flag").Single());
        Assert.IsTrue(result.Schema["Flag"].IsNormalized());
        Assert.IsFalse(result.Schema["Int"].IsNormalized());
    }

    [TestMethod]
    [DataRow("1.5", 1.5f)]
    [DataRow("-2e3 ", -2000f)]
    [DataRow(" 12", float.NaN)]
    [DataRow("", 0f)]
    [DataRow("?", float.NaN)]
    [DataRow("abc", float.NaN)]
    public void TextBecomesANumberOrNaN(string text, float expected)
        => Assert.AreEqual(expected, Convert<float>(new Row { Text = text }, "Text", DataKind.Single));

    [TestMethod]
    public void NumbersBecomeTextAndFlags()
    {
        Assert.AreEqual("-7", Convert<string>(new Row { Int = -7 }, "Int", DataKind.String));
        Assert.AreEqual("0.25", Convert<string>(new Row { Double = 0.25 }, "Double", DataKind.String));
        Assert.AreEqual("True", Convert<string>(new Row { Flag = true }, "Flag", DataKind.String));
        Assert.IsTrue(Convert<bool>(new Row { Int = 2 }, "Int", DataKind.Boolean));
        Assert.IsFalse(Convert<bool>(new Row { Double = 0 }, "Double", DataKind.Boolean));
    }

    [TestMethod]
    public void UnsignedNumbersThatDoNotFitBecomeZero()
    {
        Assert.AreEqual((byte)255, Convert<byte>(new Row { UInt = 255 }, "UInt", DataKind.Byte));
        Assert.AreEqual((byte)0, Convert<byte>(new Row { UInt = 256 }, "UInt", DataKind.Byte));
        Assert.AreEqual(256UL, Convert<ulong>(new Row { UInt = 256 }, "UInt", DataKind.UInt64));
    }

    [TestMethod]
    public void VectorsKeepTheirSizeAndSlotNames()
    {
        var data = One(new Row { Ints = [4, -5], Int = 1 });
        var result = _ml.Transforms.Concatenate("All", "Int", "Ints").Append(_ml.Transforms.Conversion.ConvertType("All")).Fit(data).Transform(data);
        CollectionAssert.AreEqual(new[] { 1f, 4, -5 }, result.GetColumn<float[]>("All").Single());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), result.Schema["All"].Type);
        Assert.IsTrue(result.Schema["All"].HasSlotNames());
    }

    [TestMethod]
    public void KeysStayKeys()
    {
        var data = One(new Row { Key = 2 });
        var result = _ml.Transforms.Conversion.ConvertType("Out", "Key", DataKind.Byte).Fit(data).Transform(data);
        Assert.AreEqual(new KeyDataViewType(typeof(byte), 3), result.Schema["Out"].Type);
        Assert.AreEqual((byte)3, result.GetColumn<byte>("Out").Single());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.ConvertType("Out", "Key").Fit(data));
    }

    [TestMethod]
    public void ImpossibleConversionsAreRefused()
    {
        var data = One(new Row());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.ConvertType("Out", "Double", DataKind.Int32).Fit(data));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.ConvertType("Out", "Absent").Fit(data));
        var shape = DataOpsSchemaProbe.ShapeOf(data);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.ConvertType("Out", "Double", DataKind.Int32).GetOutputSchema(shape));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Conversion.ConvertType("Out", "Absent").GetOutputSchema(shape));
        Assert.AreEqual(NumberDataViewType.Single, _ml.Transforms.Conversion.ConvertType("Out", "Ints").GetOutputSchema(shape).Single(c => c.Name == "Out").ItemType);
    }

    [TestMethod]
    public void SavedAndLoadedGivesTheSame()
    {
        var data = One(new Row { Ints = [1, 2] });
        var model = _ml.Transforms.Conversion.ConvertType("Ints", outputKind: DataKind.Double).Fit(data);
        using var stream = new MemoryStream();
        _ml.Model.Save(model, data.Schema, stream);
        stream.Position = 0;
        var loaded = new MLContext().Model.Load(stream, out _).Transform(data);
        CollectionAssert.AreEqual(new double[] { 1, 2 }, loaded.GetColumn<double[]>("Ints").Single());
    }
}
