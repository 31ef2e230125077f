using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Rates that messages name: two digits, and never above what was found.</summary>
[TestClass]
public class ReadableRateTests
{
    [TestMethod]
    [DataRow(2.96e-5, 2.9e-5)]
    [DataRow(9.99e-5, 9.9e-5)]
    [DataRow(0.5, 0.5)]
    [DataRow(0.00012, 0.00012)]
    [DataRow(0.0099999999, 0.01)]
    [DataRow(123456, 120000)]
    [DataRow(1.999e300, 1.9e300)]
    [DataRow(double.Epsilon, double.Epsilon)]
    public void AreRoundedDown(double rate, double expected) => Assert.AreEqual(expected, ReadableRate.Down(rate));

    /// <summary>The errors of linear models and minimisations name the number that a caller is given.</summary>
    [TestMethod]
    public void AreWhatErrorsName()
    {
        double[] x = [.. Enumerable.Range(0, 20).Select(i => i * 1.37)];
        Check(Assert.ThrowsExactly<DivergenceException>(() => new LinearRegression(new LinearOptions { LearningRate = 1 }).Run(new LinearData(x, 1, x))));
        Check(Assert.ThrowsExactly<DivergenceException>(() => Minimizer.Minimize(v => 37 * v * v, 1.0, new Sgd { LearningRate = 0.5 })));
    }

    private static void Check(DivergenceException exception)
    {
        string text = exception.SuggestedLearningRate!.Value.ToString("G2", CultureInfo.InvariantCulture);
        Assert.AreEqual(exception.SuggestedLearningRate.Value, double.Parse(text, CultureInfo.InvariantCulture));
        StringAssert.Contains(exception.Message, text);
    }
}
