using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Image;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Pipelines.Tests.Images;

/// <summary>From a folder of PNG files to their classes: LoadImages, ResizeImages and ExtractPixels before our convolutional network.</summary>
[TestClass]
public sealed class ImagePipelineTests
{
    private static readonly TemporaryFolder Folder = new();
    private static readonly IReadOnlyList<Sign> Training = SignFolder.Write(Folder.Path, count: 150, seed: 1);
    private static readonly IReadOnlyList<Sign> New = SignFolder.Write(Folder.Path, count: 30, seed: 2);

    [ClassCleanup]
    public static void RemoveFolder() => Folder.Dispose();

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void PicturesAreClassified(bool interleaved)
    {
        var context = new MLContext(seed: 1);
        var model = FromFiles(context, Folder.Path, interleaved).Fit(context.Data.LoadFromEnumerable(Training));
        var scored = model.Transform(context.Data.LoadFromEnumerable(New));
        Assert.IsGreaterThan(0.9, context.MulticlassClassification.Evaluate(scored).MicroAccuracy);
        CollectionAssert.AreEqual(New.Select(s => s.Shape).ToArray(), scored.GetColumn<string>("PredictedShape").ToArray());
    }

    /// <summary>With no option at all, pixels from 0 to 255 as they come, thirty pictures of each of two shapes are enough to know all new ones.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void ASmallFolderIsEnoughForTwoShapes(int seed)
    {
        string[] shapes = ["bar", "disc"];
        var context = new MLContext(seed);
        var pipeline = context.Transforms.LoadImages("Picture", Folder.Path, "File")
            .Append(context.Transforms.ResizeImages("Small", SignFolder.Width, SignFolder.Height, "Picture"))
            .Append(context.Transforms.ExtractPixels("Features", "Small"))
            .Append(context.Transforms.Conversion.MapValueToKey("Label", "Shape"))
            .Append(context.MulticlassClassification.Trainers.Cnn());
        var model = pipeline.Fit(Signs(Training, 60));
        Assert.AreEqual(1, context.MulticlassClassification.Evaluate(model.Transform(Signs(New, 20))).MicroAccuracy);

        IDataView Signs(IReadOnlyList<Sign> signs, int count) => context.Data.LoadFromEnumerable(signs.Where(sign => shapes.Contains(sign.Shape)).Take(count).ToList());
    }

    /// <summary>Twelve pictures of a bar and a cross are few, but not for a network that has seen crosses and discs; its pixels lie in the other order.</summary>
    [TestMethod]
    public void FewPicturesAreEnoughForANetworkThatHasSeenOthers()
    {
        var context = new MLContext(seed: 1);
        var many = Pixels(context, interleaved: false)
            .Append(context.MulticlassClassification.Trainers.Cnn(layers: [Conv2D(8, 3, padding: 1), BatchNorm(), ReLU(), MaxPool(2), Conv2D(12, 3), ReLU(), GlobalAveragePool()], numberOfEpochs: 20))
            .Fit(context.Data.LoadFromEnumerable(Training.Where(sign => sign.Shape != "bar").ToList()));
        using var file = new MemoryStream();
        context.Model.Save(many, context.Data.LoadFromEnumerable(Training).Schema, file);
        file.Position = 0;
        var old = PretrainedNetwork.Of(new MLContext().Model.Load(file, out _));
        var few = context.Data.LoadFromEnumerable(Training.Where(sign => sign.Shape != "disc").Take(12).ToList());
        var model = Pixels(context, interleaved: true)
            .Append(context.MulticlassClassification.Trainers.Cnn(startFrom: old, freezeUpTo: old.Definition.Layers.Count - 1, learningRate: 0.05))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedShape", "PredictedLabel"))
            .Fit(few);
        var test = context.Data.LoadFromEnumerable(New.Where(sign => sign.Shape != "disc").ToList());
        Assert.IsGreaterThan(0.9, context.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);

        static EstimatorChain<ImagePixelExtractingTransformer> Pixels(MLContext own, bool interleaved) => own.Transforms.Conversion.MapValueToKey("Label", "Shape")
            .Append(own.Transforms.LoadImages("Picture", Folder.Path, "File"))
            .Append(own.Transforms.ResizeImages("Small", SignFolder.Width, SignFolder.Height, "Picture"))
            .Append(own.Transforms.ExtractPixels("Features", "Small", interleavePixelColors: interleaved));
    }

    [TestMethod]
    public void BothLayoutsOfThePixelsGiveTheSameScores()
    {
        float[] Scores(bool interleaved)
        {
            var context = new MLContext(seed: 1);
            var data = context.Data.LoadFromEnumerable(Training.Take(60));
            return HomePipelines.Scores(FromFiles(context, Folder.Path, interleaved, epochs: 2).Fit(data), data);
        }

        CollectionAssert.AreEqual(Scores(interleaved: false), Scores(interleaved: true));
    }

    /// <summary>ExtractPixels gives bytes where no floats are asked for: the same scores, from files, from memory and from a loaded model.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void PixelsMayStayBytes(bool interleaved)
    {
        ITransformer Fit(bool floats)
        {
            var own = new MLContext(seed: 1);
            return new EstimatorChain<ITransformer>().Append(own.Transforms.Conversion.MapValueToKey("Label", "Shape"))
                .Append(own.Transforms.LoadImages("Picture", Folder.Path, "File"))
                .Append(own.Transforms.ResizeImages("Small", 16, 12, "Picture", ImageResizingEstimator.ResizingKind.Fill))
                .Append(own.Transforms.ExtractPixels("Features", "Small", interleavePixelColors: interleaved, outputAsFloatArray: floats))
                .AppendCacheCheckpoint(own)
                .Append(Network(own, epochs: 2))
                .Fit(own.Data.LoadFromEnumerable(Training.Take(60)));
        }

        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(Training.Take(60));
        var model = Fit(floats: false);
        Assert.AreEqual(NumberDataViewType.Byte, ((VectorDataViewType)model.Transform(data).Schema["Features"].Type).ItemType);
        float[] expected = HomePipelines.Scores(Fit(floats: true), data);
        CollectionAssert.AreEqual(expected, HomePipelines.Scores(model, data));

        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        CollectionAssert.AreEqual(expected, HomePipelines.Scores(new MLContext().Model.Load(file, out _), data));
    }

    /// <summary>ML.NET's permutation importance reads numbers alone, and says so.</summary>
    [TestMethod]
    public void PermutationImportanceWantsNumbers()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(Training.Take(30));
        var model = context.Transforms.Conversion.MapValueToKey("Label", "Shape")
            .Append(context.Transforms.LoadImages("Picture", Folder.Path, "File"))
            .Append(context.Transforms.ResizeImages("Small", 6, 5, "Picture"))
            .Append(context.Transforms.ExtractPixels("Features", "Small", outputAsFloatArray: false))
            .Append(context.MulticlassClassification.Trainers.Cnn(layers: [Conv2D(4, 3), ReLU()], learningRate: 0.01, numberOfEpochs: 1, batchSize: 10))
            .Fit(data);
        string message = Assert.Throws<Exception>(() => context.MulticlassClassification.PermutationFeatureImportance(model.LastTransformer, model.Transform(data))).Message;
        Assert.Contains("System.Byte", message);
    }

    [TestMethod]
    public void PicturesCrossValidateBehindACacheCheckpoint()
    {
        var context = new MLContext(seed: 1);
        var pipeline = new EstimatorChain<ITransformer>().Append(context.Transforms.LoadImages("Picture", Folder.Path, "File"))
            .Append(context.Transforms.ResizeImages("Small", 16, 12, "Picture", ImageResizingEstimator.ResizingKind.Fill))
            .Append(context.Transforms.ExtractPixels("Features", "Small", scaleImage: 1 / 255f))
            .Append(context.Transforms.Conversion.MapValueToKey("Label", "Shape"))
            .AppendCacheCheckpoint(context)
            .Append(Network(context, epochs: 15));
        var folds = context.MulticlassClassification.CrossValidate(context.Data.LoadFromEnumerable(Training), pipeline, numberOfFolds: 2);
        Assert.HasCount(2, folds);
        foreach (var fold in folds)
        {
            Assert.IsGreaterThan(0.8, fold.Metrics.MicroAccuracy);
        }
    }

    [TestMethod]
    public void APictureInMemoryIsPredictedAsItsFileIs()
    {
        var context = new MLContext(seed: 1);
        var classify = Classify(context, interleaved: true, epochs: 3);
        var files = context.Transforms.LoadImages("Picture", Folder.Path, "File").Append(classify).Fit(context.Data.LoadFromEnumerable(Training));
        float[] expected = HomePipelines.Scores(files, context.Data.LoadFromEnumerable(New.Take(1)));
        var withoutFiles = new TransformerChain<ITransformer>([.. files.Skip(1)]);
        using var picture = MLImage.CreateFromFile(Path.Combine(Folder.Path, New[0].File));
        using var engine = context.Model.CreatePredictionEngine<PictureRow, PicturePrediction>(withoutFiles);
        CollectionAssert.AreEqual(expected, engine.Predict(new PictureRow { Picture = picture, Shape = "" }).Score);
    }

    [TestMethod]
    public void PermutationImportanceHasAValueAPixel()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(Training.Take(30));
        var model = context.Transforms.Conversion.MapValueToKey("Label", "Shape")
            .Append(context.Transforms.LoadImages("Picture", Folder.Path, "File"))
            .Append(context.Transforms.ResizeImages("Small", 6, 5, "Picture"))
            .Append(context.Transforms.ExtractPixels("Features", "Small", interleavePixelColors: true, scaleImage: 1 / 255f))
            .Append(context.MulticlassClassification.Trainers.Cnn(layers: [Conv2D(4, 3), ReLU()], learningRate: 0.01, numberOfEpochs: 10, batchSize: 10))
            .Fit(data);
        var transformed = context.Data.Cache(model.Transform(data));

        // ML.NET's overload for chains wants names of slots, which ExtractPixels does not give.
        var generic = new MLContext(seed: 1).MulticlassClassification.PermutationFeatureImportance(model.LastTransformer, transformed);
        Assert.HasCount(6 * 5 * 3, generic);
        Assert.IsTrue(generic.All(pixel => pixel.MicroAccuracy.Mean <= 0.1));
        Assert.IsLessThan(0, generic.Min(pixel => pixel.LogLossReduction.Mean));
    }

    [TestMethod]
    public void ImagesAsFeaturesAreRefusedWithTheCallsThatMakeNumbersOfThem()
    {
        var context = new MLContext(seed: 1);
        var loaded = context.Transforms.Conversion.MapValueToKey("Label", "Shape").Append(context.Transforms.LoadImages("Features", Folder.Path, "File"));
        var trainer = context.MulticlassClassification.Trainers.Cnn(layers: [Conv2D(4, 3), ReLU()], numberOfEpochs: 1);
        var data = context.Data.LoadFromEnumerable(Training.Take(30));
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => loaded.Append(trainer).Fit(data)).Message;
        Assert.Contains("mlContext.Transforms.ResizeImages(\"Features\", <width>, <height>)", message);
        Assert.Contains("mlContext.Transforms.ExtractPixels(\"Features\")", message);
        Assert.DoesNotContain("ConvertType", message);
        loaded.Append(context.Transforms.ResizeImages("Features", 8, 6)).Append(context.Transforms.ExtractPixels("Features")).Append(trainer).Fit(data);
    }

    [TestMethod]
    public void ImagesAreNoLabel()
    {
        var context = new MLContext(seed: 1);
        var data = context.Transforms.LoadImages("Label", Folder.Path, "File").Append(context.Transforms.Concatenate("Features", "Number")).Fit(Numbered()).Transform(Numbered());
        string number = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.Regression.Trainers.Mlp().Fit(data)).Message;
        Assert.Contains("Name a column of numbers with labelColumnName", number);
        string name = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => context.MulticlassClassification.Trainers.Mlp().Fit(data)).Message;
        Assert.Contains("one class a row with labelColumnName", name);

        IDataView Numbered() => context.Data.LoadFromEnumerable(Training.Take(3).Select(sign => new NumberedSign { File = sign.File, Number = 1 }).ToList());
    }

    /// <summary>From the names of files in a folder and of shapes to the names of predicted shapes.</summary>
    internal static IEstimator<ITransformer> FromFiles(MLContext context, string folder, bool interleaved, int epochs = 15) =>
        context.Transforms.LoadImages("Picture", folder, "File").Append(Classify(context, interleaved, epochs));

    private static EstimatorChain<KeyToValueMappingTransformer> Classify(MLContext context, bool interleaved, int epochs) =>
        context.Transforms.Conversion.MapValueToKey("Label", "Shape")
            .Append(context.Transforms.ResizeImages("Small", 16, 12, "Picture", ImageResizingEstimator.ResizingKind.Fill))
            .Append(context.Transforms.ExtractPixels("Features", "Small", interleavePixelColors: interleaved, scaleImage: 1 / 255f))
            .Append(Network(context, epochs))
            .Append(context.Transforms.Conversion.MapKeyToValue("PredictedShape", "PredictedLabel"));

    private static CnnTrainer Network(MLContext context, int epochs) => context.MulticlassClassification.Trainers.Cnn(
        layers: [Conv2D(8, 3, padding: 1), ReLU(), MaxPool(2), Conv2D(8, 3), ReLU(), Flatten(), Dense(16), ReLU()], learningRate: 0.01, numberOfEpochs: epochs, batchSize: 16);

    internal sealed class PictureRow
    {
        [ImageType(SignFolder.Height, SignFolder.Width)]
        public MLImage? Picture { get; set; }

        public string Shape { get; set; } = "";
    }

    internal sealed class NumberedSign
    {
        public string File { get; set; } = "";

        public float Number { get; set; }
    }

    internal sealed class PicturePrediction
    {
        public float[] Score { get; set; } = [];
    }
}
