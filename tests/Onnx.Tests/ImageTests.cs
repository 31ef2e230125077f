using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>Convolutional networks by ML.NET's ConvertToOnnx.</summary>
[TestClass]
public sealed class ImageTests
{
    private const int Size = 28 * 28;

    private static readonly MLContext Context = new(seed: 1);

    public static IEnumerable<object[]> Presets => typeof(Cnn).GetProperties().Select(property => new object[] { property.Name });

    [TestMethod]
    [DynamicData(nameof(Presets))]
    public void EveryPreset(string name)
    {
        var layers = (IReadOnlyList<Layer>)typeof(Cnn).GetProperty(name)!.GetValue(null)!;
        Check(layers, new VectorDataViewType(NumberDataViewType.Single, 28, 28), new ImageShape(1, 28, 28));
    }

    /// <summary>A fitted preset is written, read by the engine and scores the same to the bit; training goes on from it.</summary>
    [TestMethod]
    [DynamicData(nameof(Presets))]
    public void EveryPreset_ComesBackAndIsTrainedFurther(string name)
    {
        var layers = (IReadOnlyList<Layer>)typeof(Cnn).GetProperty(name)!.GetValue(null)!;
        var data = Images(new VectorDataViewType(NumberDataViewType.Single, 28, 28));
        var options = new CnnTrainer.Options { Layers = layers, InputShape = new ImageShape(1, 28, 28), NumberOfEpochs = 2, Members = 1, Augmentation = ImageAugmentation.None, LearningRate = 0.001 };
        var model = Context.MulticlassClassification.Trainers.Cnn(options).Fit(data);
        using var stream = new MemoryStream();
        model.WriteOnnx(stream);
        stream.Position = 0;
        var imported = OnnxModel.ToNetwork(stream, output: "Score");
        Assert.AreEqual((OutputLink.Softmax, ImageLayout.ChannelsFirst), (imported.Link, imported.InputLayout));
        using var predictor = new Predictor(imported.Weights, new PredictorOptions { Link = imported.Link });
        float[] pixels = [.. data.GetColumn<float[]>("Features").SelectMany(image => image)];
        int rows = pixels.Length / Size;
        float[] scores = new float[rows * 3];
        predictor.Predict(pixels, rows, scores);
        CollectionAssert.AreEqual(Converted.Scores(model.Transform(data)), scores);

        var further = Context.MulticlassClassification.Trainers.Cnn(options with { Layers = imported.Definition.Layers, StartFrom = imported }).Fit(data);
        Assert.IsLessThan(model.Model.History.Epochs[0].TrainingLoss, further.Model.History.Epochs[0].TrainingLoss);
    }

    [TestMethod]
    public void WithTheLowestSetOfOperatorsToo()
    {
        var data = Images(new VectorDataViewType(NumberDataViewType.Single, 28, 28));
        var model = Context.MulticlassClassification.Trainers.Cnn(new CnnTrainer.Options { Layers = Cnn.ResNet8, NumberOfEpochs = 1, Members = 1 }).Fit(data);
        using var stream = new MemoryStream();
        Context.Model.ConvertToOnnx(model, data, opSetVersion: 9, stream);
        using var onnx = new OnnxScores(stream.ToArray());
        Near.Assert(Converted.Scores(model.Transform(data)), onnx.Of<float>("Score.output", data, (int)data.GetRowCount()!));
    }

    [TestMethod]
    public void AFlatColumnOfImages() => Check([Cnn.Conv2D(4, 3), Cnn.ReLU(), Cnn.Flatten()], new VectorDataViewType(NumberDataViewType.Single, Size), new ImageShape(1, 28, 28));

    [TestMethod]
    public void ColoursInTheLastDimension() => Check([Cnn.Conv2D(4, 3, stride: 2), Cnn.ReLU(), Cnn.GlobalAveragePool()], new VectorDataViewType(NumberDataViewType.Single, 28, 14, 2), new ImageShape(2, 28, 14), ImageLayout.ChannelsLast);

    [TestMethod]
    public void PixelsOfBytes() => Check([Cnn.Conv2D(4, 5, stride: 2), Cnn.ReLU(), Cnn.Flatten()], new VectorDataViewType(NumberDataViewType.Byte, 1, 28, 28), new ImageShape(1, 28, 28));

    private static void Check(IReadOnlyList<Layer> layers, VectorDataViewType type, ImageShape shape, ImageLayout? layout = null)
    {
        var data = Images(type);
        var model = Context.MulticlassClassification.Trainers.Cnn(new CnnTrainer.Options { Layers = layers, InputShape = shape, ImageLayout = layout, NumberOfEpochs = 2, Members = 1 }).Fit(data);
        Converted.Check(Context, model, data);

        // By itself it is the same.
        using var stream = new MemoryStream();
        model.WriteOnnx(stream);
        using var onnx = new OnnxScores(stream.ToArray());
        Near.Assert(Converted.Scores(model.Transform(data)), onnx.Of<float>("Score", data, (int)data.GetRowCount()!));
    }

    private static IDataView Images(VectorDataViewType type)
    {
        var definition = SchemaDefinition.Create(type.ItemType.Equals(NumberDataViewType.Byte) ? typeof(ByteImage) : typeof(Image));
        definition["Features"].ColumnType = type;
        var random = new Random(1);
        int[] classes = [.. Enumerable.Range(0, 24).Select(i => i % 3)];
        float[][] pixels = [.. classes.Select(kind => Enumerable.Range(0, Size).Select(i => (i / 28 % 3 == kind ? 200 : 50) + (float)random.Next(50)).ToArray())];
        return type.ItemType.Equals(NumberDataViewType.Byte)
            ? Context.Data.LoadFromEnumerable(classes.Select((kind, i) => new ByteImage { Features = Array.ConvertAll(pixels[i], pixel => (byte)pixel), Label = (uint)kind }).ToArray(), definition)
            : Context.Data.LoadFromEnumerable(classes.Select((kind, i) => new Image { Features = Array.ConvertAll(pixels[i], pixel => pixel / 255), Label = (uint)kind }).ToArray(), definition);
    }

    private sealed class Image
    {
        public float[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }

    private sealed class ByteImage
    {
        public byte[] Features { get; set; } = [];

        [KeyType(3)]
        public uint Label { get; set; }
    }
}
