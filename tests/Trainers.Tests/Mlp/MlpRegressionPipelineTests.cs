using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The regression trainer as a part of ML.NET: chains, prediction engines, cross-validation, permutation importance.</summary>
[TestClass]
public sealed class MlpRegressionPipelineTests
{
    private static IEstimator<ITransformer> Pipeline(MLContext context) =>
        context.Transforms.NormalizeMeanVariance("Features").Append(context.Regression.Trainers.Mlp(MlpRegressionTests.Quick()));

    [TestMethod]
    public void APredictionEngineGivesTheScoresOfTheBatchAlsoAfterLoading()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows();
        var data = context.Data.LoadFromEnumerable(rows);
        var model = Pipeline(context).Fit(data);
        float[] batch = EstimatorContract.Scores(model, data);
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var fresh = new MLContext();
        var loaded = fresh.Model.Load(file, out _);
        using var engine = context.Model.CreatePredictionEngine<SurfaceRow, Prediction>(model);
        using var loadedEngine = fresh.Model.CreatePredictionEngine<SurfaceRow, Prediction>(loaded);
        for (int i = 0; i < 20; i++)
        {
            Assert.AreEqual(batch[i], engine.Predict(rows[i]).Score);
            Assert.AreEqual(batch[i], loadedEngine.Predict(rows[i]).Score);
        }

        var network = ((IEnumerable<ITransformer>)loaded).OfType<RegressionNetworkTransformer>().Single();
        Assert.HasCount(40, network.Model.History.Epochs);
        var continued = new MlpRegressionTrainer(context, MlpRegressionTests.Quick()).Fit(data, network.Model);
        Assert.IsTrue(float.IsFinite(EstimatorContract.Scores(continued, data)[0]));
    }

    [TestMethod]
    public void APredictionEngineGivesVectors()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows(60);
        var data = context.Data.LoadFromEnumerable(rows);
        var model = new MlpRegressionTrainer(context, MlpRegressionTests.Quick(o => o.LabelColumnName = "Both")).Fit(data);
        float[] batch = EstimatorContract.Scores(model, data);
        using var engine = context.Model.CreatePredictionEngine<SurfaceRow, VectorPrediction>(model);
        CollectionAssert.AreEqual(batch[4..6], engine.Predict(rows[2]).Score);
    }

    [TestMethod]
    public void CrossValidates()
    {
        var context = new MLContext(seed: 1);
        var results = context.Regression.CrossValidate(Surface.Load(context), Pipeline(context), numberOfFolds: 3);
        Assert.HasCount(3, results);
        Assert.IsGreaterThan(0.95, results.Average(r => r.Metrics.RSquared));
    }

    [TestMethod]
    public void PermutationImportanceFindsTheUsefulFeature()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(1);
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 120).Select(_ => new PartsRow { Useful = random.NextSingle(), Noise = random.NextSingle() }).Select(r => new PartsRow { Useful = r.Useful, Noise = r.Noise, Label = 50 * r.Useful }));
        var pipeline = context.Transforms.Concatenate("Features", "Useful", "Noise").Append(new MlpRegressionTrainer(context, MlpRegressionTests.Quick()));
        var model = pipeline.Fit(data);
        var transformed = model.Transform(data);

        var generic = context.Regression.PermutationFeatureImportance(model.LastTransformer, transformed, permutationCount: 3);
        Assert.IsLessThan(-1, generic[0].RSquared.Mean);
        Assert.IsGreaterThan(-0.1, generic[1].RSquared.Mean);

        var byName = context.Regression.PermutationFeatureImportance(model, transformed, permutationCount: 3);
        Assert.IsLessThan(-1, byName["Useful"].RSquared.Mean);
        Assert.IsGreaterThan(-0.1, byName["Noise"].RSquared.Mean);
    }

    internal sealed class Prediction
    {
        public float Score { get; set; }
    }

    internal sealed class VectorPrediction
    {
        public float[] Score { get; set; } = [];
    }

    internal sealed class PartsRow
    {
        public float Label { get; set; }

        public float Useful { get; set; }

        public float Noise { get; set; }
    }
}
