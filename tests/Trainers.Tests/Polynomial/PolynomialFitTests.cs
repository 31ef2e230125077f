using Microsoft.ML;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What QR finds.</summary>
[TestClass]
public sealed class PolynomialFitTests
{
    /// <summary>Points on a grid of quarters and few small integers as coefficients: the labels are exact in Single, so that there is no noise at all.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    [DataRow(5)]
    [DataRow(6)]
    [DataRow(7)]
    [DataRow(8)]
    public void RecoversPolynomialsFromNoiselessDataInSeveralVariables(int degree)
    {
        var context = new MLContext(seed: 1);
        for (int width = 1; width <= 3; width++)
        {
            var random = new Random((10 * degree) + width);
            var terms = new PolynomialTerms(width, degree, interactionOnly: false);
            var truth = new double[terms.Count];
            truth[^1] = 1;
            for (int i = 0; i < 8; i++)
            {
                truth[random.Next(terms.Count)] = random.Next(-3, 4);
            }

            double Value(double[] x)
            {
                double sum = 0;
                for (int i = 0; i < terms.Count; i++)
                {
                    sum += truth[i] * terms.FactorsOf(i).Aggregate(1.0, (product, feature) => product * x[feature]);
                }

                return sum;
            }

            var points = PolynomialCase.Points(4 * terms.Count + 100, width, -1, 1, seed: degree).Select(x => Array.ConvertAll(x, v => Math.Round(4 * v) / 4));
            var model = PolynomialCase.Fit(context, PolynomialCase.Rows(points, Value), degree).Model;
            Assert.HasCount(terms.Count, model.Coefficients);
            for (int i = 0; i < terms.Count; i++)
            {
                Assert.AreEqual(truth[i], model.Coefficients[i].Coefficient, 1e-9, $"width {width}, {model.Coefficients[i]}");
            }

            Assert.IsLessThan(1e-9, model.History.Epochs[0].TrainingMetric);
        }
    }

    [TestMethod]
    public void CubicThroughASineIsTheLeastSquaresOptimum()
    {
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 2000).Select(i => -Math.PI + (2 * Math.PI * i / 1999)).Select(x => new PolynomialRow { Features = [(float)x], Label = (float)Math.Sin(x) }).ToList();
        var transformer = PolynomialCase.Fit(context, rows, 3);
        var model = transformer.Model;
        Assert.AreEqual(0, model["1"], 1e-7);
        Assert.AreEqual(0.856740843, model["x1"], 1e-7);
        Assert.AreEqual(0, model["x1^2"], 1e-7);
        Assert.AreEqual(-0.0933303890, model["x1^3"], 1e-8);
        Assert.AreEqual(8.817165, 2000 * model.History.Epochs[0].TrainingLoss, 1e-6);
        Assert.AreEqual(8.817165, 2000 * context.Regression.Evaluate(transformer.Transform(PolynomialCase.Load(context, rows))).MeanSquaredError, 1e-5);
        Assert.AreEqual("y = 0.856741·x1 - 0.0933304·x1^3", model.ToString());
    }

    [TestMethod]
    public void HighDegreesAreStable()
    {
        // Runge's function: degree 30 in powers of x on [0, 10] would be hopeless.
        var context = new MLContext(seed: 1);
        static double Runge(double x) => 1 / (1 + (25 * Math.Pow((x - 5) / 5, 2)));
        var model = PolynomialCase.Fit(context, PolynomialCase.Rows(Enumerable.Range(0, 500).Select(i => new[] { 10.0 * i / 499 }), x => Runge(x[0])), 30).Model;
        for (double x = 0; x <= 10; x += 0.125)
        {
            Assert.AreEqual(Runge(x), model.Evaluate([x]), 0.02);
        }
    }

    [TestMethod]
    public void FeaturesFarFromZeroAreFittedWellAndToldInTheirOwnUnits()
    {
        var context = new MLContext(seed: 1);
        static double Value(double[] x) => 3 + (0.5 * (x[0] - 1990)) - (0.25 * Math.Pow(x[0] - 1990, 2));
        var rows = PolynomialCase.Rows(Enumerable.Range(1980, 41).Select(year => new[] { (double)year }), Value);
        var model = PolynomialCase.Fit(context, rows, 2).Model;
        Assert.AreEqual(-0.25, model["x1^2"], 1e-8);
        Assert.AreEqual(0.5 + (2 * 0.25 * 1990), model["x1"], 1e-5);
        Assert.AreEqual(Value([0]), model["1"], 1e-2);
        Assert.AreEqual(Value([2010]), model.Evaluate([2010]), 1e-6);
    }

    [TestMethod]
    public void InteractionOnlyHasNoPowers()
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(100, 3), x => 1 + x[0] - (2 * x[0] * x[1]) + (3 * x[0] * x[1] * x[2]));
        var model = PolynomialCase.Fit(context, rows, 3, o => o.InteractionOnly = true).Model;
        CollectionAssert.AreEqual(new[] { "1", "x1", "x2", "x3", "x1·x2", "x1·x3", "x2·x3", "x1·x2·x3" }, model.Coefficients.Select(t => t.Name).ToArray());
        Assert.AreEqual("y = 1 + x1 - 2·x1·x2 + 3·x1·x2·x3", model.ToString());
        Assert.AreEqual(3, model["x1·x2·x3"], 1e-6);
    }

    [TestMethod]
    [DataRow(-1.0, 1.0)]
    [DataRow(2.0, 3.0)]
    public void WithoutInterceptThePolynomialGoesThroughTheOrigin(double low, double high)
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(200, 2, low, high), x => (2 * x[0]) - (x[0] * x[1]) + (0.5 * x[1] * x[1] * x[1]));
        var model = PolynomialCase.Fit(context, rows, 3, o => o.FitIntercept = false).Model;
        Assert.AreEqual(0, model.Evaluate([0, 0]), 1e-12);
        Assert.AreEqual(2, model["x1"], 1e-3);
        Assert.AreEqual(-1, model["x1·x2"], 1e-3);
        Assert.AreEqual(0.5, model["x2^3"], 1e-3);

        // Where the data has a constant, leaving it out shows.
        var shifted = rows.ConvertAll(r => new PolynomialRow { Features = r.Features, Label = r.Label + 5 });
        Assert.AreEqual(0, PolynomialCase.Fit(context, shifted, 3, o => o.FitIntercept = false).Model.Evaluate([0, 0]), 1e-9);
    }

    [TestMethod]
    public void ThePenaltyIsThatOfTheDocumentedObjective()
    {
        // One feature, already on [−1, 1], so that scaled and own units agree: minimise Σw(a + b·x − y)²/Σw + L2/2·b².
        var context = new MLContext(seed: 1);
        var random = new Random(3);
        var rows = Enumerable.Range(0, 41).Select(i => new PolynomialRow { Features = [(i - 20) / 20f], Label = random.NextSingle(), Weight = 0.25f + random.NextSingle() }).ToList();
        const double L2 = 0.3;
        double weight = rows.Sum(r => (double)r.Weight);
        double meanX = rows.Sum(r => r.Weight * (double)r.Features[0]) / weight;
        double meanY = rows.Sum(r => r.Weight * (double)r.Label) / weight;
        double sxx = rows.Sum(r => r.Weight * Math.Pow(r.Features[0] - meanX, 2)) / weight;
        double sxy = rows.Sum(r => r.Weight * (r.Features[0] - meanX) * (r.Label - meanY)) / weight;
        double slope = sxy / (sxx + (L2 / 2));

        var model = PolynomialCase.Fit(context, rows, 1, o => (o.L2Regularization, o.ExampleWeightColumnName) = (L2, "Weight")).Model;
        Assert.AreEqual(slope, model["x1"], 1e-9);
        Assert.AreEqual(meanY - (slope * meanX), model["1"], 1e-9);
    }

    [TestMethod]
    public void ScaleOfFeaturesDoesNotChangeScores()
    {
        var context = new MLContext(seed: 1);
        static double Value(double[] x) => 1 + x[0] - (x[0] * x[1]) + Math.Sin(3 * x[1]);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(200, 2), Value);
        var scaled = rows.ConvertAll(r => new PolynomialRow { Label = r.Label, Features = [1024 * r.Features[0], r.Features[1] / 4096] });
        float[] plain = EstimatorContract.Scores(PolynomialCase.Fit(context, rows, 4), PolynomialCase.Load(context, rows));
        float[] other = EstimatorContract.Scores(PolynomialCase.Fit(context, scaled, 4), PolynomialCase.Load(context, scaled));
        CollectionAssert.AreEqual(plain, other);
    }

    [TestMethod]
    public void WeightsCountAsRepetitionsAndZerosNotAtAll()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(60, 2), x => x[0] + random.NextDouble());
        rows.ForEach(r => r.Weight = random.Next(3));
        var repeated = rows.SelectMany(r => Enumerable.Repeat(r, (int)r.Weight)).ToList();
        rows.Add(new PolynomialRow { Features = [1e6f, -1e6f], Label = 1e9f, Weight = 0 });
        var weighted = PolynomialCase.Fit(context, rows, 3, o => o.ExampleWeightColumnName = "Weight").Model;
        var expected = PolynomialCase.Fit(context, repeated, 3).Model;
        for (int i = 0; i < expected.Coefficients.Count; i++)
        {
            Assert.AreEqual(expected.Coefficients[i].Coefficient, weighted.Coefficients[i].Coefficient, 1e-9);
        }
    }
}
