using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels.Tests;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>Models alone, by SaveOnnx.</summary>
[TestClass]
public sealed class ModelFileTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly IDataView Houses = House.View(Context);

    [TestMethod]
    public void AClassifierHasItsColumnsAndTheNamesOfItsClasses()
    {
        var keyed = Context.Transforms.Conversion.MapValueToKey("Label", "Kind").Fit(Houses).Transform(Houses);
        var model = Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { FeatureColumnName = "Numbers", NumberOfEpochs = 5 }).Fit(keyed);
        using var folder = new TemporaryFolder();
        model.SaveOnnx(folder["houses.onnx"]);
        using var onnx = new OnnxScores(File.ReadAllBytes(folder["houses.onnx"]));
        CollectionAssert.AreEqual(new[] { "Numbers" }, onnx.Inputs.Keys.ToArray());
        CollectionAssert.AreEquivalent(new[] { "Score", "PredictedLabel" }, onnx.Outputs.Keys.ToArray());
        CollectionAssert.AreEqual(new[] { -1, 3 }, onnx.Outputs["Score"].Dimensions);
        var scored = model.Transform(keyed);
        Near.Assert(Converted.Scores(scored), onnx.Of<float>("Score", Houses, 80));
        CollectionAssert.AreEqual(scored.GetColumn<uint>("PredictedLabel").ToArray(), onnx.Of<uint>("PredictedLabel", Houses, 80));
        CollectionAssert.AreEqual(model.Model.ClassNames!.ToArray(), System.Text.Json.JsonSerializer.Deserialize<string[]>(onnx.Metadata("classes")));
    }

    [TestMethod]
    public void APolynomialOfSevenFeaturesAndARegression()
    {
        var data = Context.Transforms.Concatenate("Features", "Numbers", "Sizes").Fit(Houses).Transform(Houses);
        Check(Context.Regression.Trainers.Polynomial(labelColumnName: "Price").Fit(data), data);
        Check(Context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { LabelColumnName = "Price", NumberOfEpochs = 5 }).Fit(data), data);
    }

    [TestMethod]
    public void AModelThatCannotBeWrittenLeavesTheFileAsItWas()
    {
        var model = new MlpRegressionTrainer(Context, new MlpRegressionTrainer.Options
        {
            LabelColumnName = "Price", FeatureColumnName = "Numbers", HiddenLayers = [2], Activation = new SquareActivation(), NumberOfEpochs = 1, Members = 1,
        }).Fit(Houses);
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.onnx"], "old");
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => model.SaveOnnx(folder["a.onnx"])).Message, "square");
        Assert.ThrowsExactly<DirectoryNotFoundException>(() => model.SaveOnnx(folder["missing/a.onnx"]));
        Assert.AreEqual("old", File.ReadAllText(folder["a.onnx"]));
    }

    private static void Check<TModel>(ScoringTransformer<TModel> model, IDataView data)
        where TModel : class
    {
        using var stream = new MemoryStream();
        model.WriteOnnx(stream);
        using var onnx = new OnnxScores(stream.ToArray());
        float[] scores = Converted.Scores(model.Transform(data));
        Near.Assert(scores, onnx.Of<float>("Score", data, 80));
        Near.Assert(scores, onnx.Of<float>("Score", data, 1), count: 1);
    }
}
