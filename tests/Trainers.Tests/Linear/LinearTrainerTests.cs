using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>What the three trainers of linear models share, and what each does differently.</summary>
[TestClass]
public sealed class LinearTrainerTests
{
    private static readonly Func<MLContext, Action<LinearTrainerOptions>?, LinearTrainer>[] All =
    [
        (context, change) => new GradientDescentTrainer(context, With(new GradientDescentTrainer.Options { LearningRate = 0.3 }, change)),
        (context, change) => new SgdTrainer(context, With(new SgdTrainer.Options { LearningRate = 0.02 }, change)),
        (context, change) => new MiniBatchSgdTrainer(context, With(new MiniBatchSgdTrainer.Options { LearningRate = 0.1 }, change)),
    ];

    public static IEnumerable<object[]> Kinds => [[0], [1], [2]];

    private static TOptions With<TOptions>(TOptions options, Action<LinearTrainerOptions>? change)
        where TOptions : LinearTrainerOptions
    {
        change?.Invoke(options);
        return options;
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void LearnsThePlane(int kind)
    {
        var context = new MLContext(seed: 1);
        var model = All[kind](context, null).Fit(Plane.Load(context));
        for (int j = 0; j < Plane.Width; j++)
        {
            Assert.AreEqual(Plane.Weights[j], model.Model.Weights[j], 0.02f);
        }

        Assert.AreEqual(Plane.Bias, model.Model.Bias, 0.02f);
        var metrics = context.Regression.Evaluate(model.Transform(Plane.Load(context, seed: 2)));
        Assert.IsGreaterThan(0.99, metrics.RSquared);
    }

    [TestMethod]
    public void GradientDescentGivesTheFigureOfOneWeight()
    {
        var context = new MLContext(seed: 1);
        var options = new GradientDescentTrainer.Options { FeatureScaling = FeatureScaling.None, FitIntercept = false, InitialWeights = [1], LearningRate = 0.01, NumberOfEpochs = 100 };
        var result = new GradientDescentTrainer(context, options).Fit(Plane.Doubling(context)).GetTrainingResult()!;
        Assert.AreEqual(1.9999444396553017, result.Model.Weights[0]);
        Assert.AreEqual(7.999777758621207, result.Model.Predict([4]));
        Assert.HasCount(100, result.History.Epochs);
    }

    [TestMethod]
    public void SgdGivesTheFigureOfOneWeight()
    {
        var context = new MLContext(seed: 1);
        var options = new SgdTrainer.Options { FeatureScaling = FeatureScaling.None, FitIntercept = false, InitialWeights = [1], LearningRate = 0.01, NumberOfEpochs = 100, Shuffle = false };
        var result = new SgdTrainer(context, options).Fit(Plane.Doubling(context)).GetTrainingResult()!;
        Assert.AreEqual(1.9999999999999236, result.Model.Weights[0]);
    }

    /// <summary>The data's columns are Single here, which moves the figures in their ninth digit; the engine's tests have them in double.</summary>
    [TestMethod]
    public void GradientDescentGivesTheFiguresOfTheCsv()
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromTextFile(
            Path.Combine(AppContext.BaseDirectory, "linear.csv"), [new TextLoader.Column("Features", DataKind.Single, 0, 0), new TextLoader.Column("Label", DataKind.Single, 1)], separatorChar: ',');
        var result = new GradientDescentTrainer(context, new GradientDescentTrainer.Options { FeatureScaling = FeatureScaling.None, LearningRate = 0.0001, NumberOfEpochs = 1000 }).Fit(data).GetTrainingResult()!;
        Assert.AreEqual(5565.107834, result.History.Epochs[0].TrainingLoss, 3e-5);
        Assert.AreEqual(0.0889365199, result.Model.Bias, 2e-8);
        Assert.AreEqual(1.4777440852, result.Model.Weights[0], 1e-8);
        Assert.AreEqual(112.6148101, result.FinalLoss, 1e-6);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    [DataRow(4)]
    public void ConvergesToTheClosedForm(int seed)
    {
        var context = new MLContext(seed: 1);
        var options = new GradientDescentTrainer.Options { LearningRate = 0.5, NumberOfEpochs = 10_000, GradientTolerance = 1e-12 };
        var rows = Plane.Rows(count: 10 + (60 * seed), seed: seed, noise: 0.5);
        var result = new GradientDescentTrainer(context, options).Fit(context.Data.LoadFromEnumerable(rows)).GetTrainingResult()!;
        Assert.AreEqual(StopReason.Converged, result.StopReason);

        // At the closed form the residuals are orthogonal to every feature and to the bias.
        double[] residuals = [.. rows.Select(r => result.Model.Predict([.. r.Features.Select(x => (double)x)]) - r.Label)];
        Assert.AreEqual(0, residuals.Sum(), 1e-9);
        for (int j = 0; j < Plane.Width; j++)
        {
            Assert.AreEqual(0, residuals.Select((e, i) => e * rows[i].Features[j]).Sum(), 1e-9);
        }
    }

    [TestMethod]
    public void SeedsDecideTheOrderOfRows()
    {
        var context = new MLContext(seed: 1);
        var data = Plane.Load(context, 60);
        float[] Scores(int? seed, bool shuffle, MLContext from) => EstimatorContract.Scores(
            new SgdTrainer(from, new SgdTrainer.Options { Seed = seed, Shuffle = shuffle, NumberOfEpochs = 2 }).Fit(data), data);
        CollectionAssert.AreEqual(Scores(3, true, context), Scores(3, true, context));
        CollectionAssert.AreNotEqual(Scores(3, true, context), Scores(4, true, context));
        CollectionAssert.AreEqual(Scores(3, false, context), Scores(4, false, context));
        CollectionAssert.AreEqual(Scores(null, true, new MLContext(seed: 9)), Scores(null, true, new MLContext(seed: 9)));
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void SparseRowsGiveTheModelOfDenseOnes(int kind)
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows(90);
        rows.ForEach(r => r.Features[1] = 0);
        var sparse = rows.Select(r => new SparsePlaneRow { Label = r.Label, Features = new VBuffer<float>(3, 2, [r.Features[0], r.Features[2]], [0, 2]) });
        var dense = rows.Select(r => new SparsePlaneRow { Label = r.Label, Features = new VBuffer<float>(3, r.Features) });
        double[] Weights(IEnumerable<SparsePlaneRow> r) => All[kind](context, o => (o.NumberOfEpochs, o.Seed) = (3, 1)).Fit(context.Data.LoadFromEnumerable(r)).GetTrainingResult()!.Model.Weights.ToArray();
        double[] expected = Weights(dense);
        double[] actual = Weights(sparse);
        for (int j = 0; j < 3; j++)
        {
            Assert.AreEqual(expected[j], actual[j], 1e-14);
        }

        Assert.AreEqual(0.0, actual[1]);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void GoesOnFromAModelAlsoALoadedOne(int kind)
    {
        var context = new MLContext(seed: 1);
        var data = Plane.Load(context);
        var first = All[kind](context, o => o.NumberOfEpochs = 2).Fit(data);
        using var file = new MemoryStream();
        context.Model.Save(first, data.Schema, file);
        file.Position = 0;
        var transformer = new MLContext().Model.Load(file, out _);
        var loaded = transformer as RegressionPredictionTransformer<LinearRegressionModelParameters>
            ?? ((IEnumerable<ITransformer>)transformer).OfType<RegressionPredictionTransformer<LinearRegressionModelParameters>>().Single();
        Assert.IsNull(loaded.GetTrainingResult());

        var trainer = All[kind](context, o => (o.NumberOfEpochs, o.Seed, o.RecordPath) = (1, 1, true));
        var second = trainer.Fit(data, loaded.Model);
        CollectionAssert.AreEqual(EstimatorContract.Scores(trainer.Fit(data, first.Model), data), EstimatorContract.Scores(second, data));
        Assert.AreEqual((double)first.Model.Weights[0], second.GetTrainingResult()!.Path[0].Weights[0]);
        Assert.AreNotEqual(first.Model.Weights[0], second.Model.Weights[0]);

        var wider = context.Transforms.Concatenate("Features", "Features", "Weight").Fit(data).Transform(data);
        var exception = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(wider, first.Model));
        Assert.Contains("the model has 3 weights, but 'Features' has 4 values", exception.Message);
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void ValidatesAndStopsEarly(int kind)
    {
        var context = new MLContext(seed: 1);
        var epochs = new List<EpochRecord>();
        void Change(LinearTrainerOptions o)
        {
            o.NumberOfEpochs = 5000;
            o.EarlyStopping = new EarlyStopping { Patience = 3, MinDelta = 1e-5 };
            o.OnEpoch = epochs.Add;
        }

        var validation = Plane.Load(context, seed: 2);
        var model = All[kind](context, Change).Fit(Plane.Load(context), validation);
        var result = model.GetTrainingResult()!;
        Assert.AreEqual(StopReason.EarlyStopping, result.StopReason);
        Assert.HasCount(epochs.Count, result.History.Epochs);
        double told = result.History.Epochs[result.BestEpoch - 1].ValidationMetric;
        Assert.AreEqual(context.Regression.Evaluate(model.Transform(validation)).RootMeanSquaredError, told, 1e-6);

        // The same rows as an option, and a part of the training rows.
        float[] expected = EstimatorContract.Scores(model, validation);
        var other = All[kind](context, o =>
        {
            Change(o);
            o.ValidationSet = validation;
            o.Seed = 1;
        });
        Assert.AreEqual(expected.Length, EstimatorContract.Scores(other.Fit(Plane.Load(context)), validation).Length);
        epochs.Clear();
        All[kind](context, o =>
        {
            Change(o);
            o.ValidationFraction = 0.2;
        }).Fit(Plane.Load(context));
        Assert.IsTrue(epochs.TrueForAll(e => double.IsFinite(e.ValidationLoss)));
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void TooLargeARateEndsInAnErrorThatNamesAUsableOne(int kind)
    {
        var context = new MLContext(seed: 1);
        var exception = Assert.ThrowsExactly<DivergenceException>(() => All[kind](context, o => o.LearningRate = 50).Fit(Plane.Load(context)));
        double usable = exception.SuggestedLearningRate!.Value;
        Assert.Contains(usable.ToString("G3"), exception.Message);
        var model = All[kind](context, o => o.LearningRate = usable).Fit(Plane.Load(context));
        Assert.IsGreaterThan(0.98, context.Regression.Evaluate(model.Transform(Plane.Load(context, seed: 2))).RSquared);
    }

    internal sealed class SparsePlaneRow
    {
        public float Label { get; set; }

        [VectorType(3)]
        public VBuffer<float> Features { get; set; }
    }
}
