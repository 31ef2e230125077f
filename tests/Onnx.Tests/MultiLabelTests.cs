using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Onnx.Tests;

/// <summary>Classifiers of several labels as ONNX, and convolutional networks of yes or no: in a pipeline and alone, all rows and one.</summary>
[TestClass]
public sealed class MultiLabelTests
{
    private const int Count = 60;

    private static readonly MLContext Context = new(seed: 1);
    private static readonly IDataView Rows = View();
    private static readonly IReadOnlyList<Layer> Layers = [Cnn.Conv2D(4, 3, padding: 1), Cnn.BatchNorm(), Cnn.ReLU(), Cnn.GlobalAveragePool()];

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void APerceptron(int members) =>
        CheckLabels(Context.BinaryClassification.Trainers.MlpMultiLabel(new MlpMultiLabelTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 10, Members = members }).Fit(Rows));

    [TestMethod]
    public void AConvolutionalNetwork() => CheckLabels(Context.BinaryClassification.Trainers.CnnMultiLabel(new CnnMultiLabelTrainer.Options { Layers = Layers, NumberOfEpochs = 5 }).Fit(Rows));

    [TestMethod]
    public void AConvolutionalNetworkOfYesOrNo()
    {
        var model = Context.BinaryClassification.Trainers.Cnn(new CnnBinaryTrainer.Options { LabelColumnName = "IsBright", Layers = [Cnn.Conv2D(4, 3, padding: 1), Cnn.ReLU(), Cnn.Flatten()], NumberOfEpochs = 40, LearningRate = 0.01, ValidationFraction = 0.2, Threshold = 0.4 }).Fit(Rows);
        var scored = model.Transform(Rows);
        bool[] labels = [.. scored.GetColumn<bool>("PredictedLabel")];
        Assert.HasCount(2, labels.Distinct());
        Each(model, (onnx, ending, rows) =>
        {
            CollectionAssert.AreEqual(labels[..rows], onnx.Of<bool>("PredictedLabel" + ending, Rows, rows));
            Near.Assert(Converted.Scores(scored), onnx.Of<float>("Score" + ending, Rows, rows), rows);
            Near.Assert([.. scored.GetColumn<float>("Probability")], onnx.Of<float>("Probability" + ending, Rows, rows), rows);
        });
    }

    private static void CheckLabels(ScoringTransformer<MultiLabelNetworkModelParameters> model)
    {
        var scored = model.Transform(Rows);
        bool[] labels = [.. scored.GetColumn<bool[]>("PredictedLabel").SelectMany(row => row)];
        Assert.HasCount(2, labels.Distinct());
        Each(model, (onnx, ending, rows) =>
        {
            CollectionAssert.AreEqual(labels[..(2 * rows)], onnx.Of<bool>("PredictedLabel" + ending, Rows, rows));
            Near.Assert(Converted.Scores(scored), onnx.Of<float>("Score" + ending, Rows, rows), 2 * rows);
        });
    }

    /// <summary>By ML.NET's converter and alone, all rows and the first.</summary>
    private static void Each<TModel>(ScoringTransformer<TModel> model, Action<OnnxScores, string, int> check)
        where TModel : class
    {
        using var stream = new MemoryStream();
        model.WriteOnnx(stream);
        foreach (var (file, ending) in new[] { (Converted.Onnx(Context, model, Rows), ".output"), (stream.ToArray(), "") })
        {
            using var onnx = new OnnxScores(file);
            check(onnx, ending, Count);
            check(onnx, ending, 1);
        }
    }

    /// <summary>Images of 6 × 6 that are bright or not, and striped or not.</summary>
    private static IDataView View()
    {
        var random = new Random(1);
        return Context.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(i =>
        {
            (bool bright, bool striped) = (i % 2 == 0, i % 3 == 0);
            float[] pixels = [.. Enumerable.Range(0, 36).Select(at => (bright ? 0.5f : 0) + (striped && at % 2 == 0 ? 0.4f : 0) + (0.1f * random.NextSingle()))];
            return new Image { Label = [bright ? 1 : 0, striped ? 1 : 0], IsBright = bright, Features = pixels };
        }).ToArray(), Schema());

        static SchemaDefinition Schema()
        {
            var schema = SchemaDefinition.Create(typeof(Image));
            schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 6, 6);
            return schema;
        }
    }

    private sealed class Image
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        public bool IsBright { get; set; }

        [VectorType(36)]
        public float[] Features { get; set; } = [];
    }
}
