using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms.Text;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>Pipelines of tables by ML.NET's ConvertToOnnx: our models are in the file, and give the same scores there.</summary>
[TestClass]
public sealed class TableTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly IDataView Houses = House.View(Context);

    [TestMethod]
    public void AClassifierAfterKeysCategoriesAndNormalization()
    {
        var model = Categories().Append(Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { NumberOfEpochs = 20, Members = 1, HiddenLayers = [16] })).Fit(Houses);
        Converted.Check(Context, model, Houses);

        // With the class as text behind it, as users end a pipeline.
        var named = model.Append(Context.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel").Fit(model.Transform(Houses)));
        using var onnx = new OnnxScores(Converted.Onnx(Context, named, Houses));
        string[] answers = [.. named.Transform(Houses).GetColumn<string>("Answer")];
        Assert.IsGreaterThan(1, answers.Distinct().Count());
        CollectionAssert.AreEqual(answers, onnx.Of<string>("Answer.output", Houses, answers.Length));
        CollectionAssert.AreEqual(answers[..1], onnx.Of<string>("Answer.output", Houses, 1));
        Near.Assert(Converted.Scores(named.Transform(Houses)), onnx.Of<float>("Score.output", Houses, answers.Length));
    }

    [TestMethod]
    public void ByApplyOnnxModel()
    {
        var model = Categories()
            .Append(Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { NumberOfEpochs = 5, Members = 1, HiddenLayers = [8] }))
            .Append(Context.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"))
            .Fit(Houses);
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder["houses.onnx"], Converted.Onnx(Context, model, Houses));
        var inputs = new[] { "District", "Numbers", "Marks", "Price", "Sizes", "Kind", "IsOld" };
        var applied = Context.Transforms.ApplyOnnxModel(["Score.output", "Answer.output"], inputs, folder["houses.onnx"]).Fit(Houses).Transform(Houses);
        var scored = model.Transform(Houses);

        // It takes the ending off.
        Near.Assert(Converted.Scores(scored), Converted.Scores(applied));
        CollectionAssert.AreEqual(scored.GetColumn<string>("Answer").ToArray(), applied.GetColumn<string[]>("Answer").Select(row => row[0]).ToArray());
    }

    [TestMethod]
    public void TheDefaultsOfAFewRows() => Converted.Check(
        Context,
        Context.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { FeatureColumnName = "Numbers", NumberOfEpochs = 5 })).Fit(Houses),
        Houses);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void AnswersOfYesOrNoWithTheirProbabilities(bool calibrate)
    {
        var options = new MlpBinaryTrainer.Options { LabelColumnName = "IsOld", FeatureColumnName = "Numbers", NumberOfEpochs = 10, Calibrate = calibrate, Threshold = DecisionThreshold.Of(0.3) };
        var model = Context.BinaryClassification.Trainers.Mlp(options).Fit(Houses);
        var scored = model.Transform(Houses);
        bool[] labels = [.. scored.GetColumn<bool>("PredictedLabel")];
        Assert.IsGreaterThan(1, labels.Distinct().Count());
        using var stream = new MemoryStream();
        model.WriteOnnx(stream);
        foreach (var (file, ending) in new[] { (Converted.Onnx(Context, model, Houses), ".output"), (stream.ToArray(), "") })
        {
            using var onnx = new OnnxScores(file);
            foreach (int rows in new[] { 80, 1 })
            {
                CollectionAssert.AreEqual(labels[..rows], onnx.Of<bool>("PredictedLabel" + ending, Houses, rows));
                Near.Assert(Converted.Scores(scored), onnx.Of<float>("Score" + ending, Houses, rows), rows);
                Near.Assert([.. scored.GetColumn<float>("Probability")], onnx.Of<float>("Probability" + ending, Houses, rows), rows);
            }
        }
    }

    [TestMethod]
    public void SparseCategoriesWhoseScaleIsInTheFirstLayer()
    {
        var pipeline = Context.Transforms.Categorical.OneHotEncoding("Code", "Price").Append(Context.Transforms.Concatenate("Features", "Numbers", "Code"))
            .Append(Context.Transforms.CopyColumns("Label", "Price"))
            .Append(Context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { NumberOfEpochs = 5, Members = 1, HiddenLayers = [8], FeatureScaling = FeatureScaling.Standard }));
        Converted.Check(Context, pipeline.Fit(Houses), Houses);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void ARegressionInTheUnitsOfItsLabel(int members) => Converted.Check(
        Context,
        Context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { LabelColumnName = "Price", FeatureColumnName = "Numbers", NumberOfEpochs = 20, Members = members, FeatureBins = 6 }).Fit(Houses),
        Houses);

    [TestMethod]
    public void ARegressionOfSeveralNumbers() => Converted.Check(
        Context,
        Context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { LabelColumnName = "Sizes", FeatureColumnName = "Numbers", NumberOfEpochs = 20, Members = 2 }).Fit(Houses),
        Houses);

    [TestMethod]
    public void CountsByTheirLogarithm() => Converted.Check(
        Context,
        Context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { LabelColumnName = "Price", FeatureColumnName = "Numbers", NumberOfEpochs = 5, Loss = new Poisson(), NormalizeLabel = false }).Fit(Houses),
        Houses);

    [TestMethod]
    public void FeaturesOfBytes() => Converted.Check(
        Context,
        Context.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { FeatureColumnName = "Marks", NumberOfEpochs = 5, Members = 1 })).Fit(Houses),
        Houses);

    /// <summary>ML.NET's own ONNX form of FeaturizeText takes one row at a time.</summary>
    [TestMethod]
    public void ATextOfWordsRowByRow()
    {
        // Without the first option ML.NET has no form for the text's normalization, without the second one ONNX Runtime needs the locale en_US of the machine.
        var options = new TextFeaturizingEstimator.Options { KeepDiacritics = true, CaseMode = TextNormalizingEstimator.CaseMode.None };
        var pipeline = Context.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(Context.Transforms.Text.FeaturizeText("Features", options, "District"))
            .Append(Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { NumberOfEpochs = 5, Members = 1 }));
        var model = pipeline.Fit(Houses);
        using var onnx = new OnnxScores(Converted.Onnx(Context, model, Houses));
        Near.Assert(Converted.Scores(model.Transform(Houses)), onnx.Of<float>("Score.output", Houses, 1), count: 3);
    }

    [TestMethod]
    public void AModelFromAFile()
    {
        using var file = new MemoryStream();
        Context.Model.Save(Categories().Append(Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { NumberOfEpochs = 5, Members = 1 })).Fit(Houses), Houses.Schema, file);
        file.Position = 0;
        var context = new MLContext();
        Converted.Check(context, context.Model.Load(file, out _), Houses);
    }

    [TestMethod]
    [DataRow(1, false)]
    [DataRow(3, false)]
    [DataRow(3, true)]
    [DataRow(7, false)]
    public void APolynomial(int degree, bool interactionOnly) => Converted.Check(
        Context,
        Context.Regression.Trainers.Polynomial(labelColumnName: "Price", featureColumnName: "Numbers", degree: degree, interactionOnly: interactionOnly, ridge: degree == 7 ? 1e-6 : null).Fit(Houses),
        Houses);

    [TestMethod]
    public void APolynomialWithAFeatureThatNeverChanges()
    {
        var data = Context.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new House { Numbers = [i, 4, i % 7], Price = (i * i) + (3 * (i % 7)) }).ToArray());
        var model = Context.Regression.Trainers.Polynomial(labelColumnName: "Price", featureColumnName: "Numbers", degree: 2).Fit(data);
        Converted.Check(Context, model, data);

        // Elsewhere than in the training, too.
        var others = Context.Data.LoadFromEnumerable(Enumerable.Range(0, 30).Select(i => new House { Numbers = [i, i, i % 5] }).ToArray());
        Converted.Check(Context, model, others);
    }

    [TestMethod]
    public void ALinearModelIsMlNetsOwnAndConvertedByIt() => Converted.Check(
        Context,
        Context.Regression.Trainers.GradientDescent(labelColumnName: "Price", featureColumnName: "Numbers").Fit(Houses),
        Houses);

    [TestMethod]
    public void TwoModelsInOnePipeline()
    {
        var first = Context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { LabelColumnName = "Price", FeatureColumnName = "Numbers", NumberOfEpochs = 5, Members = 1 });
        var pipeline = first.Append(Context.Transforms.CopyColumns("Guess", "Score")).Append(Context.Transforms.Concatenate("Both", "Numbers", "Guess"))
            .Append(Context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { LabelColumnName = "Price", FeatureColumnName = "Both", NumberOfEpochs = 5, Members = 1 }));
        Converted.Check(Context, pipeline.Fit(Houses), Houses);
    }

    [TestMethod]
    public void WithTheLowestSetOfOperatorsToo()
    {
        var model = Categories().Append(Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { NumberOfEpochs = 5, Members = 2, FeatureBins = 4, FeatureScaling = FeatureScaling.Robust })).Fit(Houses);
        using var stream = new MemoryStream();
        Context.Model.ConvertToOnnx(model, Houses, opSetVersion: 9, stream);
        using var onnx = new OnnxScores(stream.ToArray());
        Near.Assert(Converted.Scores(model.Transform(Houses)), onnx.Of<float>("Score.output", Houses, 80));
    }

    [TestMethod]
    public void ARowWithoutANumberHasNoClass()
    {
        var model = Context.Transforms.Conversion.MapValueToKey("Label", "Kind").Append(Context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { FeatureColumnName = "Numbers", NumberOfEpochs = 5, Members = 1 })).Fit(Houses);
        var data = Context.Data.LoadFromEnumerable(new[] { new House { Numbers = [1, float.NaN, 2], Kind = "flat" }, new House { Numbers = [80, 1990, 2], Kind = "flat" } });
        using var onnx = new OnnxScores(Converted.Onnx(Context, model, data));
        uint[] labels = onnx.Of<uint>("PredictedLabel.output", data, 2);
        Assert.AreEqual(0u, labels[0]);
        CollectionAssert.AreEqual(model.Transform(data).GetColumn<uint>("PredictedLabel").ToArray(), labels);
    }

    private static IEstimator<ITransformer> Categories() => Context.Transforms.Conversion.MapValueToKey("Label", "Kind")
        .Append(Context.Transforms.Categorical.OneHotEncoding("Code", "District"))
        .Append(Context.Transforms.NormalizeMeanVariance("Scaled", "Numbers"))
        .Append(Context.Transforms.Concatenate("Features", "Code", "Scaled"));
}
