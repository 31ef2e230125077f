namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>How a linear run ends, and what it refuses.</summary>
[TestClass]
public sealed class LinearRunTests
{
    private static readonly RandomLine Line = new(rows: 100, width: 3, noise: 0.1, seed: 1);

    [TestMethod]
    [DataRow(100, 0.0)]
    [DataRow(100, 0.9)]
    [DataRow(16, 0.0)]
    [DataRow(1, 0.0)]
    public void TooLargeARateEndsInAnErrorThatNamesAUsableOne(int batchSize, double momentum)
    {
        LinearOptions options = new() { NumberOfEpochs = 500, BatchSize = batchSize, Optimizer = new Sgd { LearningRate = 20, Momentum = momentum } };
        var exception = Assert.ThrowsExactly<DivergenceException>(() => new LinearRegression(options).Run(Line.Single()));
        Assert.IsNotNull(exception.SuggestedLearningRate);
        Assert.Contains("learning rate 20", exception.Message);
        Assert.Contains($"{exception.SuggestedLearningRate:G3}", exception.Message);
        LinearResult usable = new LinearRegression(options with { Optimizer = options.Optimizer with { LearningRate = exception.SuggestedLearningRate.Value } }).Run(Line.Single());
        Assert.IsLessThan(0.5, usable.History.Epochs[^1].TrainingMetric);
    }

    [TestMethod]
    [DataRow(0.98, true)]
    [DataRow(1.02, false)]
    public void TheLargestStableRateIsTheLimit(double share, bool stable)
    {
        LinearData data = LinearCsv.Load();
        double largest = new LinearRegression(new LinearOptions()).EstimateLearningRate(data).Largest;
        LinearOptions options = new() { NumberOfEpochs = 2000, Optimizer = new Sgd { LearningRate = share * largest } };
        if (stable)
        {
            Assert.IsLessThan(115, new LinearRegression(options).Run(data).FinalLoss);
        }
        else
        {
            Assert.ThrowsExactly<DivergenceException>(() => new LinearRegression(options).Run(data));
        }
    }

    [TestMethod]
    public void SumsAndWeightsScaleTheUsableRate()
    {
        RandomLine line = new(rows: 64, width: 3, noise: 0.1, seed: 4, weighted: true);
        foreach (int batch in new[] { 64, 8, 1 })
        {
            LinearOptions options = new() { NumberOfEpochs = 300, BatchSize = batch, Loss = new MeanSquaredError { Reduction = Reduction.Sum } };
            LearningRateLimit limit = new LinearRegression(options).EstimateLearningRate(line.Single());
            LinearResult result = new LinearRegression(options with { Optimizer = new Sgd { LearningRate = limit.Recommended } }).Run(line.Single());
            Assert.IsLessThan(0.3, result.History.Epochs[^1].TrainingMetric);
        }
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(4)]
    public void AShortGrowingRunIsFoundToo(int epochs)
    {
        LinearOptions options = new() { NumberOfEpochs = epochs, Optimizer = new Sgd { LearningRate = 20 } };
        Assert.ThrowsExactly<DivergenceException>(() => new LinearRegression(options).Run(Line.Single()));
    }

    /// <summary>Most labels are 0, and the few others are far away: beside rows of 0 any model that fits the others looks bad.</summary>
    [TestMethod]
    public void RareLargeLabelsAreNoDivergence()
    {
        double[] x = new double[5000];
        double[] y = new double[5000];
        for (int i = 0; i < x.Length; i++)
        {
            x[i] = i % 7 == 3 && i > 4000 ? 1 : 0.02;
            y[i] = x[i] == 1 ? 1e6 : 0;
        }

        LinearResult result = new LinearRegression(new LinearOptions { NumberOfEpochs = 300, Optimizer = new Sgd { LearningRate = 0.5 } }).Run(new LinearData(x, 1, y));
        Assert.IsGreaterThan(1e5, result.Model.Weights[0]);
    }

    [TestMethod]
    public void OneLongRowAmongManyLimitsTheRateOfSingleRows()
    {
        double[] x = new double[30_000];
        Array.Fill(x, 1);
        x[2] = 1000;
        Assert.AreEqual(2e6 + 2, new LinearRegression(new LinearOptions { BatchSize = 1 }).EstimateLearningRate(new LinearData(x, 1, new double[x.Length])).RowCurvature, 1);
    }

    [TestMethod]
    public void BadDataIsNamedInsteadOfTheRate()
    {
        LinearData single = new(new DenseRows([1, 2, float.NaN, 4], 2), [1, 1]);
        Assert.Contains("Row 1", Assert.ThrowsExactly<ArgumentException>(() => new LinearRegression(new LinearOptions()).Run(single)).Message);
        LinearData target = new([1, 2], 1, [1, double.PositiveInfinity]);
        Assert.Contains("target", Assert.ThrowsExactly<ArgumentException>(() => new LinearRegression(new LinearOptions()).Run(target)).Message);
        LinearData feature = new([1, double.NaN], 1, [1, 2]);
        Assert.Contains("column 0", Assert.ThrowsExactly<ArgumentException>(() => new LinearRegression(new LinearOptions()).Run(feature)).Message);
    }

    [TestMethod]
    public void ASmallImprovementStopsTheRun()
    {
        LinearOptions options = new() { NumberOfEpochs = 100_000, Tolerance = 1e-6, Optimizer = new Sgd { LearningRate = 0.1 } };
        LinearResult result = new LinearRegression(options).Run(Line.Single());
        Assert.AreEqual(StopReason.Converged, result.StopReason);
        Assert.IsLessThan(2000, result.Epochs);
        IReadOnlyList<EpochRecord> epochs = result.History.Epochs;
        Assert.IsLessThanOrEqualTo(1e-6 * epochs[^2].TrainingLoss, epochs[^2].TrainingLoss - epochs[^1].TrainingLoss);
        Assert.IsGreaterThan(1e-6 * epochs[^5].TrainingLoss, epochs[^5].TrainingLoss - epochs[^4].TrainingLoss);
    }

    [TestMethod]
    public void ASmallGradientStopsTheRunWithItsWeights()
    {
        LinearOptions options = new() { FitIntercept = false, NumberOfEpochs = 10, GradientTolerance = 1e-9, Optimizer = new Sgd { LearningRate = 0.01 } };
        LinearResult result = new LinearRegression(options).Run(new LinearData([1, 2, 3], 1, [2, 4, 6]), new LinearModel([2], 0));
        Assert.AreEqual(StopReason.Converged, result.StopReason);
        Assert.AreEqual(1, result.Epochs);
        Assert.AreEqual(2.0, result.Model.Weights[0]);
    }

    [TestMethod]
    public void StopsEarlyWithTheBestWeights()
    {
        // Few rows, many features: the training loss goes on falling while the validation loss rises.
        RandomLine train = new(rows: 20, width: 18, noise: 1, seed: 11, useful: 2);
        RandomLine validation = new(rows: 200, width: 18, noise: 1, seed: 11, useful: 2);
        LinearOptions options = new()
        {
            NumberOfEpochs = 20_000,
            Optimizer = new Sgd { LearningRate = 0.1 },
            EarlyStopping = new EarlyStopping { Patience = 5 },
            RecordPath = true,
        };
        LinearResult result = new LinearRegression(options).Run(train.Single(), validation: validation.Single());
        Assert.AreEqual(StopReason.EarlyStopping, result.StopReason);
        Assert.IsTrue(result.RestoredBest);
        Assert.AreEqual(result.Epochs - 5, result.BestEpoch);
        CollectionAssert.AreEqual(result.Path[result.BestEpoch].Weights.ToArray(), result.Model.Weights.ToArray());
        EvaluationResult measured = new LinearRegression(options).Evaluate(result.Model, validation.Single());
        Assert.AreEqual(result.History.Epochs[result.BestEpoch - 1].ValidationLoss, measured.Loss, 1e-12);
        Assert.AreEqual(result.History.Epochs[result.BestEpoch - 1].ValidationMetric, measured.Metric, 1e-12);
    }

    [TestMethod]
    public void AFractionIsSetAsideForValidation()
    {
        LinearOptions options = new() { NumberOfEpochs = 2, ValidationFraction = 0.3, Seed = 2 };
        LinearResult result = new LinearRegression(options).Run(Line.Single());
        Assert.IsTrue(double.IsFinite(result.History.Epochs[1].ValidationLoss));
        LinearResult all = new LinearRegression(options with { ValidationFraction = 0 }).Run(Line.Single());
        Assert.AreNotEqual(all.History.Epochs[0].TrainingLoss, result.History.Epochs[0].TrainingLoss);
        Assert.IsTrue(double.IsNaN(all.History.Epochs[0].ValidationLoss));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(10)]
    [DataRow(1000)]
    public void CancellationThrowsOrReturnsTheBest(int batchSize)
    {
        foreach (CancellationBehavior behavior in Enum.GetValues<CancellationBehavior>())
        {
            using CancellationTokenSource source = new();
            LinearOptions options = new()
            {
                NumberOfEpochs = 50,
                BatchSize = batchSize,
                CancellationToken = source.Token,
                CancellationBehavior = behavior,
                OnEpoch = e =>
                {
                    if (e.Epoch == 3)
                    {
                        source.Cancel();
                    }
                },
            };
            if (behavior == CancellationBehavior.Throw)
            {
                Assert.ThrowsExactly<OperationCanceledException>(() => new LinearRegression(options).Run(Line.Single()));
            }
            else
            {
                LinearResult result = new LinearRegression(options).Run(Line.Single());
                Assert.AreEqual(StopReason.Cancelled, result.StopReason);
                Assert.AreEqual(3, result.Epochs);
                Assert.AreNotEqual(0.0, result.Model.Weights[0]);
            }
        }
    }

    [TestMethod]
    public void TheMeanOfTheWeightsIsThatOfThePath()
    {
        LinearOptions options = new() { NumberOfEpochs = 6, Optimizer = new Sgd { LearningRate = 0.1 }, RecordPath = true };
        LinearResult last = new LinearRegression(options).Run(Line.Single());
        LinearResult mean = new LinearRegression(options with { AverageFromEpoch = 4 }).Run(Line.Single());
        Assert.AreEqual(last.Path.Skip(4).Average(m => m.Weights[0]), mean.Model.Weights[0], 1e-15);
        Assert.AreEqual(last.Path.Skip(4).Average(m => m.Bias), mean.Model.Bias, 1e-15);
    }

    [TestMethod]
    public void ClippingLimitsTheStep()
    {
        LinearOptions options = new() { NumberOfEpochs = 1, Optimizer = new Sgd { LearningRate = 1 } };
        LinearData data = new([3, 4], 2, [-100]);

        // The gradient is 2 · 100 · (3, 4, 1).
        LinearModel norm = new LinearRegression(options with { ClipNorm = 1, FitIntercept = false }).Run(data).Model;
        Assert.AreEqual(-0.6, norm.Weights[0], 1e-15);
        Assert.AreEqual(-0.8, norm.Weights[1], 1e-15);
        Assert.AreEqual(0.0, norm.Bias);
        LinearModel value = new LinearRegression(options with { ClipValue = 0.5 }).Run(data).Model;
        CollectionAssert.AreEqual(new[] { -0.5, -0.5, -0.5 }, new[] { value.Weights[0], value.Weights[1], value.Bias });
    }

    [TestMethod]
    public void WrongSettingsAndDataAreRefused()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { NumberOfEpochs = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { BatchSize = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { L2Regularization = -1 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { L1Regularization = double.NaN }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { Tolerance = -1 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { GradientTolerance = -1 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { AverageFromEpoch = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { ClipNorm = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { ValidationFraction = 1 }));
        Assert.Contains("single outputs", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(new LinearOptions { Loss = new SoftmaxCrossEntropy() })).Message);

        LinearRegression regression = new(new LinearOptions());
        Assert.Contains("2 weights", Assert.ThrowsExactly<ArgumentException>(() => regression.Run(Line.Single(), new LinearModel([1, 2], 0))).Message);
        Assert.ThrowsExactly<ArgumentException>(() => regression.Run(Line.Single(), validation: new LinearData([1], 1, [1])));
        Assert.ThrowsExactly<ArgumentException>(() => new LinearData([1, 2, 3], 2, [1]));
        Assert.ThrowsExactly<ArgumentException>(() => new LinearData([1, 2], 1, [1]));
        Assert.ThrowsExactly<ArgumentException>(() => new LinearData([], 1, []));
        Assert.Contains("row 1", Assert.ThrowsExactly<ArgumentException>(() => new LinearData([1, 2], 1, [1, 2], [1, -1])).Message);
        Assert.Contains("All 2 weights", Assert.ThrowsExactly<ArgumentException>(() => new LinearData([1, 2], 1, [1, 2], [0, 0])).Message);
        Assert.ThrowsExactly<ArgumentException>(() => new LinearModel([1, 2], 0).Predict([1]));
    }
}
