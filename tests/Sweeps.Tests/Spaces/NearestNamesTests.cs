namespace MLNet.GradientTrainers.Sweeps.Tests;

[TestClass]
public sealed class NearestNamesTests
{
    [TestMethod]
    [DataRow("", "", 0)]
    [DataRow("", "abc", 3)]
    [DataRow("kitten", "sitting", 3)]
    [DataRow("Widht", "Width", 2)]
    [DataRow("batchsize", "BatchSize", 0)]
    public void ADistanceIsTheNumberOfChangedLetters(string from, string to, int distance)
    {
        Assert.AreEqual(distance, NearestNames.Distance(from, to));
        Assert.AreEqual(distance, NearestNames.Distance(to, from));
    }

    [TestMethod]
    public void AllNamesAreListedTheNearestFirst()
    {
        Assert.AreEqual("Width, Depth, BatchSize", NearestNames.List("Widht", ["BatchSize", "Depth", "Width", "Width"]));
        Assert.AreEqual("none", NearestNames.List("x", []));
    }

    [TestMethod]
    public void ASpaceTellsWhatItHas()
    {
        var space = SearchSpace.Empty.Range("rate", 0, 1).Choice("optimizer", new ChoiceOption("sgd", SearchSpace.Empty.Range("Momentum", 0, 1)), new ChoiceOption("adam"));
        Assert.Contains("the nearest first: rate, optimizer", Assert.ThrowsExactly<ArgumentException>(() => space.Without("rat")).Message);
        Assert.Contains("no parameter 'optimiser'. In play are, the nearest first: optimizer, rate.", Assert.ThrowsExactly<ArgumentException>(() => space.Values(("rate", 0.5), ("optimizer", "adam"), ("optimiser", "adam"))).Message);
        Assert.Contains("hangs on an option that is not chosen", Assert.ThrowsExactly<InvalidDataException>(() => space.Read("""{"rate":0.5,"optimizer":"adam","optimizer.sgd.Momentum":0.5}""")).Message);
    }
}
