using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Tests.Cnn;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.MultiLabel;

[TestClass]
public sealed class MultiLabelTests
{
    private readonly MLContext _context = new(seed: 1);

    private static MlpMultiLabelTrainer.Options Options => new() { HiddenLayers = [32], NumberOfEpochs = 40, BatchSize = 16, Seed = 3 };

    [TestMethod]
    public void TellsLabelsThatDoNotExcludeEachOther()
    {
        var model = _context.BinaryClassification.Trainers.MlpMultiLabel(Options).Fit(Tags.Load(_context, 400));
        var scored = model.Transform(Tags.Load(_context, 400, seed: 2));
        var metrics = _context.BinaryClassification.EvaluateLabels(scored);
        Assert.IsGreaterThan(0.85, metrics.MicroF1, metrics.ToString());
        Assert.IsLessThan(0.12, metrics.HammingLoss);
        Assert.IsGreaterThan(0.9, metrics.MeanAveragePrecision);
        foreach (var (scores, labels) in scored.GetColumn<float[]>("Score").Zip(scored.GetColumn<bool[]>("PredictedLabel")))
        {
            CollectionAssert.AreEqual(Array.ConvertAll(scores, p => p > 0.5f), labels);
        }
    }

    /// <summary>Zeros and ones are the same labels as false and true.</summary>
    [TestMethod]
    public void NumbersAreTheSameAsBooleans()
    {
        var data = Tags.Load(_context, 60);
        var options = Options with { NumberOfEpochs = 2 };
        CollectionAssert.AreEqual(
            EstimatorContract.Scores(new MlpMultiLabelTrainer(_context, options).Fit(data), data),
            EstimatorContract.Scores(new MlpMultiLabelTrainer(_context, options with { LabelColumnName = "Numbers" }).Fit(data), data));
        var rows = Tags.Rows(20);
        rows[1].Features[0] = float.NaN;
        rows[3].Numbers[1] = 2;
        string message = Assert.ThrowsExactly<ArgumentException>(() => new MlpMultiLabelTrainer(_context, options with { LabelColumnName = "Numbers" }).Fit(_context.Data.LoadFromEnumerable(rows))).Message;
        Assert.Contains("MlpMultiLabelTrainer: training row 3 (counted from 0) has 2 as value 1 (counted from 0) of its label in 'Numbers', but binary-cross-entropy takes labels from 0 to 1. Correct or remove such rows.", message);
        rows[3].Numbers[1] = 0.5f;
        message = Assert.ThrowsExactly<ArgumentException>(() => new MlpMultiLabelTrainer(_context, options with { LabelColumnName = "Numbers", LabelWeights = LabelWeights.Balanced }).Fit(_context.Data.LoadFromEnumerable(rows))).Message;
        Assert.Contains("training row 3 (counted from 0) has 0.5 as value 1 (counted from 0) of its label in 'Numbers'; with LabelWeights labels are 0 or 1", message);
    }

    [TestMethod]
    public void NamesOfTheLabelAreThoseOfScoresAndPredictionsAlsoAfterLoading()
    {
        var rows = Tags.Rows(60).ConvertAll(row => new NamedRow { East = row.Label[0], North = row.Label[1], Features = row.Features });
        var data = _context.Data.LoadFromEnumerable(rows);
        var model = _context.Transforms.Concatenate("Label", "East", "North").Append(new MlpMultiLabelTrainer(_context, Options with { NumberOfEpochs = 2 })).Fit(data);
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        foreach (var schema in new[] { model.GetOutputSchema(data.Schema), new MLContext().Model.Load(file, out _).GetOutputSchema(data.Schema) })
        {
            foreach (string column in new[] { "Score", "PredictedLabel" })
            {
                VBuffer<ReadOnlyMemory<char>> names = default;
                schema[column].GetSlotNames(ref names);
                CollectionAssert.AreEqual(new[] { "East", "North" }, names.DenseValues().Select(name => name.ToString()).ToArray());
            }
        }

        Assert.AreEqual("North", _context.BinaryClassification.EvaluateLabels(model.Transform(data)).Labels[1].Name);
        Assert.Contains("mlContext.BinaryClassification.Trainers.Mlp", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpMultiLabelTrainer(_context, "East").Fit(data)).Message);
    }

    [TestMethod]
    public void SeesWhatImagesShow()
    {
        var options = new CnnMultiLabelTrainer.Options { Layers = [Conv2D(8, 3), ReLU(), MaxPool(2)], NumberOfEpochs = 20, Seed = 3 };
        var model = _context.BinaryClassification.Trainers.CnnMultiLabel(options).Fit(Strokes.LoadTags(_context, 300));
        var metrics = _context.BinaryClassification.EvaluateLabels(model.Transform(Strokes.LoadTags(_context, 200, seed: 2)));
        Assert.IsGreaterThan(0.85, metrics.MeanAveragePrecision, metrics.ToString());
    }

    /// <summary>By hand: label 0 has the answers yes, no, yes and the scores 0.9, 0.8, 0.7; label 1 is never there, and told once.</summary>
    [TestMethod]
    public void MetricsAreThoseWorkedOutByHand()
    {
        Scored[] rows =
        [
            new() { Label = [1, 0], Score = [0.9f, 0.1f] },
            new() { Label = [0, 0], Score = [0.8f, 0.6f] },
            new() { Label = [1, 0], Score = [0.7f, 0.2f] },
            new() { Label = [float.NaN, 0], Score = [0.7f, 0.2f] },
        ];
        var metrics = _context.BinaryClassification.EvaluateLabels(_context.Data.LoadFromEnumerable(rows));
        Assert.AreEqual((3, 1), (metrics.Rows, metrics.SkippedRows));
        Assert.AreEqual(2.0 / 3, metrics.Labels[0].Precision, 1e-12);
        Assert.AreEqual(1, metrics.Labels[0].Recall);
        Assert.AreEqual(0.8, metrics.Labels[0].F1Score, 1e-12);
        Assert.AreEqual((0.5 * 1) + (0.5 * 2 / 3), metrics.Labels[0].AveragePrecision, 1e-12);
        Assert.AreEqual(0, metrics.Labels[1].F1Score);
        Assert.IsTrue(double.IsNaN(metrics.Labels[1].AveragePrecision));
        Assert.AreEqual(0.4, metrics.MacroF1, 1e-12);
        Assert.AreEqual(2.0 * 2 / (4 + 2), metrics.MicroF1, 1e-12);
        Assert.AreEqual(2.0 / 6, metrics.HammingLoss, 1e-12);
        Assert.AreEqual(2.0 / 3, metrics.ExactMatchRatio, 1e-12);
        Assert.AreEqual(metrics.Labels[0].AveragePrecision, metrics.MeanAveragePrecision);
        StringAssert.StartsWith(metrics.ToString(), "label");
    }

    internal sealed class NamedRow
    {
        public bool East { get; set; }

        public bool North { get; set; }

        [VectorType(Tags.Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Scored
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];
    }
}
