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

    internal sealed class Prediction
    {
        public float Score { get; set; }
    }

    internal sealed class VectorPrediction
    {
        public float[] Score { get; set; } = [];
    }
}
