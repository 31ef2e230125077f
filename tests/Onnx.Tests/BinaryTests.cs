using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>Binary classifiers as ONNX: label, score and probability, with calibration and threshold.</summary>
[TestClass]
public sealed class BinaryTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly IDataView Houses = House.View(Context);

    private static readonly IDataView Labelled = Context.Data.LoadFromEnumerable(
        Context.Data.CreateEnumerable<House>(Houses, reuseRowObject: false).Select(house => new Row { Numbers = house.Numbers, Label = house.Price > 330 }).ToArray());

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ANetworkWithItsCalibrationAndThreshold(int members) => Check(Context.BinaryClassification.Trainers.Mlp(new MlpBinaryTrainer.Options
    {
        FeatureColumnName = "Numbers", NumberOfEpochs = 20, Members = members, ValidationFraction = 0.2, Threshold = 0.4,
    }).Fit(Labelled));

    [TestMethod]
    public void ALinearModelIsMlNetsOwnAndConvertedByIt() => Check(Context.BinaryClassification.Trainers.SgdLogistic(featureColumnName: "Numbers").Fit(Labelled));

    private static void Check(ITransformer model)
    {
        var scored = model.Transform(Houses);
        int rows = (int)Houses.GetRowCount()!;
        using var onnx = new OnnxScores(Converted.Onnx(Context, model, Houses));
        foreach (int count in new[] { rows, 1 })
        {
            Near.Assert(Converted.Scores(scored), onnx.Of<float>("Score.output", Houses, count), count);
            Near.Assert(scored.GetColumn<float>("Probability").ToArray(), onnx.Of<float>("Probability.output", Houses, count), count);
            CollectionAssert.AreEqual(scored.GetColumn<bool>("PredictedLabel").Take(count).ToArray(), onnx.Of<bool>("PredictedLabel.output", Houses, count));
        }

        Assert.HasCount(2, scored.GetColumn<bool>("PredictedLabel").Distinct());
    }

    private sealed class Row
    {
        public bool Label { get; set; }

        [VectorType(3)]
        public float[] Numbers { get; set; } = [];
    }
}
