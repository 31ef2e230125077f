using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Numbers near the end of what a Single holds: a fit either gives scores that are numbers, or an error that names what is too large.</summary>
[TestClass]
public sealed class HugeNumbersTests
{
    private static readonly Dictionary<string, Func<MLContext, IEstimator<ITransformer>>> Regressors = new()
    {
        ["gradient descent"] = context => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { LearningRate = 0.3, NumberOfEpochs = 300, ExampleWeightColumnName = "Weight" }),
        ["SGD"] = context => new SgdTrainer(context, new SgdTrainer.Options { NumberOfEpochs = 100, ExampleWeightColumnName = "Weight" }),
        ["mini-batches"] = context => new MiniBatchSgdTrainer(context, new MiniBatchSgdTrainer.Options { LearningRate = 0.1, NumberOfEpochs = 100, ExampleWeightColumnName = "Weight" }),
        ["gradient descent with no rate"] = context => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { ExampleWeightColumnName = "Weight" }),
        ["SGD with no rate"] = context => new SgdTrainer(context, new SgdTrainer.Options { ExampleWeightColumnName = "Weight", Seed = 1 }),
        ["mini-batches with no rate"] = context => new MiniBatchSgdTrainer(context, new MiniBatchSgdTrainer.Options { ExampleWeightColumnName = "Weight", Seed = 1 }),
        ["polynomial"] = context => new PolynomialTrainer(context, new PolynomialTrainer.Options { ExampleWeightColumnName = "Weight" }),
        ["polynomial by descent"] = context => new PolynomialTrainer(context, new PolynomialTrainer.Options
        {
            Solver = PolynomialSolver.GradientDescent, NumberOfEpochs = 50, ExampleWeightColumnName = "Weight",
        }),
        ["perceptron"] = context => new MlpRegressionTrainer(context, Perceptron(_ => { })),
        ["perceptron without hidden layers"] = context => new MlpRegressionTrainer(context, Perceptron(o => o.HiddenLayers = [])),
        ["perceptron that scales its features"] = context => new MlpRegressionTrainer(context, Perceptron(o => o.FeatureScaling = FeatureScaling.Auto)),
        ["perceptron on labels as they are"] = context => new MlpRegressionTrainer(context, Perceptron(o => o.NormalizeLabel = false)),
        ["perceptron on labels as they are, absolute error"] = context => new MlpRegressionTrainer(context, Perceptron(o => (o.NormalizeLabel, o.Loss) = (false, new MeanAbsoluteError()))),
    };

    public static IEnumerable<object[]> Cases => Regressors.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void LabelsGiveScoresThatAreNumbersOrAreNamed(string trainer)
    {
        foreach (float size in new[] { 1e18f, 1e30f, 1e37f, 3e38f })
        {
            AreNumbersOrNamed(trainer, row => row.Label = row.Features[0] > 0 ? size : -size, "label");
        }
    }

    /// <summary>Labels up to the end of what a Single holds, and scores that swing around them.</summary>
    [TestMethod]
    public void ScoresOfLabelsUpToTheLargestAreNumbersOrAreNamed()
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows(300);
        rows.ForEach(row => row.Label = row.Features[0] * 3e38f);
        var data = context.Data.LoadFromEnumerable(rows);
        var options = new MlpRegressionTrainer.Options { NumberOfEpochs = 100, Seed = 1 };
        try
        {
            Assert.IsTrue(EstimatorContract.Scores(new MlpRegressionTrainer(context, options).Fit(data), data).All(float.IsFinite));
        }
        catch (InvalidOperationException e)
        {
            Assert.Contains("the labels in 'Label' are as large as", e.Message);
        }
    }

    /// <summary>A weight of about 2.2E+38 is a number; times 2, beside a label of 3E+38, it is none.</summary>
    [TestMethod]
    [DataRow("gradient descent")]
    [DataRow("SGD")]
    [DataRow("mini-batches")]
    public void EachWeightMayBeANumberAndTheirSumNone(string trainer)
    {
        string message = Assert.ThrowsExactly<InvalidOperationException>(() => Scores(trainer, row =>
        {
            row.Features = [2 * row.Features[0], 0, 0];
            row.Label = row.Features[0] > 0 ? 3e38f : -3e38f;
        })).Message;
        Assert.Contains("the labels in 'Label' are as large as 3E+38: the training rows' scores come to 4.", message);
    }

    /// <summary>Also where the label is usual: then the start, or the features, are the cause.</summary>
    [TestMethod]
    public void WeightsBeyondASingleAreBlamedOnTheStartOrTheFeatures()
    {
        var context = new MLContext(seed: 1);
        string Message(double[]? start, float size)
        {
            var rows = Plane.Rows(10);
            rows.ForEach(row => row.Features = [size * row.Features[0], 0, 0]);
            var options = new GradientDescentTrainer.Options { FeatureScaling = FeatureScaling.None, FitIntercept = false, InitialWeights = start, LearningRate = size > 0 ? 0.5 / size / size : 1e-300, NumberOfEpochs = 100 };
            return Assert.ThrowsExactly<InvalidOperationException>(() => new GradientDescentTrainer(context, options).Fit(context.Data.LoadFromEnumerable(rows))).Message;
        }

        Assert.Contains("starts from weights as large as 3.4E+38", Message([3.4e38, 0, 0], 0));
        Assert.Contains("The features are too small or too large", Message(null, 1e-39f));
    }

    /// <summary>Only the shares of the weights count.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void WeightsOfAnySizeAreShares(string trainer)
    {
        float[] expected = Scores(trainer, row => row.Weight = 1)!;
        foreach (float size in new[] { 1e-44f, 1e-38f, 1e19f, 3e38f })
        {
            float[] scores = Scores(trainer, row => row.Weight = size)!;
            for (int i = 0; i < scores.Length; i++)
            {
                Assert.AreEqual(expected[i], scores[i], 1e-5, $"{trainer}, weights of {size}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AHugeWeightBesideUsualOnesIsNoTrouble(string trainer) =>
        AreNumbersOrNamed(trainer, row => row.Weight = row.Features[0] > 0.9 ? 3e38f : 1, "weigh");

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void FeaturesGiveScoresThatAreNumbersOrAreNamed(string trainer)
    {
        foreach (float size in new[] { 1e-38f, 1e-30f, 1e18f, 3e38f })
        {
            AreNumbersOrNamed(trainer, row => row.Features[1] *= size, "feature");
        }
    }

    private static void AreNumbersOrNamed(string trainer, Action<PlaneRow> change, string name)
    {
        try
        {
            Assert.IsTrue(Scores(trainer, change).All(float.IsFinite), trainer);
        }
        catch (Exception e) when (e is InvalidOperationException or DivergenceException)
        {
            Console.WriteLine(e.Message);
            string first = new[] { "label", "feature", "weights of rows", "weighs", "weights that training starts" }.MinBy(n => e.Message.IndexOf(n, StringComparison.Ordinal) is var at and >= 0 ? at : int.MaxValue)!;
            Assert.Contains(name, first, e.Message);
        }
    }

    private static float[] Scores(string trainer, Action<PlaneRow> change)
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows(60);
        rows.ForEach(change);
        var data = context.Data.LoadFromEnumerable(rows);
        return EstimatorContract.Scores(Regressors[trainer](context).Fit(data), data);
    }

    private static MlpRegressionTrainer.Options Perceptron(Action<MlpRegressionTrainer.Options> change)
    {
        var options = Plain.MlpRegression with { HiddenLayers = [8], NumberOfEpochs = 20, BatchSize = 10, LearningRate = 0.01, ExampleWeightColumnName = "Weight" };
        change(options);
        return options;
    }
}
