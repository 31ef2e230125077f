using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class TrainingDivergenceTests
{
    [TestMethod]
    public void HugeLearningRate_NamesEpochBatchRateAndMend()
    {
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Train(Doubles(), new Sgd { LearningRate = 1e6 }, batchSize: 1, epochs: 5));
        Assert.AreEqual(1e6, e.LearningRate);
        Assert.IsTrue(e.Epoch is >= 1 and <= 5);
        Assert.IsTrue(e.Batch is >= 1 and <= 3);
        Assert.IsFalse(e.Loss < 1e6);
        foreach (string part in new[] { $"epoch {e.Epoch}", $"batch {e.Batch} of 3", "learning rate 1E+06", "try 0.01, the default of sgd, or what a LearningRateFinder suggests", "normalise the features", "ClipNorm" })
        {
            StringAssert.Contains(e.Message, part);
        }
    }

    /// <summary>Squares of 10²⁰ overflow in the very first batch.</summary>
    [TestMethod]
    public void FirstLossThatIsNotFinite_StopsAtOnce()
    {
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Train(Points([1, 2], [1e20f, 2e20f]), new Sgd(), batchSize: 1, epochs: 1));
        Assert.AreEqual((1, 1, double.PositiveInfinity), (e.Epoch, e.Batch, e.Loss));
        StringAssert.Contains(e.Message, "the loss became ");
        StringAssert.Contains(e.Message, "No weight had been updated yet");
        Assert.IsFalse(e.Message.Contains("likely cause", StringComparison.Ordinal));
    }

    /// <summary>w ← w − rate · 28/3 · (w − 2): with a rate of 0.22 the error grows by 1.053 and the loss by 1.11 an epoch: to 1000 times the starting level, here that of an output of zeros, after 80, far from overflow.</summary>
    [TestMethod]
    public void SlowGrowth_IsNoticedOverEpochs()
    {
        int epochs = 0;
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Train(Doubles(), new Sgd { LearningRate = 0.22 }, batchSize: 3, epochs: 1000, _ => epochs++));
        Assert.IsTrue(e.Epoch is >= 80 and <= 95, $"epoch {e.Epoch}");
        Assert.AreEqual(e.Epoch - 1, epochs);
        Assert.IsLessThan(1e5, e.Loss);
        StringAssert.Contains(e.Message, "kept growing");
        Assert.AreEqual(0.01, e.SuggestedLearningRate);
    }

    /// <summary>Below the default there is no rate to name but a lower one.</summary>
    [TestMethod]
    public void ARateBelowTheDefault_IsToBeLowered()
    {
        float[] y = [2e3f, 4e3f, 6e3f];
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Train(Points([1e3f, 2e3f, 3e3f], y), new Sgd { LearningRate = 0.005 }, batchSize: 1, epochs: 5));
        Assert.AreEqual(0.0005, e.SuggestedLearningRate);
        StringAssert.Contains(e.Message, "for example 0.0005");
    }

    /// <summary>A rate of 0.5 multiplies the loss by 13 each time: it overflows only long after it is noticed.</summary>
    [TestMethod]
    public void FastGrowth_IsNoticedWithinTheFirstEpoch()
    {
        float[] x = [.. Enumerable.Range(0, 60).Select(i => 1 + (i % 3f))];
        float[] y = [.. x.Select(v => 2 * v)];
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Train(Points(x, y), new Sgd { LearningRate = 0.5 }, batchSize: 3, epochs: 1));
        Assert.AreEqual(1, e.Epoch);
        Assert.IsLessThan(20, e.Batch);
        Assert.IsTrue(double.IsFinite(e.Loss));
        StringAssert.Contains(e.Message, "1000 times");
    }

    /// <summary>Adam's steps are as long as the rate: no number overflows, and three batches are too few for a row of eight.</summary>
    [TestMethod]
    public void ARunTooShortForTheRules_MustNotEndFarAboveItsStart()
    {
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Train(Doubles(), new Adam { LearningRate = 1e6 }, batchSize: 1, epochs: 1));
        Assert.AreEqual((1, 3), (e.Epoch, e.Batch));
        StringAssert.Contains(e.Message, "1000 times");
    }

    [TestMethod]
    public void LastUpdateOfTheRun_IsChecked()
    {
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Train(Points([1e10f], [2e10f]), new Sgd { LearningRate = 1e30 }, batchSize: 1, epochs: 1));
        StringAssert.Contains(e.Message, "a weight became infinite or NaN");
        Assert.AreEqual((1, 1), (e.Epoch, e.Batch));
    }

    [TestMethod]
    public void ValidationLoss_IsChecked()
    {
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(
            () => Train(Doubles(), new Sgd(), batchSize: 3, epochs: 2, validation: Points([1e20f], [0])));
        StringAssert.Contains(e.Message, "the validation loss became ");
        Assert.AreEqual(1, e.Epoch);
    }

    /// <summary>Output 10¹⁸, loss 10³⁶, but gradient 2 · 10¹⁸ · 10³⁰.</summary>
    [TestMethod]
    public void GradientNorm_IsChecked()
    {
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, Line(1e-12), 1);
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(), NumberOfEpochs = 1, BatchSize = 1, ClipNorm = 1 };
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => new TrainingLoop<float>(network, options).Run(Points([1e30f], [0])));
        StringAssert.Contains(e.Message, "the gradient became infinite or NaN in epoch 1, batch 1 of 1");
        Assert.AreEqual(1e-12f, Weights(network)[0], "the weights of before are still there");
    }

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void NumbersThatAreNone_AreBlamedOnTheirRow(float value)
    {
        float[] x = [.. Enumerable.Range(0, 50).Select(i => i / 50f)];
        float[] bad = [.. x];
        bad[37] = value;
        ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => Train(Points(bad, x), new Sgd(), 8, 2));
        StringAssert.Contains(e.Message, "Row 37");
        StringAssert.Contains(e.Message, "feature of the training data");
        e = Assert.ThrowsExactly<ArgumentException>(() => Train(Points(x, bad), new Sgd(), 8, 2));
        StringAssert.Contains(e.Message, "target of the training data");
        e = Assert.ThrowsExactly<ArgumentException>(() => Train(Points(x, x), new Sgd(), 8, 2, validation: Points(bad, x)));
        StringAssert.Contains(e.Message, "feature of the validation data");
    }

    /// <summary>Weights that fit perfectly start at a loss of 0; noise then takes it up by any factor, but not to the scale of the targets.</summary>
    [TestMethod]
    public void PerfectStart_MayGetWorse()
    {
        RandomSource random = new(1);
        float[] x = [.. Enumerable.Range(0, 400).Select(_ => (float)random.NextGaussian())];
        float[] y = [.. x.Select((v, i) => (2 * v) + (i < 8 ? 0 : 0.1f * (float)random.NextGaussian()))];
        Train(Points(x, y), new Sgd { LearningRate = 0.05 }, batchSize: 8, epochs: 20, start: 2, shuffle: false);
    }

    [TestMethod]
    public void MomentumThatOvershoots_IsNotDivergence() =>
        Train(Doubles(), new Sgd { LearningRate = 0.02, Momentum = 0.98 }, batchSize: 3, epochs: 300);

    [TestMethod]
    public void Guard_NeedsEightBatchesInARow()
    {
        DivergenceGuard guard = new(1);
        Assert.IsFalse(guard.Add(0.5));
        for (int i = 0; i < 7; i++)
        {
            Assert.IsFalse(guard.Add(1001 + i));
        }

        Assert.IsFalse(guard.Add(999), "one ordinary batch ends the row");
        for (int i = 0; i < 7; i++)
        {
            Assert.IsFalse(guard.Add(1001 + i));
        }

        Assert.IsTrue(guard.Add(1010));
    }

    /// <summary>A peak: the later half of eight is lower than the earlier one, and so on; a loss that then grows again is judged after 16, 32, ….</summary>
    [TestMethod]
    public void Guard_ToleratesALossThatFalls()
    {
        DivergenceGuard peak = new(1);
        DivergenceGuard again = new(1);
        Assert.IsFalse(peak.Add(0.5) || again.Add(0.5));
        for (int i = 0; i < 1000; i++)
        {
            Assert.IsFalse(peak.Add(1e9 - (1e6 * i)));
        }

        for (int i = 0; i < 31; i++)
        {
            Assert.IsFalse(again.Add(i < 16 ? 1e6 - (1e4 * i) : 1e6 + (1e4 * i)));
        }

        Assert.IsTrue(again.Add(1e6));
    }

    /// <summary>The mean of an epoch of two batches tells as much as two: four epochs are enough, and needed however many the batches.</summary>
    [TestMethod]
    [DataRow(1, 8)]
    [DataRow(2, 4)]
    [DataRow(3, 4)]
    [DataRow(100, 4)]
    public void Guard_CountsTheBatchesOfAnEpoch(int batches, int epochs)
    {
        DivergenceGuard guard = new(1, batches);
        Assert.IsFalse(guard.Add(batches == 1 ? 1 : 2000));
        for (int i = 1; i < (batches == 1 ? epochs : epochs - 1); i++)
        {
            Assert.IsFalse(guard.Add(2000 + i));
        }

        Assert.IsTrue(guard.Add(3000));
    }

    [TestMethod]
    public void Guard_JudgesTheEndByHalfOfTheBatches()
    {
        DivergenceGuard guard = new(1);
        foreach (double loss in new[] { 0.5, 0.5, 2000 })
        {
            Assert.IsFalse(guard.Add(loss));
        }

        Assert.IsFalse(guard.EndsHigh, "one of three may be an outlier");
        Assert.IsFalse(guard.Add(2000));
        Assert.IsTrue(guard.EndsHigh);
        Assert.IsFalse(guard.Add(999));
        Assert.IsFalse(guard.EndsHigh);
    }

    [TestMethod]
    public void Guard_ToleratesOutliers()
    {
        DivergenceGuard guard = new(1);
        for (int i = 0; i < 1000; i++)
        {
            Assert.IsFalse(guard.Add(i % 3 == 0 ? 0.1 : 1e12));
        }
    }

    [TestMethod]
    public void Guard_JudgesByTheScaleOfTheTargets()
    {
        DivergenceGuard noise = new(1);
        DivergenceGuard growth = new(1e-12);
        bool noticed = false;
        for (int i = 0; i < 50; i++)
        {
            double loss = 1e-14 * Math.Pow(2, i);
            Assert.IsFalse(noise.Add(Math.Min(1, loss)));
            noticed |= growth.Add(loss);
        }

        Assert.IsTrue(noticed, "the same losses are divergence where the targets are tiny");
    }

    [TestMethod]
    public void Guard_TakesTheFirstLossAboveZeroAsItsLevel()
    {
        DivergenceGuard guard = new(0);
        Assert.IsFalse(guard.Add(0));
        for (int i = 0; i < 20; i++)
        {
            Assert.IsFalse(guard.Add(3));
        }

        for (int i = 0; i < DivergenceGuard.Streak - 1; i++)
        {
            Assert.IsFalse(guard.Add(3001 + i));
        }

        Assert.IsTrue(guard.Add(3010));
    }

    private static TrainingResult Train(
        TrainingData data,
        Optimizer optimizer,
        int batchSize,
        int epochs,
        Action<EpochRecord>? onEpoch = null,
        TrainingData? validation = null,
        double start = 1,
        bool shuffle = true)
    {
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, Line(start), batchSize);
        TrainingOptions options = new()
        {
            Loss = new MeanSquaredError(),
            Optimizer = optimizer,
            NumberOfEpochs = epochs,
            BatchSize = batchSize,
            Shuffle = shuffle,
            OnEpoch = onEpoch,
        };
        return new TrainingLoop<float>(network, options).Run(data, validation);
    }
}
