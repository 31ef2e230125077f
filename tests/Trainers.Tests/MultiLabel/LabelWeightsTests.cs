using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.MultiLabel;

/// <summary>How much answers count for each of several labels, and whether their probabilities are true.</summary>
[TestClass]
public sealed class LabelWeightsTests
{
    private readonly MLContext _context = new(seed: 1);

    private static MlpMultiLabelTrainer.Options Options => new() { HiddenLayers = [16], NumberOfEpochs = 20, BatchSize = 16, Seed = 3, Members = 1, ValidationFraction = 0.25 };

    [TestMethod]
    public void BalancedWeightsFindRareLabels_AndLeaveProbabilitiesTrue()
    {
        var train = Rare(600, 1);
        var test = Rare(600, 2);
        var (none, balanced) = (Options with { Calibrate = false }, Options with { Calibrate = false, LabelWeights = LabelWeights.Balanced });
        var plain = _context.BinaryClassification.EvaluateLabels(new MlpMultiLabelTrainer(_context, none).Fit(train).Transform(test));
        var weighted = _context.BinaryClassification.EvaluateLabels(new MlpMultiLabelTrainer(_context, balanced).Fit(train).Transform(test));
        Assert.IsGreaterThan(plain.Labels[1].Recall + 0.2, weighted.Labels[1].Recall, $"{plain}\n{weighted}");

        // Calibrated, the mean probability is the share of rows again.
        float[][] scores = [.. new MlpMultiLabelTrainer(_context, balanced with { Calibrate = true }).Fit(train).Transform(test).GetColumn<float[]>("Score")];
        double share = test.GetColumn<float[]>("Label").Average(row => row[1]);
        Assert.AreEqual(share, scores.Average(row => row[1]), 0.04);
        float[][] raw = [.. new MlpMultiLabelTrainer(_context, balanced).Fit(train).Transform(test).GetColumn<float[]>("Score")];
        Assert.IsGreaterThan(share + 0.08, raw.Average(row => row[1]));
    }

    /// <summary>Networks that know 100 rows by heart are far too sure. With validation rows both fits train the same ones: each label's logit has a slope and an offset.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void CalibrationIsALineOfEachLogit_AndTellsBetterProbabilities(int members)
    {
        var (train, validation, test) = (Rare(100, 1), Rare(400, 3), Rare(400, 2));
        var options = Options with { NumberOfEpochs = 100, Members = members, HiddenLayers = [64], ValidationFraction = 0, LearningRate = 0.01 };
        float[][] raw = [.. new MlpMultiLabelTrainer(_context, options with { Calibrate = false }).Fit(train, validation).Transform(test).GetColumn<float[]>("Score")];
        float[][] calibrated = [.. new MlpMultiLabelTrainer(_context, options).Fit(train, validation).Transform(test).GetColumn<float[]>("Score")];
        for (int label = 0; label < 2; label++)
        {
            (double X, double Y)[] points = [.. raw.Zip(calibrated, (before, after) => (Logit(before[label]), Logit(after[label]))).Where(point => Math.Abs(point.Item1) < 8 && Math.Abs(point.Item2) < 8)];
            double slope = (points.MaxBy(point => point.X).Y - points.MinBy(point => point.X).Y) / (points.Max(point => point.X) - points.Min(point => point.X));
            Assert.IsGreaterThan(0, slope);
            Assert.IsTrue(points.All(point => Math.Abs(point.Y - points[0].Y - (slope * (point.X - points[0].X))) < 0.02), $"label {label}");
        }

        float[][] labels = [.. test.GetColumn<float[]>("Label")];
        Assert.IsLessThan(LogLoss(raw, labels), LogLoss(calibrated, labels));
    }

    [TestMethod]
    public void GivenWeightsAreOneForEachLabel()
    {
        var data = Rare(60, 1);
        var options = Options with { NumberOfEpochs = 2, LabelWeights = LabelWeights.Of(1, 20) };
        float[] plain = EstimatorContract.Scores(new MlpMultiLabelTrainer(_context, options with { LabelWeights = null, Calibrate = false }).Fit(data), data);
        float[] ones = EstimatorContract.Scores(new MlpMultiLabelTrainer(_context, options with { LabelWeights = LabelWeights.Of(1, 1), Calibrate = false }).Fit(data), data);
        CollectionAssert.AreEqual(plain, ones);
        CollectionAssert.AreNotEqual(plain, EstimatorContract.Scores(new MlpMultiLabelTrainer(_context, options with { Calibrate = false }).Fit(data), data));
        Assert.Contains("3 weights, but the label 'Label' has 2 values a row", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpMultiLabelTrainer(_context, options with { LabelWeights = LabelWeights.Of(1, 2, 3) }).Fit(data)).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => LabelWeights.Of(1, 0));
        Assert.ThrowsExactly<ArgumentException>(() => LabelWeights.Of());
        Assert.AreEqual("Of(1, 20)", options.LabelWeights.ToString());
    }

    [TestMethod]
    public void ConvolutionalNetworksTakeThem()
    {
        var options = new CnnMultiLabelTrainer.Options { InputShape = new ImageShape(1, 1, 2), Layers = [new Flatten(), new Dense(8, new ReLU())], NumberOfEpochs = 10, LabelWeights = LabelWeights.Balanced, Augmentation = ImageAugmentation.None };
        var metrics = _context.BinaryClassification.EvaluateLabels(_context.BinaryClassification.Trainers.CnnMultiLabel(options).Fit(Rare(300, 1)).Transform(Rare(300, 2)));
        Assert.IsGreaterThan(0.3, metrics.MeanAveragePrecision);
    }

    /// <summary>Label 0 is a half of the plane with noise, label 1 is there for a tenth of the rows, and never certain.</summary>
    private IDataView Rare(int count, int seed)
    {
        var random = new Random(seed);
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            float[] x = [(2 * random.NextSingle()) - 1, (2 * random.NextSingle()) - 1];
            return new Row { Label = [x[0] + (0.6f * random.NextSingle()) > 0.3f ? 1 : 0, random.NextSingle() < (x[1] > 0.5f ? 0.35f : 0.03f) ? 1 : 0], Features = x };
        }).ToArray());
    }

    private static double Logit(float probability) => Math.Log(probability / (1 - (double)probability));

    private static double LogLoss(float[][] scores, float[][] labels) =>
        scores.Zip(labels, (row, wanted) => row.Zip(wanted, (p, yes) => -Math.Log(Math.Clamp(yes == 1 ? p : 1 - (double)p, 1e-9, 1))).Average()).Average();

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Features { get; set; } = [];
    }
}
