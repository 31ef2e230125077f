using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Networks;

/// <summary>Example and class weights mean the same whatever the size of a batch, and count in the metric as in the loss.</summary>
[TestClass]
public sealed class ExampleWeightTests
{
    /// <summary>Labels 0 (which weigh 9) and 1 (which weigh 1): the bias is the weighted mean, 0.1.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(8)]
    [DataRow(100)]
    public void Regression_ReachesTheWeightedMean_WithBatchesOfAnySize(int batchSize)
    {
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(Enumerable.Range(0, 200).Select(i => new WeightedRow { Features = [1], Label = i % 2, Weight = i % 2 == 0 ? 9 : 1 }).ToList());
        var options = new MlpRegressionTrainer.Options
        {
            HiddenLayers = [],
            ExampleWeightColumnName = "Weight",
            BatchSize = batchSize,
            Optimizer = new Sgd { LearningRate = 0.0005 * batchSize },
            NumberOfEpochs = 200,
            AverageDecay = Math.Pow(0.9999, batchSize),
            Seed = 1,
        };
        Assert.AreEqual(0.1f, context.Regression.Trainers.Mlp(options).Fit(data).Transform(data).GetColumn<float>("Score").First(), 0.01f);
    }

    /// <summary>The features tell nothing: with balanced classes the rare one, one row of twenty, has a probability of ½.</summary>
    [TestMethod]
    [DataRow(1, false)]
    [DataRow(16, false)]
    [DataRow(128, false)]
    [DataRow(16, true)]
    public void BalancedClasses_CountAlike_WithBatchesOfAnySize(int batchSize, bool convolutional)
    {
        var context = new MLContext(seed: 1);
        var rows = Enumerable.Range(0, 400).Select(i => new BlobRow { Species = i % 20 == 0 ? "rare" : "usual", Features = new float[Blobs.Width] });
        var data = Blobs.Load(context, rows);
        NetworkTrainerOptions options = convolutional
            ? new CnnTrainer.Options { InputShape = new ImageShape(1, 2, 2), Layers = [new Flatten()], ClassWeights = ClassWeights.Balanced }
            : new MlpTrainer.Options { HiddenLayers = [], ClassWeights = ClassWeights.Balanced };
        options.BatchSize = batchSize;
        options.Optimizer = new Sgd { LearningRate = 0.002 * batchSize };
        options.NumberOfEpochs = 60;
        options.AverageDecay = Math.Pow(0.9998, batchSize);
        options.Seed = 1;
        var model = options is CnnTrainer.Options cnn
            ? context.MulticlassClassification.Trainers.Cnn(cnn).Fit(data, data)
            : context.MulticlassClassification.Trainers.Mlp((MlpTrainer.Options)options).Fit(data, data);
        Assert.AreEqual(0.5f, model.Transform(data).GetColumn<float[]>("Score").First()[0], 0.05f);
        Assert.AreEqual(0.5, model.Model.History.Epochs[^1].ValidationMetric, 1e-6, "one class of two is right, and both count alike");
    }

    /// <summary>The label is right in the first half, which counts, and wrong in the second, which does not.</summary>
    [TestMethod]
    public void Accuracy_LeavesOutRowsThatWeighNothing()
    {
        var context = new MLContext(seed: 1);
        var rows = Blobs.Rows();
        for (int i = rows.Count / 2; i < rows.Count; i++)
        {
            rows[i].Weight = 0;
            rows[i].Species = Blobs.Classes[(i + 1) % 3];
        }

        var data = Blobs.Load(context, rows);
        var trainer = context.MulticlassClassification.Trainers.Mlp(exampleWeightColumnName: "Weight", numberOfEpochs: 60, learningRate: 0.01);
        var last = trainer.Fit(data, data).Model.History.Epochs[^1];
        Assert.IsLessThan(0.2, last.TrainingLoss);
        Assert.IsGreaterThan(0.98, last.TrainingMetric);
        Assert.IsGreaterThan(0.98, last.ValidationMetric);
    }

    /// <summary>With the squared error the RMSE is the loss's root, in the label's unit, for every trainer of numbers.</summary>
    [TestMethod]
    public void Error_CountsRowsAsTheLossDoes()
    {
        var context = new MLContext(seed: 1);
        var rows = Surface.Rows();
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Weight = i % 3;
        }

        var data = context.Data.LoadFromEnumerable(rows);
        EpochRecord network = new MlpRegressionTrainer(context, new MlpRegressionTrainer.Options { ExampleWeightColumnName = "Weight", NumberOfEpochs = 2, NormalizeLabel = false }).Fit(data, data).Model.History.Epochs[^1];
        EpochRecord linear = new SgdTrainer(context, exampleWeightColumnName: "Weight", numberOfEpochs: 2).Fit(data, data).GetTrainingResult()!.History.Epochs[^1];
        foreach (var epoch in new[] { network, linear })
        {
            Assert.AreEqual(Math.Sqrt(epoch.TrainingLoss), epoch.TrainingMetric, 1e-5 * epoch.TrainingMetric);
            Assert.AreEqual(Math.Sqrt(epoch.ValidationLoss), epoch.ValidationMetric, 1e-5 * epoch.ValidationMetric);
        }

        // Labels are standardised inside: the scale is the same for both.
        var polynomial = new PolynomialTrainer(context, new PolynomialTrainer.Options { ExampleWeightColumnName = "Weight", NumberOfEpochs = 2, Solver = PolynomialSolver.GradientDescent }).Fit(data, data).Model.History.Epochs[^1];
        Assert.AreEqual(polynomial.TrainingMetric / Math.Sqrt(polynomial.TrainingLoss), polynomial.ValidationMetric / Math.Sqrt(polynomial.ValidationLoss), 1e-9);
    }

    private sealed class WeightedRow
    {
        public float Label { get; set; }

        [VectorType(1)]
        public float[] Features { get; set; } = [];

        public float Weight { get; set; }
    }
}
