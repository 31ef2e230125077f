using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Tests.Binary;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The fitted model is ML.NET's own, and works with all that ML.NET does with one.</summary>
[TestClass]
public sealed class LinearModelTests
{
    private static GradientDescentTrainer Trainer(MLContext context) => new(context, learningRate: 0.5, numberOfEpochs: 300);

    [TestMethod]
    public void AProcessWithoutThePlugInLoadsAndScores()
    {
        var context = new MLContext(seed: 1);
        var answers = context.Data.LoadFromEnumerable(Blobs.Rows(60).Select(row => new Answer { Label = row.Species == "ash", Features = row.Features }).ToList());
        using var folder = new TemporaryFolder();
        List<string> arguments = [];
        List<float> expected = [];
        Save("numbers", Trainer(context), Plane.Load(context));
        Save("answers", context.BinaryClassification.Trainers.SgdLogistic(new SgdLogisticTrainer.Options { Threshold = 0.7 }), answers);
        Save("classes", context.MulticlassClassification.Trainers.SgdMaximumEntropy(), Blobs.Load(context, 60));

        string program = Repository.Program("MLNetAlone", "MLNetAlone");
        Assert.IsFalse(File.Exists(Path.Combine(Path.GetDirectoryName(program)!, "MLNet.GradientTrainers.dll")));
        string[] output = ChildProcess.Run(ChildProcess.Program(program, arguments));
        CollectionAssert.AreEqual(expected, output.Take(expected.Count).Select(line => float.Parse(line, CultureInfo.InvariantCulture)).ToArray());
        string[] assemblies = output[expected.Count..];
        CollectionAssert.Contains(assemblies, "MLNetAlone");
        Assert.IsFalse(assemblies.Any(a => a.StartsWith("MLNet.GradientTrainers", StringComparison.Ordinal)));

        void Save(string name, IEstimator<ITransformer> trainer, IDataView data)
        {
            var model = trainer.Fit(data);
            context.Model.Save(model, data.Schema, folder[$"{name}.zip"]);
            using (var file = File.Create(folder[$"{name}.idv"]))
            {
                context.Data.SaveAsBinary(data, file);
            }

            arguments.AddRange([folder[$"{name}.zip"], folder[$"{name}.idv"]]);
            expected.AddRange(EstimatorContract.Scores(model, data));
        }
    }

    [TestMethod]
    public void TheScoreHasTheAnnotationsOfARegression()
    {
        var context = new MLContext(seed: 1);
        var data = Plane.Load(context);
        var score = Trainer(context).Fit(data).Transform(data).Schema["Score"];
        Assert.AreEqual(NumberDataViewType.Single, score.Type);
        ReadOnlyMemory<char> text = default;
        score.Annotations.GetValue("ScoreColumnKind", ref text);
        Assert.AreEqual("Regression", text.ToString());
        score.Annotations.GetValue("ScoreValueKind", ref text);
        Assert.AreEqual("Score", text.ToString());
        uint id = 0;
        score.Annotations.GetValue("ScoreColumnSetId", ref id);
        Assert.IsGreaterThan(0u, id);
    }

    [TestMethod]
    public void PromisesAndAsksWhatMLNetsOwnTrainerDoes()
    {
        var context = new MLContext(seed: 1);
        var own = context.Regression.Trainers.OnlineGradientDescent();
        var input = Bridge.SchemaShapes.Of(Plane.Load(context).Schema);
        Assert.AreEqual(EstimatorContract.Describe(own.GetOutputSchema(input)), EstimatorContract.Describe(Trainer(context).GetOutputSchema(input)));
        Assert.IsTrue(own.Info.NeedNormalization);
        Assert.IsTrue(Trainer(context).Info.NeedNormalization, "a rate is given");
        Assert.IsFalse(new GradientDescentTrainer(context).Info.NeedNormalization, "it scales its features itself");
    }

    [TestMethod]
    public void WorksInAPipelineWithAPredictionEngine()
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows();
        var data = context.Data.LoadFromEnumerable(rows);
        var model = context.Transforms.NormalizeMeanVariance("Features").Append(Trainer(context)).Fit(data);
        Assert.IsNotNull(model.LastTransformer.GetTrainingResult());
        using var engine = context.Model.CreatePredictionEngine<PlaneRow, LinePrediction>(model);
        float[] batch = EstimatorContract.Scores(model, data);
        for (int i = 0; i < 20; i++)
        {
            Assert.AreEqual(batch[i], engine.Predict(rows[i]).Score);
        }
    }

    [TestMethod]
    public void FeatureContributionsAreWeightTimesValue()
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows(20);
        var data = context.Data.LoadFromEnumerable(rows);
        var model = Trainer(context).Fit(data);
        var explained = model.Append(context.Transforms.CalculateFeatureContribution(model, normalize: false).Fit(model.Transform(data))).Transform(data);
        float[][] contributions = [.. explained.GetColumn<float[]>("FeatureContributions")];
        for (int i = 0; i < rows.Count; i++)
        {
            for (int j = 0; j < Plane.Width; j++)
            {
                Assert.AreEqual(model.Model.Weights[j] * rows[i].Features[j], contributions[i][j], 1e-6f);
            }
        }

        // Only the largest of either sign, the largest of all being ±1.
        var largest = context.Transforms.CalculateFeatureContribution(model, 1, 1).Fit(model.Transform(data)).Transform(model.Transform(data));
        foreach (float[] row in largest.GetColumn<float[]>("FeatureContributions"))
        {
            Assert.AreEqual(1f, row.Max(Math.Abs), 1e-6f);
            Assert.IsLessThanOrEqualTo(2, row.Count(c => c != 0));
        }
    }

    [TestMethod]
    public void TheModelTellsItsWeights()
    {
        var context = new MLContext(seed: 1);
        var data = Plane.Load(context);
        var model = Trainer(context).Fit(data);
        var result = model.GetTrainingResult()!;
        Assert.HasCount(3, model.Model.Weights);
        for (int j = 0; j < 3; j++)
        {
            Assert.AreEqual((float)result.Model.Weights[j], model.Model.Weights[j]);
        }

        Assert.AreEqual((float)result.Model.Bias, model.Model.Bias);
        Assert.AreSame(result, model.Model.GetTrainingResult());
        Assert.AreEqual("Features", model.FeatureColumnName);
        Assert.AreEqual(data.Schema["Features"].Type, model.FeatureColumnType);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.GetOutputSchema(context.Transforms.DropColumns("Features").Fit(data).Transform(data).Schema));
    }

    internal sealed class LinePrediction
    {
        public float Score { get; set; }
    }
}
