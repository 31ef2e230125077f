namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public sealed class GridSearchTests
{
    private static readonly double[] X = [1, 2, 3];
    private static readonly double[] Y = [2, 4, 6];

    private static double Loss(double w) => X.Zip(Y, (x, y) => (y - (w * x)) * (y - (w * x))).Average();

    /// <summary>Smallest at grid index (11, 5).</summary>
    private static double Bowl(ReadOnlySpan<double> p) => ((p[0] - 11) * (p[0] - 11)) + (2 * (p[1] - 5) * (p[1] - 5));

    private static SearchAxis[] Sixteen => [new(0, 15, 1), new(0, 15, 1)];

    [TestMethod]
    public void ExhaustiveSearchFindsTheWeight()
    {
        SearchResult result = GridSearch.Exhaustive(Loss, 0, 4, 0.1);
        Assert.AreEqual(2.0, result.X);
        Assert.AreEqual(0.0, result.Value);
        Assert.AreEqual(41, result.Evaluations);
        Assert.HasCount(21, result.Path);
        Assert.AreEqual(0.0, result.Path[0][0]);
        Assert.AreEqual(2.0, result.Path[^1][0]);
    }

    [TestMethod]
    public void DivideAndConquerFindsTheWeightWithFewerTries()
    {
        SearchResult result = GridSearch.DivideAndConquer(Loss, 0, 4, 0.1);
        Assert.AreEqual(2.0, result.X);
        Assert.AreEqual(0.0, result.Value);
        Assert.IsLessThan(20, result.Evaluations);
    }

    /// <summary>Wherever the bottom of a bowl lies, also where cells can't all be of one size.</summary>
    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(7)]
    public void DivideAndConquerFindsTheBottomOfABowlAnywhere(int cells)
    {
        foreach (int count in new[] { 2, 7, 41, 100 })
        {
            for (int bottom = 0; bottom < count; bottom++)
            {
                Assert.AreEqual(bottom, GridSearch.DivideAndConquer(x => (x - bottom) * (x - bottom), 0, count - 1, 1, cells).X, $"{count} values, {cells} cells");
            }
        }
    }

    [TestMethod]
    public void DivideAndConquerNeeds32InsteadOf256()
    {
        SearchResult all = GridSearch.Exhaustive(Bowl, Sixteen);
        Assert.AreEqual(256, all.Evaluations);
        CollectionAssert.AreEqual(new double[] { 11, 5 }, all.Point.ToArray());
        SearchResult divided = GridSearch.DivideAndConquer(Bowl, Sixteen);
        Assert.AreEqual(32, divided.Evaluations);
        CollectionAssert.AreEqual(all.Point.ToArray(), divided.Point.ToArray());
        Assert.AreEqual(0.0, divided.Value);
    }

    [TestMethod]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(7)]
    public void DivideAndConquerEndsAtOnePointForAnyNumberOfCells(int cells)
    {
        foreach (int count in new[] { 1, 2, 5, 16, 17, 100 })
        {
            SearchResult result = GridSearch.DivideAndConquer(x => (x - 3) * (x - 3), 0, count - 1, 1, cells);
            Assert.AreEqual(0, result.X % 1);
            Assert.IsLessThanOrEqualTo(cells * 8, result.Evaluations);
        }
    }

    [TestMethod]
    public void GreedyDescentWalksToALocalMinimum()
    {
        SearchResult result = GridSearch.GreedyDescent(Bowl, Sixteen, [2, 9]);
        CollectionAssert.AreEqual(new double[] { 11, 5 }, result.Point.ToArray());

        // Steps along one axis, from the start to the end.
        Assert.HasCount(1 + 9 + 4, result.Path);
        for (int i = 1; i < result.Path.Count; i++)
        {
            Assert.AreEqual(1.0, Math.Abs(result.Path[i][0] - result.Path[i - 1][0]) + Math.Abs(result.Path[i][1] - result.Path[i - 1][1]));
        }

        SearchResult middle = GridSearch.GreedyDescent(Bowl, Sixteen);
        CollectionAssert.AreEqual(new double[] { 7, 7 }, middle.Path[0].ToArray());

        // Two valleys: it stays in the one where it starts.
        SearchAxis[] axis = [new(0, 10, 1)];
        static double Valleys(ReadOnlySpan<double> x) => Math.Min(Math.Abs(x[0] - 2) + 1, Math.Abs(x[0] - 8));
        Assert.AreEqual(2.0, GridSearch.GreedyDescent(Valleys, axis, [1]).X);
        Assert.AreEqual(8.0, GridSearch.Exhaustive(Valleys, axis).X);
    }

    [TestMethod]
    public void NaNCountsAsLarge()
    {
        Assert.AreEqual(3.0, GridSearch.Exhaustive(x => x < 3 ? double.NaN : x, 0, 5, 1).X);
        Assert.AreEqual(3.0, GridSearch.GreedyDescent(x => x[0] < 3 ? double.NaN : x[0], [new SearchAxis(0, 5, 1)], [2]).X);
        Assert.Contains("NaN at all 6 points", Assert.ThrowsExactly<InvalidOperationException>(() => GridSearch.Exhaustive(_ => double.NaN, 0, 5, 1)).Message);
    }

    /// <summary>3 · 0.1 is more than 0.3, but no search goes beyond its end.</summary>
    [TestMethod]
    public void NoValueLiesBeyondTheEnd()
    {
        SearchAxis axis = new(0, 0.3, 0.1);
        Assert.AreEqual(4, axis.Count);
        Assert.AreEqual(0.3, axis[3]);
        Assert.AreEqual(0.3, GridSearch.Exhaustive(x => Math.Sqrt(0.3 - x), 0, 0.3, 0.1).X);
    }

    [TestMethod]
    public void WrongGridsAreRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new SearchAxis(0, 4, 0));
        Assert.ThrowsExactly<ArgumentException>(() => new SearchAxis(4, 0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new SearchAxis(double.NaN, 0, 1));
        Assert.ThrowsExactly<ArgumentException>(() => new SearchAxis(0, 1, 1e-12));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SearchAxis(0, 4, 1)[5]);
        Assert.ThrowsExactly<ArgumentException>(() => GridSearch.Exhaustive(Bowl, []));
        Assert.ThrowsExactly<ArgumentException>(() => GridSearch.Exhaustive(Bowl, [default, default]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => GridSearch.DivideAndConquer(Bowl, Sixteen, 1));
        Assert.ThrowsExactly<ArgumentException>(() => GridSearch.GreedyDescent(Bowl, Sixteen, [1]));
        Assert.ThrowsExactly<ArgumentException>(() => GridSearch.GreedyDescent(Bowl, Sixteen, [1, double.NaN]));
    }

    [TestMethod]
    public void SmoothingIsTheWeightedMeanOfThePast()
    {
        double[] smoothed = CurveSmoothing.Exponential([4, 2, 6], 0.5);
        Assert.AreEqual(4, smoothed[0], 1e-15);
        Assert.AreEqual(((0.25 * 4) + (0.5 * 2)) / 0.75, smoothed[1], 1e-15);
        Assert.AreEqual(((0.125 * 4) + (0.25 * 2) + (0.5 * 6)) / 0.875, smoothed[2], 1e-15);
        CollectionAssert.AreEqual(new[] { 5.0, 5, 5 }, CurveSmoothing.Exponential([5, 5, 5], 0.75));
        CollectionAssert.AreEqual(new[] { 1.0, 2, 3 }, CurveSmoothing.Exponential([1, 2, 3], 0));
        CollectionAssert.AreEqual(new[] { double.NaN, 3, 3 }, CurveSmoothing.Exponential([double.NaN, 3, double.PositiveInfinity]));
        Assert.IsEmpty(CurveSmoothing.Exponential([]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => CurveSmoothing.Exponential([1], 1));
    }
}
