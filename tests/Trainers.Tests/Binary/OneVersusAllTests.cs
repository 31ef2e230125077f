using Microsoft.ML;
using Microsoft.ML.Data;
using Layers = MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Binary;

/// <summary>ML.NET's OneVersusAll around binary networks: a model of ML.NET's, with networks of ours inside.</summary>
[TestClass]
public sealed class OneVersusAllTests
{
    private readonly MLContext _context = new(seed: 1);

    private static MlpBinaryTrainer.Options Options => new() { HiddenLayers = [8], NumberOfEpochs = 15, BatchSize = 16, Seed = 7, LearningRate = 0.02, Members = 1 };

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void ItsScoresAreThoseOfTheNetworks_AlsoAfterLoading(bool useProbabilities)
    {
        var data = Blobs.Load(_context);
        var trainer = _context.BinaryClassification.Trainers.Mlp(Options);
        var model = _context.MulticlassClassification.Trainers.OneVersusAll(trainer, useProbabilities: useProbabilities).Fit(data);
        float[][] scores = [.. model.Transform(data).GetColumn<float[]>("Score")];
        float[][] networks = [.. Blobs.Classes.Select(name => Answers(trainer, name).GetColumn<float>(useProbabilities ? "Probability" : "Score").ToArray())];
        for (int row = 0; row < scores.Length; row++)
        {
            float sum = useProbabilities ? networks.Sum(network => network[row]) : 1;
            for (int kind = 0; kind < networks.Length; kind++)
            {
                Assert.AreEqual(networks[kind][row] / sum, scores[row][kind], 1e-6f * Math.Max(1, Math.Abs(scores[row][kind])));
            }
        }

        var metrics = _context.MulticlassClassification.Evaluate(model.Transform(Blobs.Load(_context, seed: 2)));
        Assert.IsGreaterThan(0.95, metrics.MicroAccuracy);

        using var file = new MemoryStream();
        _context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        var fresh = new MLContext();
        var loaded = fresh.Model.Load(file, out _);
        float[][] again = [.. loaded.Transform(data).GetColumn<float[]>("Score")];
        CollectionAssert.AreEqual(scores.SelectMany(row => row).ToArray(), again.SelectMany(row => row).ToArray());
        using var engine = fresh.Model.CreatePredictionEngine<BlobRow, BlobPrediction>(loaded);
        CollectionAssert.AreEqual(scores[5], engine.Predict(Blobs.Rows()[5]).Score);
    }

    [TestMethod]
    public void ItIsCrossValidated_AndTellsWhichFeaturesMatter()
    {
        var data = Blobs.Load(_context);
        var estimator = _context.MulticlassClassification.Trainers.OneVersusAll(_context.BinaryClassification.Trainers.Mlp(Options));
        var folds = _context.MulticlassClassification.CrossValidate(data, estimator, numberOfFolds: 3);
        Assert.IsGreaterThan(0.95, folds.Average(fold => fold.Metrics.MicroAccuracy));
        Assert.IsLessThan(0.5, folds.Average(fold => fold.Metrics.LogLoss));
        var model = estimator.Fit(data);
        var importance = _context.MulticlassClassification.PermutationFeatureImportance(model, model.Transform(data));
        Assert.HasCount(Blobs.Width, importance);
        Assert.IsLessThan(0, importance.Min(metrics => metrics.MicroAccuracy.Mean));
    }

    [TestMethod]
    public void ConvolutionalNetworksGoIn_AndTheChainIsSaved()
    {
        var rows = Blobs.Load(_context, 90);
        var trainer = _context.BinaryClassification.Trainers.Cnn(new CnnBinaryTrainer.Options { InputShape = new ImageShape(1, 2, 2), Layers = [Layers.Conv2D(4, 2), Layers.ReLU(), Layers.Flatten()], NumberOfEpochs = 20, LearningRate = 0.02, Members = 1, Augmentation = Kernels.ImageAugmentation.None });
        var chain = _context.Transforms.CopyColumns("Copy", "Features").Append(_context.MulticlassClassification.Trainers.OneVersusAll(trainer)).Append(_context.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
        var model = chain.Fit(rows);
        string[] answers = [.. model.Transform(rows).GetColumn<string>("Answer")];
        CollectionAssert.IsSubsetOf(answers.Distinct().ToArray(), Blobs.Classes);
        using var folder = new TemporaryFolder();
        _context.Model.SaveAtomically(model, rows.Schema, folder["m.zip"]);
        CollectionAssert.AreEqual(answers, new MLContext().Model.Load(folder["m.zip"], out _).Transform(rows).GetColumn<string>("Answer").ToArray());
    }

    [TestMethod]
    public void WhatCanNotWorkIsRefusedBeforeARowIsRead()
    {
        var trainers = _context.MulticlassClassification.Trainers;
        Assert.Contains("'Kind'", Assert.ThrowsExactly<ArgumentException>(() => trainers.OneVersusAll(_context.BinaryClassification.Trainers.Mlp(Options), labelColumnName: "Kind")).Message);
        Assert.Contains("ValidationSet", Assert.ThrowsExactly<ArgumentException>(() => trainers.OneVersusAll(_context.BinaryClassification.Trainers.Mlp(Options with { ValidationSet = Blobs.Load(_context) }))).Message);
        var bytes = _context.Data.LoadFromEnumerable(new[] { new ByteRow { Label = 1, Features = [1, 2] } });
        Assert.Contains("ConvertType", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => trainers.OneVersusAll(_context.BinaryClassification.Trainers.Mlp(Options)).Fit(bytes)).Message);
    }

    [TestMethod]
    public void ALabelThatIsNoKeyIsToldWithItsMend()
    {
        var trainers = _context.MulticlassClassification.Trainers;
        var rows = Blobs.Load(_context);
        var text = _context.Data.LoadFromEnumerable(Blobs.Rows().Select(row => new TextRow { Label = row.Species, Features = row.Features }).ToList());
        var number = _context.Data.LoadFromEnumerable(Blobs.Rows().Select(row => new NumberRow { Label = Array.IndexOf(Blobs.Classes, row.Species), Features = row.Features }).ToList());
        var missing = _context.Transforms.DropColumns("Label").Fit(rows).Transform(rows);
        foreach (var (name, estimator) in new (string, IEstimator<ITransformer>)[]
        {
            ("OneVersusAll", trainers.OneVersusAll(_context.BinaryClassification.Trainers.Mlp(Options))),
            ("PairwiseCoupling", trainers.PairwiseCoupling(_context.BinaryClassification.Trainers.Mlp(Options))),
        })
        {
            foreach (var data in new[] { text, number, missing })
            {
                foreach (Action act in new Action[] { () => estimator.Fit(data), () => _context.Transforms.CopyColumns("Copy", "Features").Append(estimator).Fit(data) })
                {
                    string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(act).Message;
                    Assert.Contains(name, message);
                    Assert.Contains("mlContext.Transforms.Conversion.MapValueToKey(\"Label\"", message);
                }
            }
        }
    }

    /// <summary>The network that tells one class from all others.</summary>
    private IDataView Answers(MlpBinaryTrainer trainer, string name)
    {
        var rows = _context.Data.LoadFromEnumerable(Blobs.Rows().Select(row => new Answer { Label = row.Species == name, Features = row.Features }).ToList());
        return trainer.Fit(rows).Transform(rows);
    }

    private sealed class TextRow
    {
        public string Label { get; set; } = "";

        [VectorType(Blobs.Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class NumberRow
    {
        public float Label { get; set; }

        [VectorType(Blobs.Width)]
        public float[] Features { get; set; } = [];
    }

    private sealed class ByteRow
    {
        [KeyType(3)]
        public uint Label { get; set; }

        [VectorType(2)]
        public byte[] Features { get; set; } = [];
    }
}

/// <summary>A row of <see cref="Blobs"/> as one of yes or no.</summary>
internal sealed class Answer
{
    public bool Label { get; set; }

    [VectorType(Blobs.Width)]
    public float[] Features { get; set; } = [];
}
