using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Cnn;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Binary;

[TestClass]
public sealed class BinaryTrainerTests
{
    private readonly MLContext _context = new(seed: 1);

    private static MlpBinaryTrainer.Options Quick(Action<MlpBinaryTrainer.Options>? change = null)
    {
        var options = new MlpBinaryTrainer.Options { HiddenLayers = [16], NumberOfEpochs = 60, BatchSize = 16, Seed = 7, Optimizer = new Adam { LearningRate = 0.02 } };
        change?.Invoke(options);
        return options;
    }

    [TestMethod]
    public void SeparatesWhatNoPlaneDoes()
    {
        var model = _context.BinaryClassification.Trainers.Mlp(Quick()).Fit(Rings.Load(_context, 400));
        var metrics = _context.BinaryClassification.Evaluate(model.Transform(Rings.Load(_context, 400, seed: 2)));
        Assert.IsGreaterThan(0.85, metrics.Accuracy);
        Assert.IsGreaterThan(0.95, metrics.AreaUnderRocCurve);
        Assert.IsLessThan(0.45, metrics.LogLoss);
    }

    /// <summary>With nothing set, as a user begins.</summary>
    [TestMethod]
    public void ChoosesEverythingByTheRows()
    {
        var messages = new List<string>();
        _context.Log += (_, e) => messages.Add(e.Message);
        var model = _context.BinaryClassification.Trainers.Mlp().Fit(Rings.Load(_context, 200));
        var metrics = _context.BinaryClassification.Evaluate(model.Transform(Rings.Load(_context, 400, seed: 2)));
        Assert.IsGreaterThan(0.95, metrics.AreaUnderRocCurve);
        Assert.IsLessThan(0.45, metrics.LogLoss);
        Assert.Contains(message => message.Contains("By 200 rows that were held out: slope ", StringComparison.Ordinal), messages);
        Assert.AreNotEqual(PlattScaling.None, model.Model.Calibration);
    }

    [TestMethod]
    public void ScoreProbabilityAndPredictionAgree()
    {
        var model = _context.BinaryClassification.Trainers.Mlp(Quick(o => (o.NumberOfEpochs, o.Threshold) = (5, 0.8))).Fit(Rings.Load(_context));
        Assert.AreEqual(0.8, model.Model.Threshold, 1e-6);
        var scored = _context.Data.CreateEnumerable<RingPrediction>(model.Transform(Rings.Load(_context, 200, seed: 2)), reuseRowObject: false).ToList();
        foreach (var row in scored)
        {
            Assert.AreEqual(1 / (1 + Math.Exp(-row.Score - Math.Log(4))), row.Probability, 1e-6);
            Assert.AreEqual(row.Score > 0, row.PredictedLabel);
            Assert.AreEqual(row.Probability > 0.8f, row.PredictedLabel);
        }

        Assert.IsTrue(scored.Exists(row => row.PredictedLabel) && scored.Exists(row => !row.PredictedLabel && row.Probability > 0.5));
    }

    [TestMethod]
    public void ALabelThatIsNoBooleanIsRefusedWithTheMend()
    {
        var data = Surface.Load(_context, 20);
        string message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Trainers.Mlp().Fit(data)).Message;
        Assert.StartsWith("MlpBinaryTrainer needs Boolean as its label column 'Label', but the column is a single value of type Single.", message);
        Assert.Contains("mlContext.Transforms.Conversion.ConvertType(\"Label\", outputKind: DataKind.Boolean)", message);
        message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Trainers.Mlp("Species").Fit(Blobs.Load(_context, 9))).Message;
        Assert.Contains("mlContext.Transforms.Conversion.MapValue(\"Species\"", message);
        message = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.BinaryClassification.Trainers.Mlp().Fit(Blobs.Load(_context, 9))).Message;
        Assert.Contains("mlContext.MulticlassClassification", message);
    }

    /// <summary>Weights for balance move the network's output, and calibration takes that back: the mean probability is the share of true.</summary>
    [TestMethod]
    public void ProbabilitiesAreThoseOfTheRowsAlsoWithClassWeights()
    {
        var rows = Rings.Rows(600, radius: 0.3);
        var data = _context.Data.LoadFromEnumerable(rows);
        double share = rows.Average(row => row.Label ? 1.0 : 0);
        Assert.IsLessThan(0.15, share);
        double plain = Mean(o => { });
        double calibrated = Mean(o => o.ClassWeights = ClassWeights.Balanced);
        double raw = Mean(o => (o.ClassWeights, o.Calibrate) = (ClassWeights.Balanced, false));
        Assert.AreEqual(share, plain, 0.03);
        Assert.AreEqual(share, calibrated, 0.03);
        Assert.IsGreaterThan(share + 0.05, raw);

        double Mean(Action<MlpBinaryTrainer.Options> change)
        {
            var model = new MlpBinaryTrainer(_context, Quick(o => { o.NumberOfEpochs = 12; o.Members = 4; change(o); })).Fit(data);
            return model.Transform(data).GetColumn<float>("Probability").Average();
        }
    }

    [TestMethod]
    public void AThresholdCanBeChosenForF1()
    {
        var data = _context.Data.LoadFromEnumerable(Rings.Rows(600, radius: 0.4, noise: 0.4));
        var test = _context.Data.LoadFromEnumerable(Rings.Rows(600, seed: 2, radius: 0.4, noise: 0.4));
        double F1(DecisionThreshold threshold) => _context.BinaryClassification.Evaluate(
            new MlpBinaryTrainer(_context, Quick(o => (o.NumberOfEpochs, o.Members, o.Threshold) = (12, 4, threshold))).Fit(data).Transform(test)).F1Score;
        Assert.IsGreaterThan(F1(0.5) + 0.02, F1(DecisionThreshold.BestF1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => DecisionThreshold.Of(1));
    }

    [TestMethod]
    public void AThresholdThatNothingChoosesIsToldOf()
    {
        var warnings = Log.Warnings(_context);
        var model = new MlpBinaryTrainer(_context, Quick(o => (o.NumberOfEpochs, o.Threshold) = (1, DecisionThreshold.BestF1))).Fit(Rings.Load(_context, 40));
        Assert.AreEqual(0.5, model.Model.Threshold);
        Assert.Contains(message => message.Contains("it is 0.5. Give a ValidationSet", StringComparison.Ordinal), warnings);
    }

    /// <summary>Without rows to calibrate by, and where it is not wanted, outputs are taken as they are.</summary>
    [TestMethod]
    public void RowsAreHeldOutWhereThereAreEnough()
    {
        Assert.AreEqual(PlattScaling.None, Calibration(60));
        Assert.AreNotEqual(PlattScaling.None, Calibration(100));
        Assert.AreEqual(PlattScaling.None, Calibration(100, o => o.Calibrate = false));
        Assert.AreNotEqual(PlattScaling.None, Calibration(60, o => o.ValidationFraction = 0.25));
        Assert.AreNotEqual(PlattScaling.None, Calibration(60, o => o.ValidationSet = Rings.Load(_context, 30, seed: 3)));

        PlattScaling Calibration(int rows, Action<MlpBinaryTrainer.Options>? change = null) =>
            new MlpBinaryTrainer(_context, Quick(o => { o.NumberOfEpochs = 5; change?.Invoke(o); })).Fit(Rings.Load(_context, rows)).Model.Calibration;
    }

    [TestMethod]
    public void RowsOfOneAnswerAreWarnedOf()
    {
        var warnings = Log.Warnings(_context);
        var rows = Rings.Rows(60);
        rows.ForEach(row => row.Label = false);
        var data = _context.Data.LoadFromEnumerable(rows);
        var model = new MlpBinaryTrainer(_context, Quick()).Fit(data);
        Assert.Contains(message => message.Contains("All 60 training rows have the label false in 'Label'", StringComparison.Ordinal), warnings);
        Assert.IsTrue(model.Transform(data).GetColumn<float>("Probability").All(p => p < 0.2));
    }

    [TestMethod]
    public void ALossOfClassesIsRefused() =>
        Assert.Contains("new BinaryCrossEntropy()", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new MlpBinaryTrainer(_context, Quick(o => o.Loss = new SoftmaxCrossEntropy()))).Message);

    [TestMethod]
    public void GoesOnTrainingAModelAndKeepsItsCalibration()
    {
        var data = Rings.Load(_context);
        var first = new MlpBinaryTrainer(_context, Quick(o => o.NumberOfEpochs = 5)).Fit(data);
        var second = new MlpBinaryTrainer(_context, Quick(o => o.NumberOfEpochs = 1)).Fit(data, first.Model);
        Assert.IsLessThan(first.Model.History.Epochs[^1].TrainingLoss, second.Model.History.Epochs[0].TrainingLoss);
        Assert.AreEqual(first.Model.Calibration, second.Model.Calibration);

        // Also a fit that starts from it, with a head that stays and too few rows to hold some out.
        var few = Rings.Load(_context, 60);
        MlpBinaryTrainer.Options Start(bool? newHead) => new() { StartFrom = first, NewHead = newHead, NumberOfEpochs = 1, LearningRate = 1e-9 };
        Assert.AreNotEqual(PlattScaling.None, first.Model.Calibration);
        Assert.AreEqual(first.Model.Calibration, new MlpBinaryTrainer(_context, Start(newHead: null)).Fit(few).Model.Calibration);
        Assert.AreEqual(PlattScaling.None, new MlpBinaryTrainer(_context, Start(newHead: true)).Fit(few).Model.Calibration);
    }

    [TestMethod]
    public void AnyNumberOfThreadsGivesTheSameScores()
    {
        var data = Rings.Load(_context, 120);
        float[] Scores(int threads) => EstimatorContract.Scores(new MlpBinaryTrainer(_context, Quick(o => (o.NumberOfThreads, o.Members, o.NumberOfEpochs) = (threads, 4, 4))).Fit(data), data);
        CollectionAssert.AreEqual(Scores(1), Scores(3));
    }

    [TestMethod]
    public void SeesWhatImagesShow()
    {
        var options = new CnnBinaryTrainer.Options { Layers = [Conv2D(8, 3), ReLU(), MaxPool(2)], NumberOfEpochs = 20, Seed = 3, ClassWeights = ClassWeights.Of(1, 2) };
        var model = _context.BinaryClassification.Trainers.Cnn(options).Fit(Strokes.LoadAnswers(_context, 300));
        Assert.IsGreaterThan(0.9, _context.BinaryClassification.Evaluate(model.Transform(Strokes.LoadAnswers(_context, 300, seed: 2))).AreaUnderRocCurve);
        Assert.AreNotEqual(PlattScaling.None, model.Model.Calibration);
        string message = Assert.ThrowsExactly<ArgumentException>(() => new CnnBinaryTrainer(_context, options with { Layers = [Flatten(), Dense(3)] }).Fit(Strokes.LoadAnswers(_context, 9))).Message;
        Assert.StartsWith("CnnBinaryTrainer can't make a network", message);
        Assert.Contains("but there is 1 output.", message);
    }
}
