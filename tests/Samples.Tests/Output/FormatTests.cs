using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Tests.Output;

[TestClass]
public sealed class FormatTests
{
    [TestMethod]
    [DataRow(0.0, "0")]
    [DataRow(1.5, "1.5")]
    [DataRow(-1234.5678, "-1,234.57")]
    [DataRow(123456789.0, "123,456,789")]
    [DataRow(0.0123456789, "0.0123457")]
    [DataRow(0.000123456789, "0.000123457")]
    [DataRow(0.0000123456789, "1.23457e-5")]
    [DataRow(2.5e12, "2.5e12")]
    [DataRow(double.PositiveInfinity, "Infinity")]
    public void NumbersHaveSixDigits(double value, string text) => Assert.AreEqual(text, Format.Number(value));

    [TestMethod]
    public void WhatJsonCannotHoldIsNull()
    {
        Assert.AreEqual(0.5, Format.Json(0.5)!.GetValue<double>());
        Assert.IsNull(Format.Json(double.PositiveInfinity));
        Assert.IsNull(Format.Json(double.NaN));
    }

    [TestMethod]
    public void ATableAlignsNumbersToTheRightAndNamesToTheLeft()
    {
        using var output = new StringWriter();
        var table = new TextTable("name", "n") { Names = 1 };
        table.Add("a", "1");
        table.Add("[red]", "10");
        table.Print(Terminal.Plain(output, output));
        Assert.AreEqual("  name    n\n  a       1\n  [red]  10\n", output.ToString().ReplaceLineEndings("\n"));
    }
}
