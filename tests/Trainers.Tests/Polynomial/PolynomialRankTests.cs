using Microsoft.ML;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Data that does not determine the polynomial: a solution of smallest norm, and a warning that says what to do.</summary>
[TestClass]
public sealed class PolynomialRankTests
{
    [TestMethod]
    public void TooFewRowsAreFittedExactlyAndWarnedAbout()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(6, 2), x => 1 + x[0] - x[1]);
        var model = PolynomialCase.Fit(context, rows, 3).Model;
        Assert.HasCount(1, warnings);
        Assert.Contains("The 6 rows determine only 6 of 10 coefficients", warnings[0]);
        Assert.Contains("at least 10 rows", warnings[0]);
        Assert.Contains("new rows may be far off", warnings[0]);
        Assert.DoesNotContain("are good", warnings[0]);
        rows.ForEach(r => Assert.AreEqual(r.Label, model.Evaluate([r.Features[0], r.Features[1]]), 1e-6));
        Assert.IsTrue(model.Coefficients.All(t => Math.Abs(t.Coefficient) < 10));
    }

    /// <summary>Ten coefficients and noise: from 29 rows a new row may be far off, from 30 less so.</summary>
    [TestMethod]
    [DataRow(29, 1, DisplayName = "fewer than three rows a coefficient")]
    [DataRow(30, 0, DisplayName = "three rows a coefficient")]
    public void FewRowsForTheTermsAreWarnedAbout(int count, int expected)
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var random = new Random(1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(count, 3), _ => random.NextDouble());
        PolynomialCase.Fit(context, rows, 2);
        Assert.HasCount(expected, warnings);
        Assert.IsTrue(warnings.TrueForAll(warning => warning.Contains("29 rows are few for 10 coefficients", StringComparison.Ordinal) && warning.Contains("Lower Degree", StringComparison.Ordinal)));
        warnings.Clear();
        PolynomialCase.Fit(context, rows, 2, o => o.L2Regularization = 0.1);
        Assert.IsEmpty(warnings, "a penalty is what helps");
    }

    [TestMethod]
    public void AFeatureTwiceSharesItsCoefficient()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(50, 1).Select(x => new[] { x[0], x[0] }), x => 1 + (4 * x[0]));
        var model = PolynomialCase.Fit(context, rows, 1).Model;
        Assert.HasCount(1, warnings);
        Assert.Contains("determine only 2 of 3 coefficients", warnings[0]);
        Assert.Contains("Remove features", warnings[0]);
        Assert.Contains("scores in the range of the rows are good", warnings[0]);
        Assert.AreEqual(2, model["x1"], 1e-6);
        Assert.AreEqual(2, model["x2"], 1e-6);
    }

    [TestMethod]
    public void AFeatureTwiceInOtherUnitsIsRecognisedDespiteRounding()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(200, 1, 10, 20).Select(x => new[] { x[0], (float)x[0] * 2.54f }), x => 1 + (4 * x[0]));
        var model = PolynomialCase.Fit(context, rows, 1).Model;
        Assert.HasCount(1, warnings);
        Assert.AreEqual(2, model["x1"], 1e-4);
        Assert.AreEqual(2 / 2.54, model["x2"], 1e-4);
    }

    [TestMethod]
    public void AFeatureThatNeverChangesHasNoTerms()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(50, 1).Select(x => new[] { x[0], 7 }), x => 1 + (4 * x[0] * x[0]));
        var model = PolynomialCase.Fit(context, rows, 3).Model;
        Assert.HasCount(1, warnings);
        Assert.Contains("1 of 2 features never change, so that their terms are 0: x2.", warnings[0]);
        Assert.IsTrue(model.Coefficients.Where(t => t.Factors.Any(f => f.Feature == 1)).All(t => t.Coefficient == 0));
        Assert.AreEqual(4, model["x1^2"], 1e-6);
        Assert.AreEqual(5, model.Evaluate([1, -100]), 1e-6);
        Assert.IsTrue(double.IsNaN(model.Evaluate([1, double.NaN])));
    }

    [TestMethod]
    public void AConstantLabelIsLearntWithoutAFeatureThatChanges()
    {
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 5).Select(_ => new PolynomialRow { Features = [3], Label = 42 });
        var model = PolynomialCase.Fit(context, rows, 2).Model;
        Assert.AreEqual("y = 42", model.ToString());
        Assert.AreEqual(42, model.Evaluate([0]), 1e-9);
        var without = PolynomialCase.Fit(context, rows.Select(r => new PolynomialRow { Features = [0], Label = 42 }), 2, o => o.FitIntercept = false).Model;
        Assert.AreEqual("y = 0", without.ToString());
    }

    [TestMethod]
    public void APenaltyMakesAnyDataDetermineAPolynomial()
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(50, 1).Select(x => new[] { x[0], x[0] }), x => 1 + (4 * x[0]));
        var model = PolynomialCase.Fit(context, rows, 2, o => o.L2Regularization = 1e-6).Model;
        Assert.IsEmpty(warnings);
        Assert.AreEqual(2, model["x1"], 1e-3);
    }

    [TestMethod]
    public void TooManyTermsAreRefusedWithWhatHelps()
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(5, 20), x => x[0]);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => PolynomialCase.Fit(context, rows, 4));
        Assert.StartsWith("PolynomialTrainer: the polynomial of degree 4 in 20 features has 10,626 terms, but at most 2,000", exception.Message);
        exception = Assert.ThrowsExactly<ArgumentException>(() => PolynomialCase.Fit(context, rows, 64));
        Assert.Contains("Lower Degree, or choose fewer", exception.Message);
        rows = PolynomialCase.Rows(PolynomialCase.Points(5, 12), x => x[0]);
        exception = Assert.ThrowsExactly<ArgumentException>(() => PolynomialCase.Fit(context, rows, 5));
        Assert.Contains("set InteractionOnly (1,586 terms)", exception.Message);
        rows = PolynomialCase.Rows(PolynomialCase.Points(1, 2000), x => x[0]);
        exception = Assert.ThrowsExactly<ArgumentException>(() => PolynomialCase.Fit(context, rows, 1));
        Assert.EndsWith("solved for. Choose fewer features, or take a linear trainer, such as GradientDescent, for such a plane.", exception.Message, "no degree is lower than 1");
    }
}
