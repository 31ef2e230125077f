using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Perceptrons of which nothing is said.</summary>
[TestClass]
public sealed class MlpDefaultsTests
{
    private readonly MLContext _context = new(seed: 1);

    /// <summary>Nobody scales the features, whose units differ by a factor of thousands.</summary>
    [TestMethod]
    [DataRow("iris", 0.9)]
    [DataRow("wine", 0.95)]
    [DataRow("cancer", 0.94)]
    public void ClassesOfRawFeaturesAreLearned(string table, double least)
    {
        var (training, test) = RealTable.Load(_context, table, isClass: true);
        var model = _context.MulticlassClassification.Trainers.Mlp().Fit(training);
        Assert.IsGreaterThan(least, _context.MulticlassClassification.Evaluate(model.Transform(test)).MicroAccuracy);
    }

    [TestMethod]
    public void NumbersOfRawFeaturesAreLearned()
    {
        var (training, test) = RealTable.Load(_context, "diabetes", isClass: false);
        var model = _context.Regression.Trainers.Mlp().Fit(training);
        Assert.IsGreaterThan(0.35, _context.Regression.Evaluate(model.Transform(test)).RSquared);
    }

    /// <summary>Powers of two round nothing. Features whose spreads are far apart are scaled each by its own, those near each other by one: here it is the former before and after.</summary>
    [TestMethod]
    public void UnitsOfFeaturesMakeNoDifference()
    {
        float[] Scores(Func<float[], float[]>? change)
        {
            var (training, test) = RealTable.Load(new MLContext(seed: 1), "wine", isClass: true, change);
            return EstimatorContract.Scores(new MLContext(seed: 1).MulticlassClassification.Trainers.Mlp().Fit(training), test);
        }

        CollectionAssert.AreEqual(Scores(null), Scores(row => [.. row.Select((x, j) => x * (j % 2 == 0 ? 1024 : 1f / 4096))]));
    }

    [TestMethod]
    public void ThreadsMakeNoDifference()
    {
        var (training, test) = RealTable.Load(_context, "diabetes", isClass: false);
        float[] Scores(int threads) => EstimatorContract.Scores(new MlpRegressionTrainer(_context, new MlpRegressionTrainer.Options { NumberOfThreads = threads, Seed = 3 }).Fit(training), test);
        float[] one = Scores(1);
        CollectionAssert.AreEqual(one, Scores(2));
        CollectionAssert.AreEqual(one, Scores(5));
    }

    /// <summary>What is told can be given as options, and trains the same model.</summary>
    [TestMethod]
    public void ChoicesAreTold()
    {
        var messages = new List<string>();
        _context.Log += (_, e) => messages.Add(e.RawMessage);
        var (training, test) = RealTable.Load(_context, "iris", isClass: true);
        float[] scores = EstimatorContract.Scores(_context.MulticlassClassification.Trainers.Mlp(new MlpTrainer.Options { Seed = 7 }).Fit(training), test);

        string told = messages.First(message => message.StartsWith("Chosen for 113 rows: ", StringComparison.Ordinal));
        Assert.Contains("HiddenLayers = [64, 64], Dropout = 0,", told);
        Assert.Contains("Members = 4", told);
        Assert.Contains("By cross-validation, whose losses are", told);
        var copy = new MlpTrainer.Options
        {
            Seed = 7,
            HiddenLayers = [64, 64],
            Dropout = Number(told, "Dropout"),
            BatchSize = (int)Number(told, "BatchSize"),
            Optimizer = new AdamW { WeightDecay = Number(told, "WeightDecay") },
            LearningRate = Number(told, "LearningRate"),
            NumberOfEpochs = (int)Number(told, "NumberOfEpochs"),
            Members = 4,
        };
        CollectionAssert.AreEqual(scores, EstimatorContract.Scores(_context.MulticlassClassification.Trainers.Mlp(copy).Fit(training), test));
    }

    /// <summary>A number that stands for "missing", as 999999999, is beyond all proportion to the feature; the other rows keep theirs.</summary>
    [TestMethod]
    [DataRow(1e5f)]
    [DataRow(1e9f)]
    public void OneValueOutOfAllProportionLeavesAFeatureItsScale(float value)
    {
        var random = new Random(1);
        Cells[] rows = [.. Enumerable.Range(0, 300).Select(_ => { float x = random.NextSingle(), y = random.NextSingle(); return new Cells { Features = [x, y], Label = x + (2 * y) }; })];
        var clean = _context.Data.LoadFromEnumerable(rows.Select(row => new Cells { Features = [.. row.Features], Label = row.Label }).ToArray());
        rows[7].Features[1] = value;
        var model = _context.Regression.Trainers.Mlp().Fit(_context.Data.LoadFromEnumerable(rows));
        Assert.IsGreaterThan(0.9, _context.Regression.Evaluate(model.Transform(clean)).RSquared);
    }

    /// <summary>Of a large table it is the best epoch that is kept; a copy of what is told keeps the same.</summary>
    [TestMethod]
    public void ChoicesForALargeTableAreTold()
    {
        var messages = new List<string>();
        _context.Log += (_, e) => messages.Add(e.RawMessage);
        var random = new Random(1);
        var data = _context.Data.LoadFromEnumerable(Enumerable.Range(0, 4100).Select(_ => { float x = random.NextSingle(), y = random.NextSingle(); return new Cells { Features = [x, y], Label = (x * y) + random.NextSingle() }; }).ToArray());
        float[] scores = EstimatorContract.Scores(_context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { Seed = 7 }).Fit(data), data);

        string told = messages.First(message => message.StartsWith("Chosen for 4,100 rows: ", StringComparison.Ordinal));
        Assert.Contains("EarlyStopping = new EarlyStopping { Patience = ", told);
        var copy = new MlpRegressionTrainer.Options
        {
            Seed = 7,
            HiddenLayers = [256, 128],
            Dropout = Number(told, "Dropout"),
            BatchSize = (int)Number(told, "BatchSize"),
            Optimizer = new AdamW { WeightDecay = Number(told, "WeightDecay") },
            LearningRate = Number(told, "LearningRate"),
            NumberOfEpochs = (int)Number(told, "NumberOfEpochs"),
            ValidationFraction = Number(told, "ValidationFraction"),
            EarlyStopping = new EarlyStopping { Patience = (int)Number(told, "Patience") },
        };
        CollectionAssert.AreEqual(scores, EstimatorContract.Scores(_context.Regression.Trainers.Mlp(copy).Fit(data), data));
    }

    [TestMethod]
    public void AModelOfMembersIsSavedAndGoesOnTraining()
    {
        var (training, test) = RealTable.Load(_context, "diabetes", isClass: false);
        var model = _context.Regression.Trainers.Mlp().Fit(training);
        Assert.IsInstanceOfType<Ensemble>(model.Model.Definition.Layers[^1]);
        using var file = new MemoryStream();
        _context.Model.Save(model, training.Schema, file);
        file.Position = 0;
        CollectionAssert.AreEqual(EstimatorContract.Scores(model, test), EstimatorContract.Scores(_context.Model.Load(file, out _), test));

        var more = new MlpRegressionTrainer(_context, new MlpRegressionTrainer.Options { NumberOfEpochs = 3, LearningRate = 1e-4 }).Fit(training, model.Model);
        Assert.AreEqual(model.Model.Definition, more.Model.Definition);
        Assert.HasCount(3, more.Model.History.Epochs);
        Assert.IsLessThan(2 * model.Model.History.Epochs[^1].TrainingLoss, more.Model.History.Epochs[0].TrainingLoss);

        var error = Assert.ThrowsExactly<ArgumentException>(() => new MlpRegressionTrainer(_context, new MlpRegressionTrainer.Options { Members = 2 }).Fit(training, model.Model));
        Assert.Contains("it has 4 members; the trainer asks for 2", error.Message);
    }

    /// <summary>In silence the other scaling would count for nothing.</summary>
    [TestMethod]
    [DataRow(FeatureScaling.Auto, FeatureScaling.None, "was trained with FeatureScaling = Robust; the trainer asks for None")]
    [DataRow(FeatureScaling.Auto, FeatureScaling.Standard, "Robust; the trainer asks for Standard")]
    [DataRow(FeatureScaling.Standard, FeatureScaling.Robust, "Standard; the trainer asks for Robust")]
    [DataRow(FeatureScaling.None, FeatureScaling.Standard, "None; the trainer asks for Standard")]
    [DataRow(FeatureScaling.None, FeatureScaling.None, null)]
    [DataRow(FeatureScaling.None, FeatureScaling.Auto, null)]
    [DataRow(FeatureScaling.Standard, FeatureScaling.Auto, null)]
    [DataRow(FeatureScaling.Auto, FeatureScaling.Robust, null)]
    public void GoingOnWithAnotherScalingIsRefused(FeatureScaling first, FeatureScaling then, string? expected)
    {
        var (training, _) = RealTable.Load(_context, "iris", isClass: true);
        var options = new MlpTrainer.Options { NumberOfEpochs = 1, HiddenLayers = [4], FeatureScaling = first };
        var model = new MlpTrainer(_context, options).Fit(training).Model;
        var trainer = new MlpTrainer(_context, options with { FeatureScaling = then });
        if (expected is null)
        {
            Assert.AreEqual(model.Definition, trainer.Fit(training, model).Model.Definition);
        }
        else
        {
            Assert.Contains(expected, Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(training, model)).Message);
        }
    }

    /// <summary>The mean of the members, epoch by epoch, once each.</summary>
    [TestMethod]
    public void EpochsOfMembersAreToldOnce()
    {
        var epochs = new List<EpochRecord>();
        var model = new MlpTrainer(_context, new MlpTrainer.Options { Members = 3, NumberOfEpochs = 5, OnEpoch = epochs.Add }).Fit(Blobs.Load(_context));
        CollectionAssert.AreEqual(new[] { 1, 2, 3, 4, 5 }, epochs.ConvertAll(epoch => epoch.Epoch));
        CollectionAssert.AreEqual(epochs, model.Model.History.Epochs.ToArray());
        Assert.IsTrue(epochs.TrueForAll(epoch => double.IsFinite(epoch.ValidationLoss)));
    }

    /// <summary>Rows that are given for it choose in place of the folds.</summary>
    [TestMethod]
    public void ValidationRowsChoose()
    {
        var messages = new List<string>();
        _context.Log += (_, e) => messages.Add(e.RawMessage);
        var model = new MlpTrainer(_context, new MlpTrainer.Options { ValidationFraction = 0.25 }).Fit(Blobs.Load(_context));
        Assert.IsTrue(messages.Exists(message => message.Contains("By the validation rows", StringComparison.Ordinal)));
        Assert.AreEqual(4, ((Ensemble)model.Model.Definition.Layers[^1]).Members);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    [DataRow(33)]
    public void AnyNumberOfRowsIsTrainedOn(int rows)
    {
        var data = Blobs.Load(_context, Blobs.Rows(60));
        data = _context.Data.TakeRows(data, rows);
        var scores = EstimatorContract.Scores(_context.MulticlassClassification.Trainers.Mlp().Fit(data), data);
        Assert.IsTrue(scores.All(float.IsFinite));
    }

    /// <summary>Constant features, one of two values, one with an outlier, and numbers near the ends of what a Single holds; scoring meets values that training never saw.</summary>
    [TestMethod]
    public void StrangeFeaturesGiveScoresThatAreNumbers()
    {
        static float[] Strange(BlobRow row, int i) => [7, i % 9 == 0 ? 1 : 0, i == 4 ? 1e30f : row.Features[0], 1e-38f * row.Features[1], 1e38f * (row.Features[2] > 0.5 ? 1 : -1), row.Features[0], row.Features[1], row.Features[2], row.Features[3]];
        var schema = SchemaDefinition.Create(typeof(BlobRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 9);
        IDataView Load(IEnumerable<BlobRow> rows)
        {
            var data = _context.Data.LoadFromEnumerable(rows, schema);
            return _context.Transforms.Conversion.MapValueToKey("Label", "Species").Fit(data).Transform(data);
        }

        var rows = Blobs.Rows(200).Select((row, i) => new BlobRow { Species = row.Species, Features = Strange(row, i) }).ToArray();
        var data = Load(rows);
        var model = _context.MulticlassClassification.Trainers.Mlp().Fit(data);
        Assert.IsGreaterThan(0.9, _context.MulticlassClassification.Evaluate(model.Transform(data)).MicroAccuracy);
        var odd = Load(rows.Select(row => new BlobRow { Species = row.Species, Features = [float.MaxValue, -1e38f, float.MaxValue, 1, 1, 1e20f, -1e20f, 0, 3] }));
        Assert.IsTrue(EstimatorContract.Scores(model, odd).All(float.IsFinite));
    }

    [TestMethod]
    public void NothingIsScaledWhereNoneIsAskedFor()
    {
        var model = new MlpTrainer(_context, new MlpTrainer.Options { FeatureScaling = FeatureScaling.None, NumberOfEpochs = 1 }).Fit(Blobs.Load(_context));
        Assert.IsInstanceOfType<Dense>(model.Model.Definition.Layers[0]);
        var standard = new MlpTrainer(_context, new MlpTrainer.Options { FeatureScaling = FeatureScaling.Standard, NumberOfEpochs = 1 }).Fit(Blobs.Load(_context));
        CollectionAssert.AreEqual(new[] { "normalization", "dense" }, standard.Model.Definition.Layers.Select(layer => layer.Name).Take(2).ToArray());
        var robust = new MlpTrainer(_context, new MlpTrainer.Options { NumberOfEpochs = 1 }).Fit(Blobs.Load(_context));
        CollectionAssert.AreEqual(new[] { "normalization", "activation", "dense" }, robust.Model.Definition.Layers.Select(layer => layer.Name).Take(3).ToArray());
    }

    [TestMethod]
    [DataRow(CancellationBehavior.Throw)]
    [DataRow(CancellationBehavior.ReturnBest)]
    public void MembersEndWhenTheyAreCancelled(CancellationBehavior behavior)
    {
        using var source = new CancellationTokenSource();
        var options = new MlpTrainer.Options { Members = 4, NumberOfEpochs = 1_000_000, CancellationToken = source.Token, CancellationBehavior = behavior };
        options.OnBatch = batch =>
        {
            if (batch.Epoch == 3)
            {
                source.Cancel();
            }
        };
        var trainer = new MlpTrainer(_context, options);
        var data = Blobs.Load(_context);
        var watch = Stopwatch.StartNew();
        if (behavior == CancellationBehavior.Throw)
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => trainer.Fit(data));
        }
        else
        {
            Assert.IsTrue(EstimatorContract.Scores(trainer.Fit(data), data).All(float.IsFinite));
        }

        Assert.IsLessThan(30, watch.Elapsed.TotalSeconds);
    }

    /// <summary>A rate at which every member fails is told as of a single network.</summary>
    [TestMethod]
    public void MembersThatAllDivergeAreTold()
    {
        var options = new MlpRegressionTrainer.Options { Optimizer = new Sgd(), LearningRate = 1e6, Members = 3, NumberOfEpochs = 50 };
        Assert.ThrowsExactly<DivergenceException>(() => new MlpRegressionTrainer(_context, options).Fit(Surface.Load(_context)));
    }

    private static double Number(string text, string name) =>
        double.Parse(Regex.Match(text, $@"{name} = ([-0-9.eE]+?)[,.;:]?(?:\s|$)").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);

    private sealed class Cells
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
