using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class SearchSpaceTests
{
    private static readonly SearchSpace Space = SearchSpace.Empty
        .Range("Rate", 1e-5, 1, logScale: true)
        .Integer("Units", 3, 5)
        .Choice("Layers", new[] { 8 }, new[] { 8, 4 })
        .Choice("Kind", new ChoiceOption("a"), new ChoiceOption("b", SearchSpace.Empty.Range("Inner", -1, 1).Boolean("Flag")));

    [TestMethod]
    public void ValuesComeBackFromJsonToTheLastDigit()
    {
        for (int i = 0; i < 200; i++)
        {
            var random = new RandomSource((ulong)i);
            var values = Space.Walk((_, parameter) => parameter.FromUnit(random.NextDouble()));
            var back = Space.Read(values.ToJson());
            Assert.AreEqual(values, back);
            Assert.AreEqual(values.Get<double>("Rate"), back.Get<double>("Rate"));
            Assert.AreEqual(values.Get<string>("Kind") == "b", values.ContainsKey("Kind.b.Inner"));
        }
    }

    [TestMethod]
    public void ValuesAreReadAsWhatTheyStandFor()
    {
        var values = Space.Values(("Rate", 0.1), ("Units", 4), ("Layers", "[8, 4]"), ("Kind", "b"), ("Kind.b.Inner", 0), ("Kind.b.Flag", true));
        Assert.AreEqual(0.1, values.Get<double>("Rate"));
        Assert.AreEqual(4, values.Get<int>("Units"));
        CollectionAssert.AreEqual(new[] { 8, 4 }, values.Get<int[]>("Layers"));
        Assert.IsTrue(values.Get<bool>("Kind.b.Flag"));
        Assert.AreEqual("b", values.Get<string>("Kind"));
        Assert.AreEqual(7, values.Get("Other", 7));
        Assert.AreEqual("Rate = 0.1, Units = 4, Layers = [8, 4], Kind = b, Kind.b.Inner = 0, Kind.b.Flag = true", values.ToString());
        Assert.Contains("Rate", Assert.ThrowsExactly<KeyNotFoundException>(() => values.Get<int>("Ratte")).Message);
        Assert.ThrowsExactly<InvalidCastException>(() => values.Get<bool>("Rate"));
    }

    [TestMethod]
    [DataRow("""{"Rate":2,"Units":4,"Layers":"[8]","Kind":"a"}""", "Rate")]
    [DataRow("""{"Rate":0.1,"Units":4.5,"Layers":"[8]","Kind":"a"}""", "Units")]
    [DataRow("""{"Rate":0.1,"Units":4,"Layers":"[9]","Kind":"a"}""", "Layers")]
    [DataRow("""{"Rate":0.1,"Units":4,"Layers":"[8]"}""", "Kind")]
    [DataRow("""{"Rate":0.1,"Units":4,"Layers":"[8]","Kind":"a","Kind.b.Inner":0}""", "Kind.b.Inner")]
    [DataRow("""{"Rate":"0.1","Units":4,"Layers":"[8]","Kind":"a"}""", "Rate")]
    [DataRow("[]", "[]")]
    public void WrongValuesAreRefusedByName(string json, string name) => Assert.Contains(name, Assert.ThrowsExactly<InvalidDataException>(() => Space.Read(json)).Message);

    [TestMethod]
    public void AllNumbersOfARangeComeAndEndsAreAsLikelyAsOthers()
    {
        var range = new IntegerRange("n", 1, 4);
        var counts = Enumerable.Range(0, 4000).Select(i => (int)range.FromUnit((i + 0.5) / 4000)).GroupBy(n => n).ToDictionary(group => group.Key, group => group.Count());
        Assert.HasCount(4, counts);
        Assert.IsTrue(counts.Values.All(count => count == 1000), string.Join(", ", counts));
        Assert.AreEqual(3.0, new RealRange("x", 3, 3).FromUnit(0.7));
        Assert.AreEqual(0.01, (double)new RealRange("x", 1e-4, 1, true).FromUnit(0.5), 1e-15);
    }

    [TestMethod]
    public void PlacesAreThoseOfValues()
    {
        foreach (var range in new[] { new RealRange("x", -2, 3), new RealRange("x", 1e-6, 10, true) })
        {
            for (double unit = 0; unit < 1; unit += 0.01)
            {
                Assert.AreEqual(unit, range.ToUnit((double)range.FromUnit(unit)), 1e-12);
            }
        }

        foreach (var range in new[] { new IntegerRange("n", 16, 512, true), new IntegerRange("n", -3, 9) })
        {
            for (int n = range.Minimum; n <= range.Maximum; n++)
            {
                Assert.AreEqual(n, range.FromUnit(range.ToUnit(n)));
            }
        }
    }

    [TestMethod]
    public void WrongSpacesAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Range("x", 1, 0));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Range("x", 0, 1, logScale: true));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Range("x", double.NaN, 1));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Range("x", 0, double.PositiveInfinity));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Integer("x", 0, 9, logScale: true));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Choice("x"));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Choice("x", 1, 1));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Boolean("x").Boolean("x"));
        Assert.ThrowsExactly<ArgumentException>(() => SearchSpace.Empty.Boolean(" "));
        Assert.ThrowsExactly<ArgumentException>(() => Space.Without("Nothing"));
        Assert.ThrowsExactly<ArgumentException>(() => Space.Values(("Rate", 0.1)));
        CollectionAssert.AreEqual(new[] { "Rate", "Kind" }, Space.Without("Units", "Layers").Parameters.Select(parameter => parameter.Name).ToArray());
    }
}
