using Microsoft.ML;
using Microsoft.ML.Data;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Cnn;

/// <summary>The trainer as a part of ML.NET: chains with images of either layout, prediction engines, cross-validation, permutation importance.</summary>
[TestClass]
public sealed class CnnPipelineTests
{
    private static CnnTrainer Trainer(MLContext context) => new(context, new CnnTrainer.Options
    {
        Layers = [Conv2D(6, 3, padding: 1), BatchNorm(), ReLU(), MaxPool(2)],
        InputShape = new ImageShape(2, 8, 10),
        NumberOfEpochs = 12,
        BatchSize = 16,
        LearningRate = 0.01,
        Seed = 7,
    });

    private static IEstimator<ITransformer> Pipeline(MLContext context) =>
        context.Transforms.Conversion.MapValueToKey("Label", "Direction")
            .Append(context.Transforms.NormalizeMinMax("Features"))
            .Append(Trainer(context))
            .Append(context.Transforms.Conversion.MapKeyToValue("Predicted", "PredictedLabel"));

    [TestMethod]
    public void ALoadedPipelinesPredictionEngineGivesTheScoresOfTheBatch()
    {
        var context = new MLContext(seed: 1);
        var rows = Strokes.Rows(60).Select(r => new InterleavedStrokeRow { Direction = r.Direction, Features = Strokes.Interleaved(r.Features) }).ToArray();
        var data = context.Data.LoadFromEnumerable(rows);
        var model = Pipeline(context).Fit(data);
        float[] scores = EstimatorContract.Scores(model, data);
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var fresh = new MLContext();
        using var engine = fresh.Model.CreatePredictionEngine<InterleavedStrokeRow, NamedPrediction>(fresh.Model.Load(file, out _));
        for (int i = 0; i < rows.Length; i++)
        {
            CollectionAssert.AreEqual(scores[(3 * i)..((3 * i) + 3)], engine.Predict(rows[i]).Score);
        }

        Assert.AreEqual("along", engine.Predict(rows[1]).Predicted);
    }

    internal sealed class NamedPrediction
    {
        public string Predicted { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
