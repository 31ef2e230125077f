using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

[TestClass]
public sealed class MlpTrainerTests
{
    private static MlpTrainer.Options Quick(Action<MlpTrainer.Options>? change = null)
    {
        var options = Plain.Mlp with { HiddenLayers = [8], NumberOfEpochs = 15, BatchSize = 16, Seed = 7, Optimizer = new Adam { LearningRate = 0.02 } };
        change?.Invoke(options);
        return options;
    }

    [TestMethod]
    public void KeepsTheEstimatorContractWithoutKeyValues() =>
        EstimatorContract.Check(
            context => new MlpTrainer(context, Quick(o => o.NumberOfEpochs = 2)),
            context => context.Data.LoadFromEnumerable(Blobs.Rows(60).Select((r, i) => new KeyRow { Label = (uint)(i % 3), Features = r.Features })));

    [TestMethod]
    public void SeparatesTheClasses()
    {
        var context = new MLContext(seed: 1);
        var model = context.MulticlassClassification.Trainers.Mlp(Quick()).Fit(Blobs.Load(context));
        var scored = model.Transform(Blobs.Load(context, seed: 2));
        var metrics = context.MulticlassClassification.Evaluate(scored);
        Assert.IsGreaterThan(0.97, metrics.MicroAccuracy);
        Assert.IsLessThan(0.2, metrics.LogLoss);
        foreach (float[] scores in scored.GetColumn<float[]>("Score"))
        {
            Assert.AreEqual(1f, scores.Sum(), 1e-5f);
        }
    }

    [TestMethod]
    public void TellsTheClassesOfScoresAndPredictions()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var model = new MlpTrainer(context, Quick()).Fit(data);
        var schema = model.GetOutputSchema(data.Schema);
        VBuffer<ReadOnlyMemory<char>> names = default;
        schema["Score"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(Blobs.Classes, names.DenseValues().Select(n => n.ToString()).ToArray());
        schema["PredictedLabel"].GetKeyValues(ref names);
        CollectionAssert.AreEqual(Blobs.Classes, names.DenseValues().Select(n => n.ToString()).ToArray());
        CollectionAssert.AreEqual(Blobs.Classes, model.Model.ClassNames!.ToArray());
    }

    [TestMethod]
    public void TellsTheClassesAlsoForNumericLabels()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(60).Select((r, i) => new NumberRow { Year = 1990 + (i % 3), Features = r.Features });
        var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Year").Append(new MlpTrainer(context, Quick(o => o.NumberOfEpochs = 1)));
        var data = context.Data.LoadFromEnumerable(rows);
        var model = pipeline.Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        foreach (var schema in new[] { model.GetOutputSchema(data.Schema), new MLContext().Model.Load(file, out _).GetOutputSchema(data.Schema) })
        {
            VBuffer<float> years = default;
            schema["PredictedLabel"].GetKeyValues(ref years);
            CollectionAssert.AreEqual(new float[] { 1990, 1991, 1992 }, years.DenseValues().ToArray());
            VBuffer<ReadOnlyMemory<char>> names = default;
            schema["Score"].GetSlotNames(ref names);
            Assert.AreEqual("1991", names.GetItemOrDefault(1).ToString());
        }
    }

    [TestMethod]
    public void AnyNumberOfThreadsGivesTheSameWeights()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        float[] Weights(int threads) => new MlpTrainer(context, Quick(o =>
        {
            o.NumberOfThreads = threads;
            o.HiddenLayers = [64, 33];
            o.Dropout = 0.2;
            o.NumberOfEpochs = 3;
        })).Fit(data).Model.Weights.Flat();
        float[] one = Weights(1);
        CollectionAssert.AreEqual(one, Weights(2));
        CollectionAssert.AreEqual(one, Weights(3));
        CollectionAssert.AreEqual(one, Weights(20_000));
    }

    [TestMethod]
    [DataRow("byte")]
    [DataRow("ulong")]
    public void ReadsKeysOfEveryWidth(string kind)
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows(60);
        IDataView data = kind switch
        {
            "byte" => context.Data.LoadFromEnumerable(rows.Select((r, i) => new ByteKeyRow { Label = (byte)(i % 3), Features = r.Features })),
            _ => context.Data.LoadFromEnumerable(rows.Select((r, i) => new UInt64KeyRow { Label = (ulong)(i % 3), Features = r.Features })),
        };
        var expected = context.Data.LoadFromEnumerable(rows.Select((r, i) => new KeyRow { Label = (uint)(i % 3), Features = r.Features }));
        float[] Scores(IDataView d) => EstimatorContract.Scores(new MlpTrainer(context, Quick(o => o.NumberOfEpochs = 2)).Fit(d), d);
        CollectionAssert.AreEqual(Scores(expected), Scores(data));
    }

    [TestMethod]
    public void UsesAValidationSetAndStopsEarly()
    {
        var context = new MLContext(seed: 1);
        var epochs = new List<EpochRecord>();
        var trainer = new MlpTrainer(context, Quick(o =>
        {
            o.NumberOfEpochs = 200;
            o.EarlyStopping = new EarlyStopping { Patience = 3 };
            o.OnEpoch = epochs.Add;
        }));
        var model = trainer.Fit(Blobs.Load(context, 60), Blobs.Load(context, Blobs.Rows(60, 5, spread: 1.4)));
        Assert.IsLessThan(200, epochs.Count);
        Assert.HasCount(epochs.Count, model.Model.History.Epochs);
        Assert.IsTrue(epochs.TrueForAll(e => double.IsFinite(e.ValidationLoss) && e.ValidationMetric is >= 0 and <= 1));
    }

    [TestMethod]
    public void GoesOnTrainingAModel()
    {
        var context = new MLContext(seed: 1);
        var data = Blobs.Load(context);
        var first = new MlpTrainer(context, Quick(o => o.NumberOfEpochs = 5)).Fit(data);
        var second = new MlpTrainer(context, Quick(o => o.NumberOfEpochs = 1)).Fit(data, first.Model);
        Assert.IsLessThan(first.Model.History.Epochs[^1].TrainingLoss, second.Model.History.Epochs[0].TrainingLoss);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, Quick(o => o.HiddenLayers = [9])).Fit(data, first.Model));
        Assert.Contains("layers", exception.Message);
        exception = Assert.ThrowsExactly<ArgumentException>(() => new MlpTrainer(context, Quick(o => o.Activation = new Tanh())).Fit(data, first.Model));
        Assert.Contains("in its layer 1 (dense)", exception.Message);
        Assert.Contains("tanh", exception.Message);
        Assert.Contains("relu", exception.Message);
    }

    [TestMethod]
    public void ARateThatIsTooLargeEndsInAnErrorThatHelps()
    {
        var context = new MLContext(seed: 1);
        var trainer = new MlpTrainer(context, Quick(o => o.Optimizer = new Sgd { LearningRate = 1e9 }));
        var exception = Assert.ThrowsExactly<DivergenceException>(() => trainer.Fit(Blobs.Load(context)));
        Assert.Contains("learning rate", exception.Message);
    }

    [TestMethod]
    public void TellsEpochsToTheLog()
    {
        var context = new MLContext(seed: 1);
        var messages = new List<string>();
        context.Log += (_, e) => messages.Add(e.Message);
        new MlpTrainer(context, Quick(o => o.NumberOfEpochs = 3)).Fit(Blobs.Load(context));
        Assert.IsTrue(messages.Exists(m => m.Contains("MlpTrainer") && m.Contains("Epoch 3: loss ")), string.Join("\n", messages));
        Assert.HasCount(1, messages.FindAll(m => m.Contains("Kind=Info") && m.Contains("Trained 3 epochs")));
    }

    internal sealed class KeyRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    internal sealed class ByteKeyRow
    {
        [KeyType(3)]
        public byte Label { get; set; }

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    internal sealed class UInt64KeyRow
    {
        [KeyType(3)]
        public ulong Label { get; set; }

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    internal sealed class NumberRow
    {
        public float Year { get; set; }

        [VectorType(4)]
        public float[] Features { get; set; } = [];
    }

    internal sealed class SparseRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(4)]
        public VBuffer<float> Features { get; set; }
    }
}
