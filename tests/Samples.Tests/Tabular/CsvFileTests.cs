using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tabular;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests.Tabular;

[TestClass]
public sealed class CsvFileTests
{
    [TestMethod]
    [DataRow("a,b\n1,2\n3,4\n", DisplayName = "comma")]
    [DataRow("a;b\r\n1;2\r\n3;4", DisplayName = "semicolon, CRLF, no end of line")]
    [DataRow("a\tb\n1\t2\n\n3\t4\n\n", DisplayName = "tab, blank lines")]
    [DataRow("\ufeff\"a\", b \n\" 1\",2.0\n 3 ,4e0\n", DisplayName = "byte order mark, quotes, white space")]
    public void TheUsualFormsAreRead(string text)
    {
        CsvFile file = Open(text);
        CollectionAssert.AreEqual(new[] { "a", "b" }, file.Columns.ToArray());
        Assert.IsTrue(file.HasHeader);
        CollectionAssert.AreEqual(new[] { 1.0, 3 }, file.Numbers(file.Find("a", "--label")));
        CollectionAssert.AreEqual(new[] { 2.0, 4 }, file.Numbers(file.Find("2", "--label")));
    }

    [TestMethod]
    public void QuotesMayHoldSeparatorsQuotesAndLineEnds()
    {
        CsvFile file = Open("\"price, in €\",\"the \"\"size\"\"\",\"two\nlines\"\n1,2,3\n");
        CollectionAssert.AreEqual(new[] { "price, in €", "the \"size\"", "two\nlines" }, file.Columns.ToArray());
        Assert.AreEqual(1, file.Count);
    }

    [TestMethod]
    [DataRow("1,2\n3,4\n", "Auto", false, 2)]
    [DataRow("1,2\n3,4\n", "Yes", true, 1)]
    [DataRow("x,y\n3,4\n", "Auto", true, 1)]
    [DataRow("x,y\n3,4\n", "No", false, 2)]
    [DataRow("London,2\nParis,4\n", "Auto", false, 2)]
    public void AHeaderIsDetectedOrTold(string text, string header, bool hasHeader, int rows)
    {
        CsvFile file = Open(text, Enum.Parse<CsvHeader>(header));
        Assert.AreEqual(hasHeader, file.HasHeader);
        Assert.AreEqual(rows, file.Count);
        CollectionAssert.AreEqual(hasHeader ? text.Split('\n')[0].Split(',') : ["1", "2"], file.Columns.ToArray());
    }

    [TestMethod]
    public void ANameGoesBeforeANumber()
    {
        CsvFile file = Open("2,1\n5,6\n", CsvHeader.Yes);
        CollectionAssert.AreEqual(new[] { 5.0 }, file.Numbers(file.Find("2", "--label")));
    }

    [TestMethod]
    [DataRow("", "is empty")]
    [DataRow("\n \n", "is empty")]
    [DataRow("a,b\n", "has a header (a, b) but no rows")]
    [DataRow("a,b\n1,2\n\n3\n", "Line 4 of", "has 1 cell, but line 1 has 2")]
    [DataRow("a,a\n1,2\n", "Line 1 of", "names two columns 'a'")]
    [DataRow("a,b\n1,\"2\n3,4\n", "Line 2 of", "opens a quote")]
    public void AFileThatIsNoTableIsRefused(string text, params string[] messages)
    {
        string message = Assert.ThrowsExactly<SampleException>(() => Open(text)).Message;
        foreach (string part in messages)
        {
            StringAssert.Contains(message, part);
        }
    }

    [TestMethod]
    [DataRow("a,b\n1,2\n3,x\n", 1, "Line 3, column 'b' of", "is 'x'")]
    [DataRow("a,b\n1,2\n\n,4\n", 0, "Line 4, column 'a' of", "is empty")]
    [DataRow("a,b\nNaN,2\n", 0, "Line 2, column 'a' of", "is 'NaN'")]
    [DataRow("a,b\n1,-1e39\n", 1, "Line 2, column 'b' of", "is '-1e39'", "within ±3.4e38")]
    [DataRow("a;b\n1;2,5\n", 1, "Line 2, column 'b' of", "is '2,5'", "behind a point, not a comma")]
    [DataRow("x,1\n3,4\n", 0, "Line 1, column '1' of", "is 'x'", "say --header yes")]
    public void ACellThatIsNoNumberIsNamed(string text, int column, params string[] messages)
    {
        CsvFile file = Open(text);
        string message = Assert.ThrowsExactly<SampleException>(() => file.Numbers(column)).Message;
        foreach (string part in messages)
        {
            StringAssert.Contains(message, part);
        }
    }

    [TestMethod]
    [DataRow("c")]
    [DataRow("0")]
    [DataRow("3")]
    public void AMissingColumnListsThoseThereAre(string name)
    {
        string message = Assert.ThrowsExactly<SampleException>(() => Open("a,b\n1,2\n").Find(name, "--label")).Message;
        StringAssert.Contains(message, $"--label is '{name}'");
        StringAssert.Contains(message, "Its columns: a, b.");
    }

    [TestMethod]
    public void AFileThatIsNotThereIsNamed()
    {
        using var folder = new TemporaryFolder();
        StringAssert.Contains(Assert.ThrowsExactly<SampleException>(() => CsvFile.Open(folder["none.csv"], CsvHeader.Auto)).Message, $"'{folder["none.csv"]}' does not exist");
        StringAssert.Contains(Assert.ThrowsExactly<SampleException>(() => CsvFile.Open(folder.Path, CsvHeader.Auto)).Message, "is a folder");
    }

    private static CsvFile Open(string text, CsvHeader header = CsvHeader.Auto)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["data.csv"], text);
        return CsvFile.Open(folder["data.csv"], header);
    }
}
