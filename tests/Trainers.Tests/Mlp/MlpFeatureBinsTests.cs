using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Perceptrons whose features are encoded in bins.</summary>
[TestClass]
public sealed class MlpFeatureBinsTests
{
    private readonly MLContext _context = new(seed: 1);

    private static MlpRegressionTrainer.Options Quick => Plain.MlpRegression with
    {
        FeatureScaling = FeatureScaling.Auto, HiddenLayers = [8], NumberOfEpochs = 60, BatchSize = 16, Seed = 7, LearningRate = 0.01, FeatureBins = 32,
    };

    /// <summary>Stairs that go up and down, with 10 steps, which 8 units can't follow.</summary>
    [TestMethod]
    public void StairsAreLearned()
    {
        var data = Load(300, (random, features) => features[0] = 10 * random.NextSingle(), row => 7 * MathF.Floor(row[0]) % 5);
        double RSquared(int? bins) => _context.Regression.Evaluate(new MlpRegressionTrainer(_context, Quick with { FeatureBins = bins }).Fit(data).Transform(data)).RSquared;
        double without = RSquared(null);
        Assert.AreEqual(without, RSquared(0));
        Assert.IsLessThan(0.6, without);
        Assert.IsGreaterThan(0.9, RSquared(32));
    }

    /// <summary>The schema, saving and loading, scoring by several threads; one network and several.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void KeepsTheContractOfAnEstimator(int members) =>
        EstimatorContract.Check(context => new MlpTrainer(context, Plain.Mlp with { FeatureScaling = FeatureScaling.Auto, FeatureBins = 5, Members = members, NumberOfEpochs = 2, Seed = 1 }), context => Blobs.Load(context));

    /// <summary>Borders are quantiles of the rows, or the values where there are few; a feature that never changes has no bin.</summary>
    [TestMethod]
    public void BinsComeFromTheTrainingRows()
    {
        int next = 0;
        var data = Load(101, (_, features) => (features[0], features[1], features[2], next) = (next, next % 3, 5, next + 1), row => row[0]);
        var weights = new MlpRegressionTrainer(_context, Quick with { FeatureScaling = FeatureScaling.None, FeatureBins = 4, NumberOfEpochs = 1 }).Fit(data).Model.Weights;
        float[] Column(string parameter, int feature) => [.. Enumerable.Range(0, 4).Select(bin => weights[0, parameter][(bin * Width) + feature])];
        CollectionAssert.AreEqual(new float[] { 0, 25, 50, 75 }, Column(PiecewiseLinearEncoding.Start, 0));
        CollectionAssert.AreEqual(new[] { 0.04f, 0.04f, 0.04f, 0.04f }, Column(PiecewiseLinearEncoding.Scale, 0));
        CollectionAssert.AreEqual(new float[] { 0, 1, 0, 0 }, Column(PiecewiseLinearEncoding.Start, 1));
        CollectionAssert.AreEqual(new float[] { 1, 1, 0, 0 }, Column(PiecewiseLinearEncoding.Scale, 1));
        CollectionAssert.AreEqual(new float[] { 0, 0, 0, 0 }, Column(PiecewiseLinearEncoding.Scale, 2));
    }

    /// <summary>Borders lie where the layers in front of the bins put the values, tails shortened: the last bin ends at the largest one.</summary>
    [TestMethod]
    public void BinsAreThoseOfScaledValues()
    {
        int next = 0;
        var data = Load(101, (_, features) => (features[0], next) = (MathF.Exp(next / 10f), next + 1), row => row[0]);
        var weights = new MlpRegressionTrainer(_context, Quick with { FeatureBins = 4, NumberOfEpochs = 1 }).Fit(data).Model.Weights;
        double scaled = (Math.Exp(10) - weights[0, Normalization.Mean][0]) * weights[0, Normalization.Scale][0];
        int last = 3 * Width;
        double end = weights[2, PiecewiseLinearEncoding.Start][last] + (1 / weights[2, PiecewiseLinearEncoding.Scale][last]);
        Assert.AreEqual(3 * Math.Asinh(scaled / 3), end, 1e-3);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    public void TrainingGoesOnWithTheModelsBins(int members)
    {
        var data = Load(120, (random, features) => features[0] = random.NextSingle(), row => row[0]);
        var other = Load(120, (random, features) => features[0] = 7 + (3 * random.NextSingle()), row => row[0]);
        var options = Quick with { FeatureBins = 6, Members = members, NumberOfEpochs = 10 };
        var first = new MlpRegressionTrainer(_context, options).Fit(data);
        var more = new MlpRegressionTrainer(_context, options with { FeatureBins = null, NumberOfEpochs = 1, LearningRate = 1e-12 }).Fit(other, first.Model);
        Assert.AreEqual(first.Model.Definition, more.Model.Definition);
        Assert.AreEqual(new PiecewiseLinearEncoding(6), more.Model.Definition.Layers[2]);
        CollectionAssert.AreEqual(first.Model.Weights[2, PiecewiseLinearEncoding.Start].ToArray(), more.Model.Weights[2, PiecewiseLinearEncoding.Start].ToArray());
        float[] before = EstimatorContract.Scores(first, data);
        float[] after = EstimatorContract.Scores(more, data);
        Assert.IsLessThan(1e-3, before.Zip(after, (a, b) => Math.Abs(a - b)).Max());

        Assert.AreEqual(first.Model.Definition, new MlpRegressionTrainer(_context, options with { NumberOfEpochs = 1 }).Fit(data, first.Model).Model.Definition, "the same number of bins");
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MlpRegressionTrainer(_context, options with { FeatureBins = 4 }).Fit(data, first.Model));
        Assert.Contains("it encodes features in 6 bins; the trainer asks for 4. Leave FeatureBins open", error.Message);
    }

    /// <summary>Batches that are large enough for several threads.</summary>
    [TestMethod]
    public void ThreadsMakeNoDifference()
    {
        var data = Load(600, (random, features) => (features[0], features[1], features[2]) = (random.NextSingle(), random.NextSingle(), random.NextSingle()), row => row[0]);
        float[] Scores(int threads) => EstimatorContract.Scores(new MlpRegressionTrainer(_context, Quick with { FeatureBins = 64, BatchSize = 300, NumberOfEpochs = 3, NumberOfThreads = threads }).Fit(data), data);
        float[] one = Scores(1);
        CollectionAssert.AreEqual(one, Scores(2));
        CollectionAssert.AreEqual(one, Scores(5));
    }

    /// <summary>Constants, two values, outliers, and numbers near the ends of what a Single holds; scoring meets values that training never saw.</summary>
    [TestMethod]
    [DataRow(FeatureScaling.Auto)]
    [DataRow(FeatureScaling.Standard)]
    public void StrangeFeaturesGiveScoresThatAreNumbers(FeatureScaling scaling)
    {
        int next = 0;
        var data = Load(
            80,
            (random, features) => (features[0], features[1], features[2], next) = (7, next % 9 == 0 ? 1e30f : random.NextSingle(), 1e-38f * random.NextSingle(), next + 1),
            row => row[2] * 1e38f);
        var model = new MlpRegressionTrainer(_context, Quick with { FeatureScaling = scaling, FeatureBins = 8, NumberOfEpochs = 3 }).Fit(data);
        var unseen = Load(20, (random, features) => (features[0], features[1], features[2]) = (random.NextSingle(), -1e30f, 1e-30f), row => 0);
        Assert.IsTrue(EstimatorContract.Scores(model, data).All(float.IsFinite));
        Assert.IsTrue(EstimatorContract.Scores(model, unseen).All(float.IsFinite));
    }

    [TestMethod]
    public void SparseRowsAreNotEncoded()
    {
        var messages = new List<string>();
        _context.Log += (_, e) => messages.Add(e.RawMessage);
        var rows = Enumerable.Range(0, 60).Select(i => new SparseRow { Features = new VBuffer<float>(400, 2, [1, i], [i % 7, 20 + i]), Label = i % 7 });
        var schema = SchemaDefinition.Create(typeof(SparseRow));
        schema["Features"].ColumnType = new VectorDataViewType(NumberDataViewType.Single, 400);
        var model = new MlpRegressionTrainer(_context, Quick with { FeatureBins = 8, NumberOfEpochs = 2 }).Fit(_context.Data.LoadFromEnumerable(rows, schema));
        Assert.IsInstanceOfType<Dense>(model.Model.Definition.Layers[0]);
        Assert.IsTrue(messages.Exists(message => message.StartsWith("FeatureBins is not used", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void WhatIsOutOfRangeIsRefused()
    {
        Assert.Contains("FeatureBins", Assert.Throws<ArgumentOutOfRangeException>(() => new MlpRegressionTrainer(_context, Quick with { FeatureBins = -1 })).Message);
        Assert.Contains("FeatureBins", Assert.Throws<ArgumentOutOfRangeException>(() => new MlpTrainer(_context, Plain.Mlp with { FeatureBins = 1025 })).Message);
        var data = Load(20, (random, features) => features[0] = random.NextSingle(), row => row[0]);
        var error = Assert.ThrowsExactly<ArgumentException>(() => new MlpRegressionTrainer(_context, Quick with { FeatureBins = 1024, HiddenLayers = [400_000] }).Fit(data));
        Assert.Contains("can't encode 3 features in 1024 bins each", error.Message);
        Assert.Contains("Lower FeatureBins", error.Message);
    }

    private const int Width = 3;

    private IDataView Load(int count, Action<Random, float[]> fill, Func<float[], float> label)
    {
        var random = new Random(5);
        return _context.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(_ =>
        {
            var features = new float[Width];
            fill(random, features);
            return new NumberRow { Features = features, Label = label(features) };
        }).ToArray());
    }

    private sealed class NumberRow
    {
        [VectorType(Width)]
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }

    private sealed class SparseRow
    {
        public VBuffer<float> Features { get; set; }

        public float Label { get; set; }
    }
}
