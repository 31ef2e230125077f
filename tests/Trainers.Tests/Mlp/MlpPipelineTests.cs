using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The trainer as a part of ML.NET: chains, prediction engines, cross-validation, permutation importance.</summary>
[TestClass]
public sealed class MlpPipelineTests
{
    private static IEstimator<ITransformer> Pipeline(MLContext context, int epochs = 15) =>
        context.Transforms.Conversion.MapValueToKey("Label", "Species")
            .Append(context.Transforms.NormalizeMinMax("Features"))
            .Append(context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = epochs, BatchSize = 16, Seed = 7, LearningRate = 0.02 }))
            .Append(context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));

    [TestMethod]
    public void APredictionEngineGivesTheScoresOfTheBatch()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows();
        var data = context.Data.LoadFromEnumerable(rows);
        var model = Pipeline(context).Fit(data);
        var batch = context.Data.CreateEnumerable<NamedPrediction>(model.Transform(data), reuseRowObject: false).ToArray();
        using var engine = context.Model.CreatePredictionEngine<BlobRow, NamedPrediction>(model);
        for (int i = 0; i < 20; i++)
        {
            var single = engine.Predict(rows[i]);
            CollectionAssert.AreEqual(batch[i].Score, single.Score);
            Assert.AreEqual(batch[i].Predicted, single.Predicted);
            Assert.AreEqual(batch[i].PredictedLabel, single.PredictedLabel);
        }
    }

    [TestMethod]
    public void ALoadedPipelinePredictsTheSameWithNothingRegistered()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows();
        var data = context.Data.LoadFromEnumerable(rows);
        var model = Pipeline(context).Fit(data);
        string file = Path.Combine(Path.GetTempPath(), $"mlp-{Guid.NewGuid():N}.zip");
        try
        {
            context.Model.Save(model, data.Schema, file);
            var fresh = new MLContext();
            var loaded = fresh.Model.Load(file, out var schema);
            Assert.IsNotNull(schema.GetColumnOrNull("Species"));
            CollectionAssert.AreEqual(EstimatorContract.Scores(model, data), EstimatorContract.Scores(loaded, fresh.Data.LoadFromEnumerable(rows)));
            using var engine = fresh.Model.CreatePredictionEngine<BlobRow, NamedPrediction>(loaded);
            Assert.AreEqual("beech", engine.Predict(rows[1]).Predicted);

            var mlp = ((IEnumerable<ITransformer>)loaded).OfType<MulticlassNetworkTransformer>().Single();
            Assert.HasCount(15, mlp.Model.History.Epochs);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [TestMethod]
    public void ContinuesFromALoadedModel()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var options = new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 3, BatchSize = 16, Seed = 7 };
        var first = new MlpTrainer(context, options).Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(first, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext().Model.Load(file, out _);
        var transformer = loaded as MulticlassNetworkTransformer ?? ((IEnumerable<ITransformer>)loaded).OfType<MulticlassNetworkTransformer>().Single();
        CollectionAssert.AreEqual(
            EstimatorContract.Scores(new MlpTrainer(context, options).Fit(data, first.Model), data),
            EstimatorContract.Scores(new MlpTrainer(context, options).Fit(data, transformer.Model), data));
    }

    [TestMethod]
    public void WorksOnACachedAndShuffledView()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var model = new MlpTrainer(context, hiddenLayers: [8], learningRate: 0.02, batchSize: 16).Fit(context.Data.Cache(data));
        var shuffled = model.Transform(context.Data.ShuffleRows(data, seed: 3));
        Assert.IsGreaterThan(0.97, context.MulticlassClassification.Evaluate(shuffled).MicroAccuracy);
    }

    internal sealed class NamedPrediction
    {
        public string Predicted { get; set; } = "";

        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
