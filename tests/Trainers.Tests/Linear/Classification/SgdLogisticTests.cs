using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Binary;

namespace MLNet.GradientTrainers.Tests.Linear.Classification;

[TestClass]
public sealed class SgdLogisticTests
{
    private readonly MLContext _context = new(seed: 1);

    /// <summary>Features of very different units: no rate and no scaling are asked of the user, and the weights are those of the features as they came.</summary>
    [TestMethod]
    public void FindsThePlaneInTheFeaturesOwnUnits()
    {
        var model = _context.BinaryClassification.Trainers.SgdLogistic().Fit(Planes(2000, 1));
        var metrics = _context.BinaryClassification.Evaluate(model.Transform(Planes(2000, 2)));
        Assert.AreEqual(BestLogLoss(Rows(2000, 2)), metrics.LogLoss, 0.01);
        var weights = model.Model.SubModel.Weights;
        Assert.AreEqual(2e-3, weights[0], 3e-4);
        Assert.AreEqual(-3e3, weights[1], 500);
        Assert.AreEqual(0, weights[2], 0.1);
    }

    /// <summary>The minimum of the penalised loss, by Newton's method here.</summary>
    [TestMethod]
    public void ConvergesToTheMinimumOfThePenalisedLoss()
    {
        const double Penalty = 0.05;
        var rows = Rows(300, 1).ConvertAll(row => new RingRow { Label = row.Label, Features = [row.Features[0] / 1000, (row.Features[1] * 1000) - 50, row.Features[2]] });
        var options = new SgdLogisticTrainer.Options { FeatureScaling = FeatureScaling.None, L2Regularization = Penalty, Calibrate = false, Members = 1 };
        var model = new SgdLogisticTrainer(_context, options).Fit(_context.Data.LoadFromEnumerable(rows)).Model.SubModel;
        double[] w = [.. model.Weights.Select(weight => (double)weight), model.Bias];
        double[] gradient = new double[4];
        foreach (var row in rows)
        {
            double[] x = [.. row.Features.Select(value => (double)value), 1];
            double error = (1 / (1 + Math.Exp(-x.Zip(w, (a, b) => a * b).Sum()))) - (row.Label ? 1 : 0);
            for (int j = 0; j < x.Length; j++)
            {
                gradient[j] += error * x[j] / rows.Count;
            }
        }

        // At the minimum the gradient of the loss is the penalty's, which the engine gives as l2 · w, and 0 for the bias.
        for (int j = 0; j < 3; j++)
        {
            Assert.AreEqual(-Penalty * w[j], gradient[j], 2e-3, $"weight {j}");
        }

        Assert.AreEqual(0, gradient[3], 2e-3);
    }

    [TestMethod]
    public void TheModelIsMLNetsOwnAndWorksAroundIt()
    {
        var data = Planes(300, 1);
        var trainer = _context.BinaryClassification.Trainers.SgdLogistic(new SgdLogisticTrainer.Options { NumberOfEpochs = 20, Threshold = 0.7 });
        var model = trainer.Fit(data);
        Assert.AreEqual("Microsoft.ML.Calibrators", model.Model.GetType().Namespace);
        foreach (var row in _context.Data.CreateEnumerable<RingPrediction>(model.Transform(data), reuseRowObject: false))
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-row.Score - Math.Log(0.7 / 0.3))), row.Probability, 1e-5);
            Assert.AreEqual(row.Score > 0, row.PredictedLabel);
        }

        Assert.HasCount(3, _context.BinaryClassification.PermutationFeatureImportance(model, data));
        Assert.IsGreaterThan(0.8, _context.BinaryClassification.CrossValidate(data, trainer, 3).Average(fold => fold.Metrics.AreaUnderRocCurve));
        var continued = trainer.Fit(data, model.Model);
        Assert.IsGreaterThan(0.8, _context.BinaryClassification.Evaluate(continued.Transform(data)).AreaUnderRocCurve);

        // ML.NET's own is a start as well, and goes on from where it is: one small step moves it little.
        var theirs = _context.BinaryClassification.Trainers.LbfgsLogisticRegression().Fit(_context.Transforms.NormalizeMeanVariance("Features").Fit(data).Transform(data));
        var normal = _context.Transforms.NormalizeMeanVariance("Features").Fit(data).Transform(data);
        var after = new SgdLogisticTrainer(_context, new SgdLogisticTrainer.Options { NumberOfEpochs = 1, LearningRate = 1e-6, Calibrate = false }).Fit(normal, theirs.Model);
        Assert.AreEqual(theirs.Model.SubModel.Bias, after.Model.SubModel.Bias, 1e-3);
        Assert.AreEqual(theirs.Model.SubModel.Weights[0], after.Model.SubModel.Weights[0], 1e-3);
    }

    [TestMethod]
    public void OneVersusAllTakesIt()
    {
        var data = Blobs.Load(_context);
        var model = _context.MulticlassClassification.Trainers.OneVersusAll(_context.BinaryClassification.Trainers.SgdLogistic()).Fit(data);
        Assert.IsGreaterThan(0.95, _context.MulticlassClassification.Evaluate(model.Transform(Blobs.Load(_context, seed: 2))).MicroAccuracy);
    }

    [TestMethod]
    public void WeighsRareAnswersAndKeepsProbabilities()
    {
        var rows = Rows(1000, 1, shift: -5);
        double share = rows.Average(row => row.Label ? 1.0 : 0);
        var data = _context.Data.LoadFromEnumerable(rows);
        var model = _context.BinaryClassification.Trainers.SgdLogistic(new SgdLogisticTrainer.Options { ClassWeights = ClassWeights.Balanced, Threshold = DecisionThreshold.BestF1 }).Fit(data);
        var scored = model.Transform(data);
        Assert.AreEqual(share, scored.GetColumn<float>("Probability").Average(), 0.02);
        Assert.IsGreaterThan(0.6, _context.BinaryClassification.Evaluate(scored).F1Score);
    }

    [TestMethod]
    public void BentFeaturesAreRefused() => Assert.Contains(
        "the model is linear", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SgdLogisticTrainer(_context, new SgdLogisticTrainer.Options { FeatureScaling = FeatureScaling.Robust })).Message);

    [TestMethod]
    public void SparseFeaturesStayInTheirUnits()
    {
        var rows = Rows(400, 1).Select(row => new WideRow { Label = row.Label, Features = new VBuffer<float>(200, 3, [row.Features[0] / 1000, row.Features[1] * 1000, 1], [3, 77, 150]) }).ToList();
        var data = _context.Data.LoadFromEnumerable(rows);
        var metrics = _context.BinaryClassification.Evaluate(_context.BinaryClassification.Trainers.SgdLogistic().Fit(data).Transform(data));
        Assert.IsGreaterThan(0.85, metrics.AreaUnderRocCurve);
    }

    private static List<RingRow> Rows(int count, int seed, double shift = 0)
    {
        // Two units: about 1,000 and about 0.001 apart; logit = 0.002·x₀ − 3000·x₁ + 150 + shift, with x₁ about 0.05.
        var random = new Random(seed);
        double Gauss() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [(float)(1000 * Gauss()), (float)(0.05 + (0.001 * Gauss())), (float)Gauss()];
            return new RingRow { Features = x, Label = random.NextDouble() < 1 / (1 + Math.Exp(-Logit(x) - shift)) };
        })];
    }

    private static double Logit(float[] x) => (0.002 * x[0]) - (3000 * x[1]) + 150;

    private static double BestLogLoss(List<RingRow> rows) => rows.Average(row => Math.Log2(1 + Math.Exp(row.Label ? -Logit(row.Features) : Logit(row.Features))));

    private IDataView Planes(int count, int seed) => _context.Data.LoadFromEnumerable(Rows(count, seed));

    internal sealed class WideRow
    {
        public bool Label { get; set; }

        [VectorType(200)]
        public VBuffer<float> Features { get; set; }
    }
}
