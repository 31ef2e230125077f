using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Cnn;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A column of bytes as features of networks: the models, and all that ML.NET does with them, of the same numbers as Single.</summary>
[TestClass]
public sealed class ByteFeaturesTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void AClassifierOfBytesKeepsTheContract() => EstimatorContract.Check(Mlp, context => Bytes(context));

    [TestMethod]
    public void ARegressionOnBytesKeepsTheContract() => EstimatorContract.Check(Regression, context => Bytes(context));

    [TestMethod]
    public void AConvolutionalNetworkOfBytesKeepsTheContract() => EstimatorContract.Check(Convolution, context => Bytes(context));

    [TestMethod]
    [DataRow(nameof(Mlp))]
    [DataRow(nameof(Regression))]
    [DataRow(nameof(Convolution))]
    public void BytesTrainTheModelOfNumbers(string kind)
    {
        Func<MLContext, IEstimator<ITransformer>> create = kind switch { nameof(Mlp) => Mlp, nameof(Regression) => Regression, _ => Convolution };
        var ofBytes = create(_context).Fit(Bytes(_context));
        var ofNumbers = create(_context).Fit(Numbers(_context));
        CollectionAssert.AreEqual(((NetworkModelParameters)((dynamic)ofNumbers).Model).Weights.Flat(), ((NetworkModelParameters)((dynamic)ofBytes).Model).Weights.Flat());
        CollectionAssert.AreEqual(EstimatorContract.Scores(ofNumbers, Numbers(_context)), EstimatorContract.Scores(ofBytes, Bytes(_context)));
    }

    [TestMethod]
    public void BytesLieInEitherLayout()
    {
        var first = Convolution(_context).Fit(Bytes(_context));
        var last = Convolution(_context).Fit(Interleaved(_context));
        Assert.AreEqual(ImageLayout.ChannelsLast, last.Model.InputLayout);
        CollectionAssert.AreEqual(EstimatorContract.Scores(first, Bytes(_context)), EstimatorContract.Scores(last, Interleaved(_context)));
    }

    /// <summary>The input column of a loaded model stays a column of bytes.</summary>
    [TestMethod]
    public void ALoadedModelsPredictionEngineTakesBytes()
    {
        var data = Bytes(_context);
        var model = Convolution(_context).Fit(data);
        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var fresh = new MLContext();
        var loaded = (MulticlassNetworkTransformer)fresh.Model.Load(file, out var schema);
        Assert.AreEqual(data.Schema["Features"].Type, schema["Features"].Type);
        Assert.AreEqual(data.Schema["Features"].Type, loaded.FeatureColumnType);
        Assert.AreEqual(data.Schema["Features"].Type, loaded.GetOutputSchema(data.Schema)["Features"].Type);
        float[] scores = EstimatorContract.Scores(model, data);
        using var engine = fresh.Model.CreatePredictionEngine<ByteRow, BlobPrediction>(loaded);
        var rows = Rows();
        for (int i = 0; i < rows.Count; i++)
        {
            CollectionAssert.AreEqual(scores[(3 * i)..((3 * i) + 3)], engine.Predict(rows[i]).Score);
        }
    }

    /// <summary>A model of numbers from 0 to 1 would take pixels for huge ones, and the reverse.</summary>
    [TestMethod]
    public void AColumnOfTheOtherTypeIsNotScored()
    {
        var ofBytes = Mlp(_context).Fit(Bytes(_context));
        var ofNumbers = Mlp(_context).Fit(Numbers(_context));
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ofBytes.Transform(Numbers(_context))).Message;
        Assert.Contains($"The model needs a vector of {Strokes.Size} Byte values in 'Features', but the column is Vector<Single", message);
        message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => ofNumbers.Transform(Bytes(_context))).Message;
        Assert.Contains($"The model needs a vector of {Strokes.Size} Single values in 'Features', but the column is Vector<Byte", message);
    }

    [TestMethod]
    public void ValidationRowsMustHaveTheSameType()
    {
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Mlp(_context).Fit(Bytes(_context), Numbers(_context))).Message;
        Assert.StartsWith("MlpTrainer: the validation features 'Features' are a vector of Single, the training ones of Byte.", message);
        Mlp(_context).Fit(Bytes(_context), Bytes(_context));
    }

    /// <summary>Going on with a model, a learning rate test, and cross-validation.</summary>
    [TestMethod]
    public void TheOtherCallsTakeBytes()
    {
        var trainer = Mlp(_context);
        var model = trainer.Fit(Bytes(_context));
        CollectionAssert.AreEqual(
            EstimatorContract.Scores(trainer.Fit(Numbers(_context), model.Model), Numbers(_context)), EstimatorContract.Scores(trainer.Fit(Bytes(_context), model.Model), Bytes(_context)));
        Assert.AreEqual(trainer.FindLearningRate(Numbers(_context)).Suggestion, trainer.FindLearningRate(Bytes(_context)).Suggestion);
        Assert.HasCount(2, _context.MulticlassClassification.CrossValidate(Bytes(_context), trainer, 2));
    }

    [TestMethod]
    public void SparseBytesTrainTheModelOfSparseNumbers()
    {
        var rows = Rows();
        var numbers = Keys(_context, _context.Data.LoadFromEnumerable(rows.Select(r => new SparseNumberRow { Direction = r.Direction, Features = Sparse(r.Features, b => (float)b) })));
        var bytes = Keys(_context, _context.Data.LoadFromEnumerable(rows.Select(r => new SparseByteRow { Direction = r.Direction, Features = Sparse(r.Features, b => b) })));
        CollectionAssert.AreEqual(EstimatorContract.Scores(Mlp(_context).Fit(numbers), numbers), EstimatorContract.Scores(Mlp(_context).Fit(bytes), bytes));
    }

    private static MlpTrainer Mlp(MLContext context) => new(context, new MlpTrainer.Options { HiddenLayers = [8], NumberOfEpochs = 2, Seed = 3 });

    private static MlpRegressionTrainer Regression(MLContext context) =>
        new(context, new MlpRegressionTrainer.Options { LabelColumnName = "Number", HiddenLayers = [8], NumberOfEpochs = 2, Seed = 3 });

    private static CnnTrainer Convolution(MLContext context) => new(context, new CnnTrainer.Options { Layers = [Conv2D(3, 3), ReLU()], NumberOfEpochs = 2, Seed = 3 });

    private static List<ByteRow> Rows() => [.. Strokes.Rows(60).Select((r, i) => new ByteRow { Direction = r.Direction, Number = i % 7, Features = Array.ConvertAll(r.Features, Pixel) })];

    private static byte Pixel(float value) => (byte)Math.Clamp(100 * (value + 0.2f), 0, 255);

    private static IDataView Bytes(MLContext context) => Keys(context, context.Data.LoadFromEnumerable(Rows()));

    private static IDataView Numbers(MLContext context) => context.Transforms.Conversion.ConvertType("Features", outputKind: DataKind.Single).Fit(Bytes(context)).Transform(Bytes(context));

    private static IDataView Interleaved(MLContext context) => Keys(context, context.Data.LoadFromEnumerable(
        Strokes.Rows(60).Select((r, i) => new InterleavedByteRow { Direction = r.Direction, Number = i % 7, Features = Array.ConvertAll(Strokes.Interleaved(r.Features), Pixel) })));

    private static IDataView Keys(MLContext context, IDataView data) => Strokes.WithKeys(context, data);

    /// <summary>The pixels above the noise.</summary>
    private static VBuffer<T> Sparse<T>(byte[] pixels, Func<byte, T> convert)
    {
        int[] at = [.. Enumerable.Range(0, pixels.Length).Where(j => pixels[j] > 60)];
        return new VBuffer<T>(pixels.Length, at.Length, [.. at.Select(j => convert(pixels[j]))], at);
    }

    private sealed class ByteRow
    {
        public string Direction { get; set; } = "";

        public float Number { get; set; }

        [VectorType(Strokes.Channels, Strokes.Height, Strokes.Width)]
        public byte[] Features { get; set; } = [];
    }

    private sealed class InterleavedByteRow
    {
        public string Direction { get; set; } = "";

        public float Number { get; set; }

        [VectorType(Strokes.Height, Strokes.Width, Strokes.Channels)]
        public byte[] Features { get; set; } = [];
    }

    private sealed class SparseByteRow
    {
        public string Direction { get; set; } = "";

        [VectorType(Strokes.Size)]
        public VBuffer<byte> Features { get; set; }
    }

    private sealed class SparseNumberRow
    {
        public string Direction { get; set; } = "";

        [VectorType(Strokes.Size)]
        public VBuffer<float> Features { get; set; }
    }
}
