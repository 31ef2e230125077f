using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Pipelines.Tests.Images;

namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>Models go from process to process as files: tests/Programs/WithPlugIn loads and scores those that are saved here, and the reverse.</summary>
[TestClass]
public sealed class SecondProcessTests
{
    private static readonly string Program = Repository.Program("WithPlugIn", "WithPlugIn");

    [TestMethod]
    public void AnotherProcessLoadsEachPipelineAndGivesEqualScores()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        List<string> arguments = ["score"];
        List<float> expected = [];
        void Save(string name, IEstimator<ITransformer> pipeline, IDataView data)
        {
            var model = pipeline.Fit(data);
            context.Model.Save(model, data.Schema, folder[name + ".zip"]);
            SaveRows(context, data, folder[name + ".idv"]);
            arguments.AddRange([folder[name + ".zip"], folder[name + ".idv"]]);
            expected.AddRange(HomePipelines.Scores(model, data));
        }

        foreach (string trainer in HomePipelines.RegressionTrainers)
        {
            Save(trainer, HomePipelines.Regression(context, trainer), HomePipelines.Load(context, 60));
        }

        Save("Stacked", TreeTests.Stacked(context), HomePipelines.Load(context, 60));
        Save("Classifier", HomePipelines.Classifier(context), HomePipelines.Load(context, 60));
        foreach (var (name, trainer) in HomePipelines.Answers(context))
        {
            Save(name, HomePipelines.WithAnswers(context).Append(trainer), HomePipelines.Load(context, 60));
        }

        Save("Cnn", ImagePipelineTests.FromFiles(context, folder.Path, interleaved: true, epochs: 2), context.Data.LoadFromEnumerable(SignFolder.Write(folder.Path, 12, seed: 3)));

        // In a folder where nothing of the models lies: only the assemblies beside the program are there to find.
        var start = ChildProcess.Program(Program, arguments);
        start.WorkingDirectory = Path.GetTempPath();
        string[] output = ChildProcess.Run(start);
        CollectionAssert.AreEqual(expected, output.Take(expected.Count).Select(Number).ToArray());
        CollectionAssert.IsSubsetOf(new[] { "MLNet.GradientTrainers", "MLNet.GradientTrainers.Bridge", "Microsoft.ML.FastTree", "Microsoft.ML.ImageAnalytics" }, output[expected.Count..]);
    }

    [TestMethod]
    public void ModelsOfAnotherProcessLoadHere()
    {
        using var folder = new TemporaryFolder();
        var context = new MLContext(seed: 1);
        var homes = HomePipelines.Load(context, 60);
        var rows = context.Transforms.Conversion.MapValueToKey("Class", "Kind")
            .Append(context.Transforms.CopyColumns("Label", "Price"))
            .Append(context.Transforms.Text.FeaturizeText("Words", "Note"))
            .Append(context.Transforms.ReplaceMissingValues("Area"))
            .Append(context.Transforms.NormalizeMinMax("Area"))
            .Append(context.Transforms.NormalizeMinMax("Rooms"))
            .Append(context.Transforms.Categorical.OneHotHashEncoding("Place", "District", numberOfBits: 1))
            .Append(context.Transforms.Concatenate("Features", "Area", "Rooms", "Place"))
            .Append(context.Transforms.SelectColumns("Features", "Label", "Class"))
            .Fit(homes).Transform(homes);
        SaveRows(context, rows, folder["rows.idv"]);
        ChildProcess.Run(ChildProcess.Program(Program, "train", folder["rows.idv"], folder.Path));
        string[] models = Directory.GetFiles(folder.Path, "*.zip");
        Assert.HasCount(7, models);
        foreach (string model in models)
        {
            var fresh = new MLContext();
            float[] scores = HomePipelines.Scores(fresh.Model.Load(model, out _), fresh.Data.LoadFromBinary(folder["rows.idv"]));
            Assert.IsTrue(scores.All(float.IsFinite), model);
            Assert.IsGreaterThan(10, scores.Distinct().Count(), model);
        }
    }

    private static void SaveRows(MLContext context, IDataView data, string path)
    {
        using var file = File.Create(path);
        context.Data.SaveAsBinary(data, file);
    }

    private static float Number(string line) => float.Parse(line, CultureInfo.InvariantCulture);
}
