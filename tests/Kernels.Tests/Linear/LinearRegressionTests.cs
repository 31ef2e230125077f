namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The figures of the small systems, and the closed form that gradient descent must end at.</summary>
[TestClass]
public sealed class LinearRegressionTests
{
    private static readonly LinearModel One = new([1], 0);

    private static LinearData Doubling => new([1, 2, 3], 1, [2, 4, 6]);

    [TestMethod]
    public void GradientDescentOnOneWeightGivesTheExactFigure()
    {
        LinearOptions options = new() { FitIntercept = false, NumberOfEpochs = 100, Optimizer = new Sgd { LearningRate = 0.01 }, RecordPath = true };
        LinearResult result = new LinearRegression(options).Run(Doubling, One);
        Assert.AreEqual(4.0, One.Predict([4]));
        Assert.AreEqual(1.9999444396553017, result.Model.Weights[0]);
        Assert.AreEqual(7.999777758621207, result.Model.Predict([4]));
        Assert.AreEqual(0.0, result.Model.Bias);
        Assert.AreEqual(StopReason.Completed, result.StopReason);

        // Epoch 1 at w = 1: errors −1, −2, −3. The path has the start and each epoch's end.
        Assert.AreEqual(14.0 / 3, result.History.Epochs[0].TrainingLoss, 1e-15);
        Assert.HasCount(101, result.Path);
        Assert.AreEqual(1.0 + (0.01 * 2 * 14 / 3), result.Path[1].Weights[0], 1e-15);
        Assert.AreEqual(result.Model.Weights[0], result.Path[100].Weights[0]);
    }

    [TestMethod]
    public void StochasticDescentInOrderGivesTheExactFigure()
    {
        LinearOptions options = new() { FitIntercept = false, NumberOfEpochs = 100, BatchSize = 1, Shuffle = false, Optimizer = new Sgd { LearningRate = 0.01 } };
        Assert.AreEqual(1.9999999999999236, new LinearRegression(options).Run(Doubling, One).Model.Weights[0]);
    }

    [TestMethod]
    public void TheCsvLineGivesItsFigures()
    {
        LinearData data = LinearCsv.Load();
        LinearOptions options = new() { NumberOfEpochs = 1000, Optimizer = new Sgd { LearningRate = 0.0001 } };
        LinearResult result = new LinearRegression(options).Run(data);
        Assert.AreEqual(5565.107834, result.History.Epochs[0].TrainingLoss, 5e-7);
        Assert.AreEqual(0.0889365199, result.Model.Bias, 1e-10);
        Assert.AreEqual(1.4777440852, result.Model.Weights[0], 1e-10);
        Assert.AreEqual(112.6148101, result.FinalLoss, 1e-7);
        Assert.AreEqual(result.FinalLoss, new LinearRegression(options).Evaluate(result.Model, data).Loss);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(9)]
    [DataRow(41)]
    public void FullBatchesEndAtTheClosedForm(int width)
    {
        RandomLine line = new(rows: 10 * width, width, noise: 0.3, seed: width);
        LinearData data = line.Single();
        LinearRegression regression = new(new LinearOptions { NumberOfEpochs = 100_000, GradientTolerance = 1e-13 });
        double rate = regression.EstimateLearningRate(data).Recommended;
        LinearResult result = new LinearRegression(new LinearOptions { NumberOfEpochs = 100_000, GradientTolerance = 1e-13, Optimizer = new Sgd { LearningRate = rate } }).Run(data);
        Assert.AreEqual(StopReason.Converged, result.StopReason);
        double[] expected = line.ClosedForm();
        for (int j = 0; j < width; j++)
        {
            Assert.AreEqual(expected[j], result.Model.Weights[j], 1e-11);
        }

        Assert.AreEqual(expected[width], result.Model.Bias, 1e-11);
    }

    [TestMethod]
    public void WeightedFullBatchesEndAtTheWeightedClosedForm()
    {
        RandomLine line = new(rows: 60, width: 4, noise: 1, seed: 3, weighted: true);
        LinearOptions options = new() { NumberOfEpochs = 100_000, GradientTolerance = 1e-13, Optimizer = new Sgd { LearningRate = 0.1 } };
        LinearResult result = new LinearRegression(options).Run(line.Single());
        double[] expected = line.ClosedForm();
        CollectionAssert.AreEqual(expected[..4], result.Model.Weights.ToArray(), Comparer<double>.Create((a, b) => Math.Abs(a - b) < 1e-11 ? 0 : 1));
        Assert.AreEqual(expected[4], result.Model.Bias, 1e-11);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    public void StochasticDescentReachesTheClosedForm(int batchSize)
    {
        // Its weights vary from epoch to epoch, and their mean lies a little beside the optimum, the nearer the lower the rate.
        RandomLine line = new(rows: 200, width: 4, noise: 0.1, seed: 5);
        LinearOptions options = new() { NumberOfEpochs = 400, BatchSize = batchSize, Seed = 4, AverageFromEpoch = 200, Optimizer = new Sgd { LearningRate = 0.003 } };
        LinearResult result = new LinearRegression(options).Run(line.Single());
        double[] expected = line.ClosedForm();
        for (int j = 0; j < 4; j++)
        {
            Assert.AreEqual(expected[j], result.Model.Weights[j], 1e-3);
        }

        Assert.IsTrue(double.IsNaN(result.FinalLoss));
    }

    [TestMethod]
    public void RidgeEndsAtItsClosedFormWithoutPenaltyOnTheBias()
    {
        RandomLine line = new(rows: 50, width: 3, noise: 0.2, seed: 8);
        LinearOptions options = new() { NumberOfEpochs = 100_000, L2Regularization = 0.5, GradientTolerance = 1e-13, Optimizer = new Sgd { LearningRate = 0.1 } };
        LinearResult result = new LinearRegression(options).Run(line.Single());

        // 2/n · (XᵀX·w − Xᵀy) + L2 · w = 0 over 50 rows.
        double[] expected = line.ClosedForm(ridge: 0.5 * 50 / 2);
        for (int j = 0; j < 3; j++)
        {
            Assert.AreEqual(expected[j], result.Model.Weights[j], 1e-11);
        }

        Assert.AreEqual(expected[3], result.Model.Bias, 1e-11);
    }

    [TestMethod]
    public void LassoDropsUselessFeatures()
    {
        RandomLine line = new(rows: 200, width: 6, noise: 0.01, seed: 9, useful: 2);
        LinearOptions options = new() { NumberOfEpochs = 3000, L1Regularization = 0.2, Optimizer = new Sgd { LearningRate = 0.01 } };
        LinearModel model = new LinearRegression(options).Run(line.Single()).Model;
        Assert.IsGreaterThan(0.1, Math.Abs(model.Weights[0]));
        for (int j = 2; j < 6; j++)
        {
            // Within one step of 0.
            Assert.AreEqual(0, model.Weights[j], 0.01 * 0.2 * 2);
        }
    }

    [TestMethod]
    public void EveryOptimizerReachesTheClosedForm()
    {
        RandomLine line = new(rows: 40, width: 2, noise: 0.1, seed: 2);
        double[] expected = line.ClosedForm();
        foreach (Optimizer optimizer in Optimizers.All.Append(new Sgd { Momentum = 0.9 }))
        {
            // A falling rate, so that also steps of a fixed size come to rest.
            LinearOptions options = new() { NumberOfEpochs = 20_000, Optimizer = optimizer with { LearningRate = 0.05, WeightDecay = 0 }, Schedule = new InverseTimeDecay { Decay = 0.001 } };
            LinearModel model = new LinearRegression(options).Run(line.Single()).Model;
            Assert.AreEqual(expected[0], model.Weights[0], 3e-3, optimizer.ToString());
            Assert.AreEqual(expected[1], model.Weights[1], 3e-3, optimizer.ToString());
            Assert.AreEqual(expected[2], model.Bias, 3e-3, optimizer.ToString());
        }
    }

    [TestMethod]
    public void EveryLossOfPlainScoresFindsTheLine()
    {
        RandomLine line = new(rows: 80, width: 2, noise: 0, seed: 6);
        double[] expected = line.ClosedForm();
        int losses = 0;
        foreach (Loss loss in Losses.All.Where(loss => loss is not SoftmaxCrossEntropy))
        {
            LinearOptions options = new() { Loss = loss, NumberOfEpochs = 20_000, Optimizer = new Sgd { LearningRate = 0.3 }, Schedule = new InverseTimeDecay { Decay = 0.001 } };
            if (loss.Link != OutputLink.Identity)
            {
                Assert.Contains(loss.Name, Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LinearRegression(options)).Message);
                continue;
            }

            losses++;
            LinearModel model = new LinearRegression(options).Run(line.Single()).Model;
            Assert.AreEqual(expected[0], model.Weights[0], 0.02, loss.Name);
            Assert.AreEqual(expected[1], model.Weights[1], 0.02, loss.Name);
            Assert.AreEqual(expected[2], model.Bias, 0.02, loss.Name);
        }

        Assert.IsGreaterThanOrEqualTo(5, losses);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(16)]
    [DataRow(100)]
    public void SchedulesSeeUpdatesAndEpochs(int batchSize)
    {
        RandomLine line = new(rows: 100, width: 2, noise: 0.1, seed: 6);
        LinearOptions options = new() { NumberOfEpochs = 30, BatchSize = batchSize, Shuffle = false, Schedule = new InverseTimeDecay { Decay = 1 }, Optimizer = new Sgd { LearningRate = 0.08 } };
        LinearResult result = new LinearRegression(options).Run(line.Single());
        int steps = (100 + batchSize - 1) / batchSize;
        for (int epoch = 1; epoch <= 30; epoch++)
        {
            Assert.AreEqual(0.08 / (1 + (((epoch * steps) - 1) / (double)steps)), result.History.Epochs[epoch - 1].LearningRate, 1e-12);
        }

        // Nothing to improve: the rate falls each time the patience ends.
        LinearResult plateau = new LinearRegression(options with { Schedule = new ReduceOnPlateau { Patience = 2, Factor = 0.5 }, Loss = new MeanSquaredError() })
            .Run(new LinearData([0.0, 0], 1, [1, 1]), new LinearModel([0], 1));
        Assert.AreEqual(0.08, plateau.History.Epochs[2].LearningRate);
        Assert.IsLessThan(0.03, plateau.History.Epochs[^1].LearningRate);
    }

    [TestMethod]
    public void WeightDecayIsAPenaltyOrShrinksTheWeights()
    {
        LinearData data = new([0.0], 1, [5]);
        LinearOptions options = new() { NumberOfEpochs = 1 };

        // No feature pulls the weight, so that only the decay moves it; the bias is spared.
        LinearModel coupled = new LinearRegression(options with { Optimizer = new Sgd { LearningRate = 0.1, WeightDecay = 0.5 } }).Run(data, new LinearModel([2], 5)).Model;
        Assert.AreEqual(1.9, coupled.Weights[0], 1e-15);
        Assert.AreEqual(5.0, coupled.Bias);
        LinearModel decoupled = new LinearRegression(options with { Optimizer = new AdamW { LearningRate = 0.1, WeightDecay = 0.5 } }).Run(data, new LinearModel([2], 5)).Model;
        Assert.AreEqual(1.9, decoupled.Weights[0], 1e-15);
        Assert.AreEqual(5.0, decoupled.Bias);
    }
}
