using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public sealed class TextLoaderTests
{
    private sealed class Row
    {
        [LoadColumn(0)] public float Label { get; set; }
        [LoadColumn(1, 3)] public float[] Features { get; set; } = [];
        [LoadColumn(4), ColumnName("Name")] public string Text { get; set; } = "";
        [LoadColumn(5)] public bool Flag { get; set; }
    }

    private sealed class SizedRow
    {
        [LoadColumn(0), KeyType(3)] public uint Key { get; set; }
        [LoadColumn([2, 0])] public int[] Ints { get; set; } = [];
    }

    private sealed class NotLoaded
    {
        [LoadColumn(0)] public float Label { get; set; }
        public float Other { get; set; }
    }

    private readonly MLContext _ml = new(seed: 1);
    private readonly string _folder = Directory.CreateTempSubdirectory("text-loader").FullName;

    [TestCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    private string Write(string text, string name = "data.csv")
    {
        string path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private IDataView Load(string text, TextLoader.Options options)
    {
        options.Separators = options.Separators is ['\t'] ? [','] : options.Separators;
        return _ml.Data.LoadFromTextFile(Write(text), options);
    }

    private static TextLoader.Column[] One(DataKind kind, KeyCount? keyCount = null) => [new("C", kind, [new TextLoader.Range(0)], keyCount)];

    private static float[][] Vectors(IDataView data, string column = "V") => data.GetColumn<float[]>(column).ToArray();

    [TestMethod]
    public void ClassesSayWhichFieldsTheirColumnsAre()
    {
        string path = Write("label,a,b,c,name,flag\n1,2,3.5,-4e1,some text,1\n\n0,,5,6,,false\n");
        var data = _ml.Data.LoadFromTextFile<Row>(path, separatorChar: ',', hasHeader: true);
        CollectionAssert.AreEqual(new[] { "Label", "Features", "Name", "Flag" }, data.Schema.Select(c => c.Name).ToArray());
        Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 3), data.Schema["Features"].Type);
        Assert.IsFalse(data.Schema["Features"].HasSlotNames(), "this overload does not look into the file beforehand");
        var rows = _ml.Data.CreateEnumerable<Row>(data, reuseRowObject: false).ToArray();
        Assert.HasCount(2, rows);
        Assert.AreEqual(1f, rows[0].Label);
        CollectionAssert.AreEqual(new[] { 2, 3.5f, -40 }, rows[0].Features);
        Assert.AreEqual("some text", rows[0].Text);
        Assert.IsTrue(rows[0].Flag);
        CollectionAssert.AreEqual(new[] { 0f, 5, 6 }, rows[1].Features);
        Assert.AreEqual("", rows[1].Text);
        Assert.IsFalse(rows[1].Flag);
    }

    [TestMethod]
    public void SeparatedFieldsKeysAndOrderOfFields()
    {
        var data = _ml.Data.LoadFromTextFile<SizedRow>(Write("0;x;7\n2;x;-8\n3;x;0\n"), separatorChar: ';');
        Assert.AreEqual(new KeyDataViewType(typeof(uint), 3), data.Schema["Key"].Type);
        CollectionAssert.AreEqual(new uint[] { 1, 3, 0 }, data.GetColumn<uint>("Key").ToArray());
        CollectionAssert.AreEqual(new[] { 7, 0, -8, 2, 0, 3 }, data.GetColumn<int[]>("Ints").SelectMany(v => v).ToArray());
    }

    [TestMethod]
    public void ColumnsOfEveryKindAreRead()
    {
        var kinds = new[] { DataKind.SByte, DataKind.Byte, DataKind.Int16, DataKind.UInt16, DataKind.Int32, DataKind.UInt32, DataKind.Int64,
            DataKind.UInt64, DataKind.Single, DataKind.Double, DataKind.String, DataKind.Boolean, DataKind.TimeSpan, DataKind.DateTime };
        var columns = kinds.Select((kind, i) => new TextLoader.Column(kind.ToString(), kind, i)).ToArray();
        string path = Write("-1,2,-3,4,-5,6,-7,8,9.5,10.25,eleven,yes,0:00:13,2014-01-02\n");
        var data = _ml.Data.LoadFromTextFile(path, columns, separatorChar: ',');
        Assert.AreEqual((sbyte)-1, data.GetColumn<sbyte>("SByte").Single());
        Assert.AreEqual((byte)2, data.GetColumn<byte>("Byte").Single());
        Assert.AreEqual((short)-3, data.GetColumn<short>("Int16").Single());
        Assert.AreEqual((ushort)4, data.GetColumn<ushort>("UInt16").Single());
        Assert.AreEqual(-5, data.GetColumn<int>("Int32").Single());
        Assert.AreEqual(6u, data.GetColumn<uint>("UInt32").Single());
        Assert.AreEqual(-7L, data.GetColumn<long>("Int64").Single());
        Assert.AreEqual(8UL, data.GetColumn<ulong>("UInt64").Single());
        Assert.AreEqual(9.5f, data.GetColumn<float>("Single").Single());
        Assert.AreEqual(10.25, data.GetColumn<double>("Double").Single());
        Assert.AreEqual("eleven", data.GetColumn<string>("String").Single());
        Assert.IsTrue(data.GetColumn<bool>("Boolean").Single());
        Assert.AreEqual(TimeSpan.FromSeconds(13), data.GetColumn<TimeSpan>("TimeSpan").Single());
        Assert.AreEqual(new DateTime(2014, 1, 2), data.GetColumn<DateTime>("DateTime").Single());
    }

    [TestMethod]
    [DataRow("", false, 0f)]
    [DataRow("", true, float.NaN)]
    [DataRow("?", false, float.NaN)]
    [DataRow("n/a", false, float.NaN)]
    [DataRow("1 2", false, float.NaN)]
    [DataRow("bad", false, float.NaN)]
    [DataRow("  7 ", false, 7f)]
    [DataRow("1234567", false, 1234567f)]
    [DataRow("0.1", false, 0.1f)]
    [DataRow("-.5e-1", false, -0.05f)]
    public void MissingAndBadNumbers(string cell, bool missingIsNaN, float expected)
    {
        var data = Load($"{cell},x\n", new() { Columns = One(DataKind.Single), MissingRealsAsNaNs = missingIsNaN });
        Assert.AreEqual(expected, data.GetColumn<float>("C").Single());
    }

    [TestMethod]
    [DataRow(false, 0f)]
    [DataRow(true, float.NaN)]
    public void FieldsThatALineLacksAreMissing(bool missingIsNaN, float expected)
    {
        var data = Load("1,2\n3\n", new() { Columns = [new("V", DataKind.Single, 0, 2), new("S", DataKind.Single, 1)], MissingRealsAsNaNs = missingIsNaN });
        CollectionAssert.AreEqual(new[] { 1, 2, expected, 3, expected, expected }, Vectors(data).SelectMany(v => v).ToArray());
        CollectionAssert.AreEqual(new[] { 2, expected }, data.GetColumn<float>("S").ToArray());
    }

    [TestMethod]
    [DataRow(DataKind.Int32, "1.5")]
    [DataRow(DataKind.Int32, "+1")]
    [DataRow(DataKind.Boolean, "maybe")]
    [DataRow(DataKind.UInt32, "-1")]
    public void BadCellsOfTypesWithoutMissingValueAreErrors(DataKind kind, string cell)
    {
        var data = Load($"{cell}\n", new() { Columns = One(kind) });
        var error = Assert.Throws<Exception>(() => data.Preview());
        StringAssert.Contains(error.ToString(), "Could not parse value");
    }

    [TestMethod]
    public void KeysCountFromZeroInTextAndBadOnesAreMissing()
    {
        var data = Load("0\n9\n10\n-1\nx\n?\n\"\"\n", new() { Columns = One(DataKind.Byte, new KeyCount(10)), AllowQuoting = true });
        CollectionAssert.AreEqual(new byte[] { 1, 10, 0, 0, 0, 0, 0 }, data.GetColumn<byte>("C").ToArray());
    }

    [TestMethod]
    public void QuotedFieldsHoldSeparatorsAndQuotes()
    {
        TextLoader.Column[] columns = [new("A", DataKind.String, 0), new("B", DataKind.String, 1)];
        const string text = "\"a,b\",\"say \"\"hi\"\"\"\nplain, \"x\" \n\"broken\"y,z\n";
        var data = Load(text, new() { Columns = columns, AllowQuoting = true });
        CollectionAssert.AreEqual(new[] { "a,b", "plain", "" }, data.GetColumn<string>("A").ToArray());
        CollectionAssert.AreEqual(new[] { "say \"hi\"", "x", "z" }, data.GetColumn<string>("B").ToArray());
        var plain = Load(text, new() { Columns = columns });
        Assert.AreEqual("\"a", plain.GetColumn<string>("A").First());
        var escaped = Load("\"say \\\"hi\\\"\",b\n", new() { Columns = columns, AllowQuoting = true, EscapeChar = '\\' });
        Assert.AreEqual("say \"hi\"", escaped.GetColumn<string>("A").Single());
    }

    [TestMethod]
    public void QuotedFieldsMayGoOnOverLines()
    {
        TextLoader.Column[] columns = [new("A", DataKind.String, 0), new("B", DataKind.Single, 1)];
        var data = Load("\"one\ntwo\",1\nthree,2\n", new() { Columns = columns, AllowQuoting = true, ReadMultilines = true });
        CollectionAssert.AreEqual(new[] { "one\ntwo", "three" }, data.GetColumn<string>("A").ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2 }, data.GetColumn<float>("B").ToArray());
        var open = Load("\"one\n", new() { Columns = columns, AllowQuoting = true, ReadMultilines = true });
        Assert.Throws<Exception>(() => open.Preview());
    }

    [TestMethod]
    public void SpacesAtTheEndOfLinesGoOnDemand()
    {
        TextLoader.Column[] columns = [new("A", DataKind.String, 0), new("B", DataKind.String, 1)];
        CollectionAssert.AreEqual(new[] { "b  " }, Load(" a , b  \n", new() { Columns = columns }).GetColumn<string>("B").ToArray());
        var trimmed = Load(" a , b  \n", new() { Columns = columns, TrimWhitespace = true });
        Assert.AreEqual("a ", trimmed.GetColumn<string>("A").Single());
        Assert.AreEqual("b", trimmed.GetColumn<string>("B").Single());
    }

    [TestMethod]
    public void CommentsAndEmptyLinesArePassedOver()
    {
        var data = Load("# top\n// note\n\n1\n// note\n\n2\n", new() { Columns = One(DataKind.Single) });
        CollectionAssert.AreEqual(new[] { 1f, 2 }, data.GetColumn<float>("C").ToArray());
    }

    [TestMethod]
    public void TheHeaderNamesTheSlots()
    {
        var data = Load("y,width, height ,z\n1,2,3,4\n", new() { HasHeader = true, Columns = [new("V", DataKind.Single, 1, 2), new("L", DataKind.Single, 0)] });
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["V"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "width", "height" }, names.DenseValues().Select(n => n.ToString()).ToArray());
        Assert.IsFalse(data.Schema["L"].HasSlotNames());
        CollectionAssert.AreEqual(new[] { 2f, 3 }, Vectors(data).Single());
    }

    [TestMethod]
    public void TheHeaderMayBeAFileOfItsOwn()
    {
        string header = Write("y,width,height\n", "header.csv");
        var data = Load("1,2,3\n", new() { HeaderFile = header, Columns = [new("V", DataKind.Single, 1, 2)] });
        VBuffer<ReadOnlyMemory<char>> names = default;
        data.Schema["V"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(new[] { "width", "height" }, names.DenseValues().Select(n => n.ToString()).ToArray());
        CollectionAssert.AreEqual(new[] { 2f, 3 }, Vectors(data).Single());
    }

    [TestMethod]
    public void WithoutColumnsTheFirstFieldIsTheLabelAndTheRestFeatures()
    {
        var data = _ml.Data.LoadFromTextFile(Write("1\t2\t3\n4\t5\t6\n"));
        CollectionAssert.AreEqual(new[] { 1f, 4 }, data.GetColumn<float>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { 2f, 3, 5, 6 }, Vectors(data, "Features").SelectMany(v => v).ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile(Write("1\t2\n1\t2\t3\n")), "lines of different size");
    }

    [TestMethod]
    public void SparseLinesStateTheirSizeOrTakeTheGivenOne()
    {
        TextLoader.Column[] columns = [new("L", DataKind.Single, 0), new("V", DataKind.Single, 1, 6)];
        var stated = Load("1,6,0:10,4:20\n2,6,5:7\n3,1,2,3,4,5,6\n", new() { AllowSparse = true, Columns = columns });
        CollectionAssert.AreEqual(new[] { 1f, 2, 3 }, stated.GetColumn<float>("L").ToArray());
        CollectionAssert.AreEqual(new float[] { 10, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 7, 1, 2, 3, 4, 5, 6 }, Vectors(stated).SelectMany(v => v).ToArray());
        var given = Load("1,0:10,4:20\n", new() { AllowSparse = true, Columns = columns, InputSize = 7 });
        CollectionAssert.AreEqual(new float[] { 10, 0, 0, 0, 20, 0 }, Vectors(given).Single());
        Assert.IsFalse(given.GetColumn<VBuffer<float>>("V").Single().IsDense);
    }

    [TestMethod]
    public void DecimalCommas()
    {
        var data = Load("1,5;2\n", new() { Separators = [';'], DecimalMarker = ',', Columns = [new("V", DataKind.Single, 0, 1)] });
        CollectionAssert.AreEqual(new[] { 1.5f, 2 }, Vectors(data).Single());
    }

    [TestMethod]
    public void SeveralFilesAreReadOneAfterTheOtherEachWithItsHeader()
    {
        Write("h\n1\n2\n", "part1.csv");
        Write("h\n3\n", "part2.csv");
        var pattern = _ml.Data.LoadFromTextFile(Path.Combine(_folder, "part*.csv"), One(DataKind.Single), hasHeader: true);
        CollectionAssert.AreEquivalent(new[] { 1f, 2, 3 }, pattern.GetColumn<float>("C").ToArray());
        var loader = _ml.Data.CreateTextLoader(One(DataKind.Single), hasHeader: true);
        var files = loader.Load(new MultiFileSource(Path.Combine(_folder, "part2.csv"), Path.Combine(_folder, "part1.csv")));
        CollectionAssert.AreEqual(new[] { 3f, 1, 2 }, files.GetColumn<float>("C").ToArray());
        Assert.AreEqual("C", loader.GetOutputSchema().Single().Name);
    }

    [TestMethod]
    public void RowsAreLimitedOnDemandAndTheFileReadAnewForEachCursor()
    {
        var data = Load("1\n2\n3\n", new() { Columns = One(DataKind.Single), MaxRows = 2 });
        CollectionAssert.AreEqual(new[] { 1f, 2 }, data.GetColumn<float>("C").ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2 }, data.GetColumn<float>("C").ToArray());
    }

    [TestMethod]
    public void WrongUseIsRefused()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile<Row>(Path.Combine(_folder, "absent.csv")));
        StringAssert.Contains(error.Message, "absent.csv");
        string path = Write("1\n");
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.LoadFromTextFile<NotLoaded>(path));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile<Row>(path, separatorChar: '"'));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile(path,
            [new TextLoader.Column("V", DataKind.Single, [new TextLoader.Range(0, 3), new TextLoader.Range(2)])]), "ranges that overlap");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new TextLoader.Range(3, 2));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new KeyCount(0));
    }

    [TestMethod]
    public void AFileThatVanishesIsNamed()
    {
        string path = Write("1\n");
        var data = _ml.Data.LoadFromTextFile(path, One(DataKind.Single));
        File.Delete(path);
        var error = Assert.Throws<Exception>(() => data.Preview());
        StringAssert.Contains(error.ToString(), path);
    }
}
