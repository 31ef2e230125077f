using MLNet.GradientTrainers.Samples.Curves;

namespace MLNet.GradientTrainers.Samples.Tests.Curves;

[TestClass]
public sealed class CubicDescentTests
{
    /// <summary>Numbers of points that fill no block, one, several, and leave a rest.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(7)]
    [DataRow(16)]
    [DataRow(100)]
    [DataRow(2000)]
    public void StepsAreThoseOfTheDerivative(int points)
    {
        double[] x = [.. Enumerable.Range(0, points).Select(i => (2.0 * i / points) - 0.9)];
        double[] y = [.. x.Select(Math.Cos)];
        var descent = new CubicDescent(x, y);
        double rate = 0.1 / points;
        var cubic = new Cubic(0.5, -1, 0.25, 2);
        Cubic expected = cubic;
        for (int epoch = 0; epoch < 20; epoch++)
        {
            // Central differences, exact for a quadratic.
            double slope(Func<double, Cubic> moved) => (descent.SumOfSquares(moved(0.5)) - descent.SumOfSquares(moved(-0.5))) / 1;
            Cubic e = expected;
            expected = new Cubic(
                e.A - (rate * slope(h => e with { A = e.A + h })),
                e.B - (rate * slope(h => e with { B = e.B + h })),
                e.C - (rate * slope(h => e with { C = e.C + h })),
                e.D - (rate * slope(h => e with { D = e.D + h })));
        }

        Assert.AreEqual(0, descent.Run(cubic, rate, 20, CancellationToken.None).Distance(expected), 1e-9);
    }

    [TestMethod]
    public void TheSumOfSquaresIsWhatItSays()
    {
        // y = 1 + 2x + 3x² + 4x³ is 10 at 1 and 49 at 2.
        Assert.AreEqual(16.0 + 1, new CubicDescent([1, 2], [6, 50]).SumOfSquares(new Cubic(1, 2, 3, 4)));
    }

    [TestMethod]
    [DataRow(0.5, -1.0, 0.0, -0.25, "y = 0.500000 − 1.000000·x + 0.000000·x² − 0.250000·x³")]
    [DataRow(-1e-9, 1.0, -1e-9, 2.0, "y = 0.000000 + 1.000000·x + 0.000000·x² + 2.000000·x³")]
    public void ItReadsAsAFormula(double a, double b, double c, double d, string text) => Assert.AreEqual(text, new Cubic(a, b, c, d).ToString());

    [TestMethod]
    public void AnUnscaledCubicIsTheSameCurve()
    {
        var scaled = new Cubic(0.5, -1, 0.25, 2);
        Cubic cubic = scaled.Unscaled(center: 3, width: 2, mean: 10, spread: 5);
        foreach (double x in new[] { -4.0, 0, 3, 7.5 })
        {
            Assert.AreEqual(10 + (5 * scaled.At((x - 3) / 2)), cubic.At(x), 1e-9);
        }
    }

    [TestMethod]
    public void ItCanBeCancelled() =>
        Assert.ThrowsExactly<OperationCanceledException>(() => new CubicDescent([1], [1]).Run(default, 1e-3, 1, new CancellationToken(true)));
}
