using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The error of a fit that diverged advises only what the rows still need, in calls that can be followed.</summary>
[TestClass]
public sealed class DivergenceAdviceTests
{
    private const string Call = "mlContext.Transforms.NormalizeMeanVariance(\"Features\", fixZero: false)";
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void NormalisedRowsAreNotToBeNormalised()
    {
        // A row far out: its standardised features are large, and no less standardised.
        var rows = Plane.Rows();
        rows[7].Features = [40, -40, 40];
        var data = _context.Data.LoadFromEnumerable(rows);
        var scaled = _context.Transforms.NormalizeMeanVariance("Features", fixZero: false).Fit(data).Transform(data);
        Assert.DoesNotContain("ormalise", Message(() => new GradientDescentTrainer(_context, learningRate: 1e4).Fit(scaled)));
        Assert.DoesNotContain("ormalise", Message(() => Perceptron(new Sgd { LearningRate = 1e9 }).Fit(scaled)));
    }

    [TestMethod]
    public void RowsThatAreNotNormalisedNameTheCall()
    {
        var rows = Plane.Rows();
        rows.ForEach(row => row.Features[1] *= 200);
        var data = _context.Data.LoadFromEnumerable(rows);
        var descent = new GradientDescentTrainer(_context, new GradientDescentTrainer.Options { FeatureScaling = FeatureScaling.None, LearningRate = 1e4 });
        foreach (string message in new[] { Message(() => descent.Fit(data)), Message(() => Perceptron(new Sgd { LearningRate = 1e9 }).Fit(data)) })
        {
            Assert.Contains("ormalise", message);
            Assert.Contains(Call, message);
        }
    }

    /// <summary>Nor do the numbers that scale them count as weights of a start that is too large.</summary>
    [TestMethod]
    public void ANetworkThatScalesItsFeaturesAsksForNoNormaliser()
    {
        var rows = Plane.Rows();
        rows.ForEach(row => row.Features[1] = 1e7f + (1e5f * row.Features[1]));
        var options = Plain.MlpRegression with { FeatureScaling = FeatureScaling.Auto, HiddenLayers = [8], Optimizer = new Sgd { LearningRate = 1e9 } };
        string late = Message(() => new MlpRegressionTrainer(_context, options).Fit(_context.Data.LoadFromEnumerable(rows)));
        Assert.DoesNotContain("ormalise", late);
        Assert.Contains("The learning rate is the likely cause", late);

        rows.ForEach(row => row.Label = 1e30f);
        string early = Message(() => new MlpRegressionTrainer(_context, options with { NormalizeLabel = false }).Fit(_context.Data.LoadFromEnumerable(rows)));
        Assert.DoesNotContain("ormalise", early);
        Assert.DoesNotContain("start from smaller ones", early);
        Assert.Contains("The targets (labels) of the training data are as large as 1E+30", early);
    }

    /// <summary>It scales its features itself.</summary>
    [TestMethod]
    public void APolynomialAsksForNoNormaliser()
    {
        var rows = Plane.Rows();
        rows.ForEach(row => row.Features[1] *= 200);
        var options = new PolynomialTrainer.Options { Solver = PolynomialSolver.GradientDescent, Optimizer = new Sgd { LearningRate = 1e4 }, BatchSize = int.MaxValue };
        Assert.DoesNotContain("ormalise", Message(() => new PolynomialTrainer(_context, options).Fit(_context.Data.LoadFromEnumerable(rows))));
    }

    /// <summary>A tenth of a rate of 1000, and so on, ends at a rate that no longer diverges and learns nothing.</summary>
    [TestMethod]
    public void ANetworksAdviceIsARateThatTrains()
    {
        var exception = Assert.ThrowsExactly<DivergenceException>(() => Perceptron(new Adam { LearningRate = 1000 }).Fit(Plane.Load(_context)));
        Assert.AreEqual(0.001, exception.SuggestedLearningRate);
        Assert.Contains("0.001, the default of adam", exception.Message);
        Assert.Contains("MlpRegressionTrainer's FindLearningRate", exception.Message);
    }

    private MlpRegressionTrainer Perceptron(Optimizer optimizer) => new(_context, Plain.MlpRegression with { HiddenLayers = [8], Optimizer = optimizer, NumberOfEpochs = 30, Seed = 1 });

    private static string Message(Action fit) => Assert.ThrowsExactly<DivergenceException>(fit).Message;
}
