using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>What can't be converted is an error, not a file of another model.</summary>
[TestClass]
public sealed class RefusalTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly IDataView Houses = House.View(Context);

    [TestMethod]
    public void AStepThatMakesTheFeaturesAndHasNoForm()
    {
        var pipeline = Context.Transforms.CustomMapping<House, Made>((house, made) => made.Features = [house.Numbers[0] * 2], null).Append(Trainer("Features"));
        AssertRefused(pipeline.Fit(Houses), Houses, "Features");
    }

    [TestMethod]
    public void AStepThatChangesTheFeaturesInPlaceAndHasNoForm()
    {
        var pipeline = Context.Transforms.CustomMapping<House, Changed>((house, changed) => changed.Numbers = [0, house.Numbers[1], 1 / house.Numbers[2]], null).Append(Trainer("Numbers"));
        AssertRefused(pipeline.Fit(Houses), Houses, "Numbers");
    }

    /// <summary>ML.NET's converter goes no further than such a step and never asks our model, but misses its column.</summary>
    [TestMethod]
    public void AStepBehindTheModelThatHasNoForm()
    {
        var pipeline = Trainer("Numbers").Append(Context.Transforms.CustomMapping<House, Made>((house, made) => made.Features = [house.Price], null));
        using var stream = new MemoryStream();
        Assert.ThrowsExactly<InvalidOperationException>(() => Context.Model.ConvertToOnnx(pipeline.Fit(Houses), Houses, stream));
        Assert.AreEqual(0, stream.Length);
    }

    /// <summary>Such steps are in the way of no column.</summary>
    [TestMethod]
    public void RowsThatAreChosenAreNoHindrance()
    {
        var split = Context.Data.TrainTestSplit(Houses);
        var model = Trainer("Numbers").Fit(split.TrainSet);
        var few = Context.Data.TakeRows(Context.Data.FilterRowsByColumn(Houses, "Price", lowerBound: 100), 5);
        CollectionAssert.AreEqual(Converted.Onnx(Context, model, Houses), Converted.Onnx(Context, model, few));
        Assert.IsNotEmpty(Converted.Onnx(Context, model, split.TestSet));
    }

    [TestMethod]
    public void AColumnOfTheNameOfAWeightStaysItself()
    {
        var copied = Context.Transforms.CopyColumns("0.normalization.mean", "Sizes").Fit(Houses).Transform(Houses);
        var model = Trainer("Numbers").Fit(copied);
        using var onnx = new OnnxScores(Converted.Onnx(Context, model, copied));
        Near.Assert([.. copied.GetColumn<float[]>("Sizes").SelectMany(row => row)], onnx.Of<float>("0.normalization.mean.output", Houses, 80));
        Near.Assert(Converted.Scores(model.Transform(copied)), onnx.Of<float>("Score.output", Houses, 80));
    }

    private static MlpRegressionTrainer Trainer(string features) =>
        new(Context, new MlpRegressionTrainer.Options { LabelColumnName = "Price", FeatureColumnName = features, NumberOfEpochs = 1, Members = 1 });

    private static void AssertRefused(ITransformer model, IDataView data, string column)
    {
        using var stream = new MemoryStream();
        string message = Assert.ThrowsExactly<NotSupportedException>(() => Context.Model.ConvertToOnnx(model, data, stream)).Message;
        StringAssert.Contains(message, $"'{column}'");
        StringAssert.Contains(message, nameof(RegressionNetworkTransformer));
        Assert.AreEqual(0, stream.Length);
    }

    private sealed class Made
    {
        [VectorType(1)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Changed
    {
        [VectorType(3)]
        public float[] Numbers { get; set; } = [];
    }
}
