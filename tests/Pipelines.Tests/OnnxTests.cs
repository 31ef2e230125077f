using Microsoft.ML;

namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>A model that ML.NET's converter would leave out of the ONNX file is an error, not a file without it.</summary>
[TestClass]
public sealed class OnnxTests
{
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void ANetworkIsNotLeftOut()
    {
        var data = Data();
        AssertRefused(Context.Transforms.NormalizeMinMax("Features").Append(new MlpRegressionTrainer(Context, hiddenLayers: [4], numberOfEpochs: 1)), data, nameof(RegressionNetworkTransformer));
        AssertRefused(Context.Transforms.NormalizeMinMax("Features").Append(Context.Regression.Trainers.Polynomial(degree: 2)), data, nameof(PolynomialTransformer));
    }

    [TestMethod]
    public void NorInTheMiddleOfAPipeline()
    {
        var classes = Context.Transforms.Conversion.MapValueToKey("Label", "Kind")
            .Append(new MlpTrainer(Context, hiddenLayers: [4], numberOfEpochs: 1))
            .Append(Context.Transforms.Conversion.MapKeyToValue("Kind", "PredictedLabel"));
        AssertRefused(classes, Data(), nameof(MulticlassNetworkTransformer));
    }

    [TestMethod]
    public void NorWhenTheModelComesFromAFile()
    {
        var data = Data();
        using var file = new MemoryStream();
        Context.Model.Save(new MlpRegressionTrainer(Context, hiddenLayers: [4], numberOfEpochs: 1).Fit(data), data.Schema, file);
        file.Position = 0;
        AssertRefused(new MLContext().Model.Load(file, out _), data, nameof(RegressionNetworkTransformer));
    }

    [TestMethod]
    public void ALinearModelIsConverted()
    {
        var data = Data();
        var model = Context.Transforms.NormalizeMinMax("Features").Append(Context.Regression.Trainers.GradientDescent(learningRate: 0.1, numberOfEpochs: 5)).Fit(data);
        using var stream = new MemoryStream();
        Context.Model.ConvertToOnnx(model, data, stream);
        StringAssert.Contains(System.Text.Encoding.Latin1.GetString(stream.ToArray()), "LinearRegressor");
    }

    private static void AssertRefused(IEstimator<ITransformer> pipeline, IDataView data, string transformer) => AssertRefused(pipeline.Fit(data), data, transformer);

    private static void AssertRefused(ITransformer model, IDataView data, string transformer)
    {
        using var stream = new MemoryStream();
        string message = Assert.ThrowsExactly<NotSupportedException>(() => Context.Model.ConvertToOnnx(model, data, stream)).Message;
        StringAssert.Contains(message, transformer);
        StringAssert.Contains(message, "SaveAtomically");
        Assert.AreEqual(0, stream.Length);
    }

    private static IDataView Data()
    {
        var random = new Random(1);
        return Context.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(_ => new Row { Features = [random.NextSingle(), random.NextSingle()], Label = random.NextSingle(), Kind = $"{random.Next(3)}" }));
    }

    private sealed class Row
    {
        [Microsoft.ML.Data.VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }

        public string Kind { get; set; } = "";
    }
}
