using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Binary;

/// <summary>The binary trainers as a part of ML.NET: evaluators, cross-validation, permutation importance, prediction engines, files.</summary>
[TestClass]
public sealed class BinaryPipelineTests
{
    private readonly MLContext _context = new(seed: 1);

    private static MlpBinaryTrainer.Options Options => new() { HiddenLayers = [16], NumberOfEpochs = 30, BatchSize = 16, Seed = 7, Optimizer = new Adam { LearningRate = 0.02 } };

    [TestMethod]
    public void EvaluatorsFindTheirColumns()
    {
        var data = Rings.Load(_context, 300);
        var scored = _context.Transforms.NormalizeMeanVariance("Features").Append(new MlpBinaryTrainer(_context, Options)).Fit(data).Transform(data);
        Assert.AreEqual("BinaryClassification", Text(scored.Schema["Score"], "ScoreColumnKind"));
        Assert.AreEqual("Probability", Text(scored.Schema["Probability"], "ScoreValueKind"));
        var calibrated = _context.BinaryClassification.Evaluate(scored);
        var plain = _context.BinaryClassification.EvaluateNonCalibrated(scored);
        Assert.IsGreaterThan(0.85, calibrated.Accuracy);
        Assert.AreEqual(calibrated.AreaUnderRocCurve, plain.AreaUnderRocCurve, 1e-6);
        Assert.AreEqual(calibrated.F1Score, plain.F1Score);
        Assert.IsTrue(double.IsFinite(calibrated.LogLoss));
    }

    [TestMethod]
    public void IsCrossValidated()
    {
        var results = _context.BinaryClassification.CrossValidate(Rings.Load(_context, 300), new MlpBinaryTrainer(_context, Options), numberOfFolds: 3);
        Assert.HasCount(3, results);
        Assert.IsGreaterThan(0.9, results.Average(result => result.Metrics.AreaUnderRocCurve));
    }

    /// <summary>The third feature tells nothing.</summary>
    [TestMethod]
    public void PermutationImportanceTellsWhichFeaturesMatter()
    {
        var data = Rings.Load(_context, 300);
        var model = _context.Transforms.NormalizeMeanVariance("Features").Append(new MlpBinaryTrainer(_context, Options)).Fit(data);
        var importance = _context.BinaryClassification.PermutationFeatureImportance(model.LastTransformer, model.Transform(data));
        double[] drops = [.. importance.Select(metrics => -metrics.AreaUnderRocCurve.Mean)];
        Assert.IsGreaterThan(0.1, drops[0]);
        Assert.IsGreaterThan(0.1, drops[1]);
        Assert.IsLessThan(0.05, drops[2]);

        // By name, in a chain.
        var named = _context.Data.LoadFromEnumerable(Rings.Rows(300).Select(row => new NamedRow { Label = row.Label, East = row.Features[0], North = row.Features[1], Noise = row.Features[2] }).ToList());
        var chain = _context.Transforms.Concatenate("Features", "East", "North", "Noise").Append(new MlpBinaryTrainer(_context, Options)).Fit(named);
        var byName = _context.BinaryClassification.PermutationFeatureImportanceNonCalibrated(chain, chain.Transform(named));
        Assert.IsLessThan(-0.1, byName["East"].AreaUnderRocCurve.Mean);
        Assert.IsGreaterThan(-0.05, byName["Noise"].AreaUnderRocCurve.Mean);
    }

    [TestMethod]
    public void APredictionEngineGivesTheScoresOfTheBatchAlsoAfterLoading()
    {
        var rows = Rings.Rows();
        var data = _context.Data.LoadFromEnumerable(rows);
        var model = new MlpBinaryTrainer(_context, Options with { Threshold = 0.3 }).Fit(data);
        var batch = _context.Data.CreateEnumerable<RingPrediction>(model.Transform(data), reuseRowObject: false).ToList();
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var fresh = new MLContext();
        var loaded = fresh.Model.Load(file, out _);
        using var engine = _context.Model.CreatePredictionEngine<RingRow, RingPrediction>(model);
        using var loadedEngine = fresh.Model.CreatePredictionEngine<RingRow, RingPrediction>(loaded);
        for (int i = 0; i < 20; i++)
        {
            foreach (var prediction in new[] { engine.Predict(rows[i]), loadedEngine.Predict(rows[i]) })
            {
                Assert.AreEqual(batch[i].Score, prediction.Score);
                Assert.AreEqual(batch[i].Probability, prediction.Probability);
                Assert.AreEqual(batch[i].PredictedLabel, prediction.PredictedLabel);
            }
        }

        var network = (loaded as BinaryNetworkTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<BinaryNetworkTransformer>().Single()).Model;
        Assert.AreEqual(model.Model.Calibration, network.Calibration);
        Assert.AreEqual(0.3, network.Threshold, 1e-6);
        Assert.HasCount(30, network.History.Epochs);
        Assert.AreEqual("accuracy", network.History.Metric.Name);
        StringAssert.StartsWith(network.ToString(), "A binary classifier: ");
    }

    internal sealed class NamedRow
    {
        public bool Label { get; set; }

        public float East { get; set; }

        public float North { get; set; }

        public float Noise { get; set; }
    }

    private static string Text(DataViewSchema.Column column, string annotation)
    {
        ReadOnlyMemory<char> text = default;
        column.Annotations.GetValue(annotation, ref text);
        return text.ToString();
    }
}
