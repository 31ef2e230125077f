using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public sealed class ExcerptTests
{
    [TestMethod]
    [DataRow("", "")]
    [DataRow("price in €, 価格 👩‍🔬", "price in €, 価格 👩‍🔬")]
    [DataRow("a\nb\r\tc", @"a\nb\r\tc")]
    [DataRow("\u001b[31mred\u0007", @"\u001b[31mred\u0007")]
    [DataRow("\u007f\u0085\u009b", @"\u007f\u0085\u009b")]
    [DataRow("a\u202eb\u2066c\u200fd\ufeff", @"a\u202eb\u2066c\u200fd\ufeff")]
    [DataRow("\u2028\u2029", @"\u2028\u2029")]
    [DataRow("\U000e0041", @"\U000e0041")]
    public void WhatATerminalWouldObeyIsWrittenOut(string text, string shown) => Assert.AreEqual(shown, Excerpt.Of(text));

    [TestMethod]
    public void BrokenSurrogatesAreWrittenOut()
    {
        Assert.AreEqual(@"a\ud83db", Excerpt.Of("a\ud83db"));
        Assert.AreEqual(@"\udc69", Excerpt.Of("\udc69"));
        Assert.AreEqual("", Excerpt.Of(null));
    }

    [TestMethod]
    public void LongTextsAreCutBetweenCharactersWithTheirLength()
    {
        Assert.AreEqual(new string('a', 80) + "… (10,000,000 characters)", Excerpt.Of(new string('a', 10_000_000)));
        Assert.AreEqual(new string('a', 80), Excerpt.Of(new string('a', 80)));
        Assert.AreEqual("a👩… (5 characters)", Excerpt.Of("a👩👩", 4));
        Assert.AreEqual(@"\n\n… (9 characters)", Excerpt.Of(new string('\n', 9), 5));
        Assert.AreEqual(@"a\nb…", Excerpt.Name("a\nbc", 4));
        Assert.AreEqual("abcd", Excerpt.Name("abcd", 4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Excerpt.Of("a", 0));
    }

    [TestMethod]
    public void ListsTellHowManyNamesThereAreMore()
    {
        Assert.AreEqual("", Excerpt.List([]));
        Assert.AreEqual("a, b", Excerpt.List(["a", "b"]));
        Assert.AreEqual("'1', '2' and 199,998 more", Excerpt.List([.. Enumerable.Range(1, 200_000).Select(i => i.ToString(CultureInfo.InvariantCulture))], 2, "'"));
        Assert.AreEqual(@"a\n, " + new string('b', 40) + "… (100 characters)", Excerpt.List(["a\n", new string('b', 100)]));
        Assert.ThrowsExactly<ArgumentNullException>(() => Excerpt.List(null!));
    }
}
