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
        foreach (string part in new[] { $"epoch {e.Epoch}", $"batch {e.Batch} of 3", "learning rate 1E+06", "for example 100000", "normalise the features", "ClipNorm" })
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

    /// <summary>w ← w − rate · 28/3 · (w − 2): with a rate of 0.22 the error grows by 1.053 and the loss by 1.11 an epoch, far from overflow.</summary>
    [TestMethod]
    public void SlowGrowth_IsNoticedOverEpochs()
    {
        int epochs = 0;
        DivergenceException e = Assert.ThrowsExactly<DivergenceException>(() => Train(Doubles(), new Sgd { LearningRate = 0.22 }, batchSize: 3, epochs: 1000, _ => epochs++));
        Assert.IsTrue(e.Epoch is >= 10 and <= 20, $"epoch {e.Epoch}");
        Assert.AreEqual(e.Epoch - 1, epochs);
        Assert.IsLessThan(1000, e.Loss);
        StringAssert.Contains(e.Message, "kept growing");
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
        Assert.IsFalse(guard.Batch(0.5));
        for (int i = 0; i < 7; i++)
        {
            Assert.IsFalse(guard.Batch(1001));
        }

        Assert.IsFalse(guard.Batch(999), "one ordinary batch ends the row");
        for (int i = 0; i < 7; i++)
        {
            Assert.IsFalse(guard.Batch(1001));
        }

        Assert.IsTrue(guard.Batch(1001));
    }

    [TestMethod]
    public void Guard_JudgesTheEndByHalfOfTheBatches()
    {
        DivergenceGuard guard = new(1);
        foreach (double loss in new[] { 0.5, 0.5, 2000 })
        {
            Assert.IsFalse(guard.Batch(loss));
        }

        Assert.IsFalse(guard.EndsHigh, "one of three may be an outlier");
        Assert.IsFalse(guard.Batch(2000));
        Assert.IsTrue(guard.EndsHigh);
        Assert.IsFalse(guard.Batch(999));
        Assert.IsFalse(guard.EndsHigh);
    }

    [TestMethod]
    public void Guard_ToleratesOutliers()
    {
        DivergenceGuard guard = new(1);
        for (int i = 0; i < 1000; i++)
        {
            Assert.IsFalse(guard.Batch(i % 3 == 0 ? 0.1 : 1e12));
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
            double loss = 1e-14 * Math.Pow(10, Math.Min(i, 12));
            Assert.IsFalse(noise.Batch(loss));
            Assert.IsFalse(noise.Epoch(loss, 100));
            noticed |= growth.Batch(loss);
        }

        Assert.IsTrue(noticed, "the same losses are divergence where the targets are tiny");
    }

    [TestMethod]
    public void Guard_TakesTheFirstLossAboveZeroAsItsLevel()
    {
        DivergenceGuard guard = new(0);
        Assert.IsFalse(guard.Batch(0));
        for (int i = 0; i < 20; i++)
        {
            Assert.IsFalse(guard.Batch(3));
        }

        for (int i = 0; i < DivergenceGuard.Streak - 1; i++)
        {
            Assert.IsFalse(guard.Batch(3001));
        }

        Assert.IsTrue(guard.Batch(3001));
    }

    [TestMethod]
    public void Guard_WaitsForTenBatches_AndForTwiceTheBest()
    {
        DivergenceGuard few = new(0.5);
        few.Batch(1);
        Assert.IsFalse(few.Epoch(1, 3));
        Assert.IsFalse(few.Epoch(2, 3));
        Assert.IsFalse(few.Epoch(4, 3));
        Assert.IsFalse(few.Epoch(8, 3), "three epochs, but only nine batches");
        Assert.IsTrue(few.Epoch(16, 3));

        DivergenceGuard slow = new(0.5);
        slow.Batch(1);
        foreach (double loss in new[] { 1.0, 1.2, 1.4, 1.6, 1.8, 2.0 })
        {
            Assert.IsFalse(slow.Epoch(loss, 100));
        }

        Assert.IsTrue(slow.Epoch(2.01, 100));
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
