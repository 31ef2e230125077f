using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The range test: its rates, its end, its suggestion, and that it leaves no trace.</summary>
[TestClass]
public class LearningRateFinderTests
{
    private static readonly LearningRateFinder Finder = new() { Lowest = 1e-5, Highest = 10, Updates = 61 };

    /// <summary>
    /// Full batches of (1,2), (2,4), (3,6): the curvature is 28/3, so that rates up to 3/14 converge. From 1e-5 to 10 in 60 equal factors.
    /// </summary>
    [TestMethod]
    public void OnALineItStaysBelowTheLargestStableRate()
    {
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), 3);
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 7 }, BatchSize = 3 };
        LearningRateCurve curve = Finder.Run(network, options, Doubles());

        Assert.AreEqual(1.0, Weights(network)[0], "the network is as it was");
        for (int i = 0; i < curve.Points.Count; i++)
        {
            Assert.AreEqual(1e-5 * Math.Pow(10, i / 10.0), curve.Points[i].LearningRate, 1e-12 * Math.Pow(10, i / 10.0));
        }

        Assert.AreEqual(14.0 / 3, curve.Points[0].Loss, 1e-14);
        Assert.AreEqual(14.0 / 3, curve.Points[0].SmoothedLoss, 1e-14);
        Assert.AreEqual(((0.9 * curve.Points[0].Loss) + curve.Points[1].Loss) / 1.9, curve.Points[1].SmoothedLoss, 1e-14);
        Assert.IsGreaterThan(3.0 / 14, curve.Points[^1].LearningRate, "it goes on until the loss rises");
        Assert.IsLessThan(61, curve.Points.Count);
        Assert.IsNotNull(curve.Suggestion);
        Assert.IsInRange(0.005, 3.0 / 14, curve.Suggestion.Value);
    }

    /// <summary>Sums over batches of different size, and several batches an update, give the same curve as means over single batches.</summary>
    [TestMethod]
    public void LossesAreOfOneRow()
    {
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(), BatchSize = 2, Shuffle = false };
        LearningRateCurve mean = Run(options);
        LearningRateCurve sum = Run(options with { Loss = new MeanSquaredError { Reduction = Reduction.Sum } });
        LearningRateCurve several = Run(options with { BatchSize = 1, AccumulationSteps = 2 });

        // Of the first update (1,2), (2,4): w = 1 errs by 1 and 2.
        Assert.AreEqual(2.5, mean.Points[0].Loss, 1e-14);
        Assert.AreEqual(2.5, sum.Points[0].Loss, 1e-14);
        TestTensors.AreClose(mean.Points.Select(p => p.Loss).ToArray(), several.Points.Select(p => p.Loss).ToArray(), 1e-12);
        TestTensors.AreClose(mean.Points.Select(p => p.LearningRate).ToArray(), several.Points.Select(p => p.LearningRate).ToArray(), 1e-12);

        // Of the second one (3,6) alone.
        Assert.AreEqual(9, sum.Points[1].Loss, 1e-2);

        static LearningRateCurve Run(TrainingOptions options)
        {
            using ReferenceBackend<double> backend = new();
            using Network<double> network = Trainable(backend, Line(1), 2);
            return Finder.Run(network, options, Doubles());
        }
    }

    /// <summary>A network trained with the suggested rate learns; with a hundredth of it, or at the rate where the test ended, it does worse.</summary>
    [TestMethod]
    public void TheSuggestionLearnsBetterThanItsNeighbours()
    {
        TrainingData data = ClusterData(600, 20, 3);
        NetworkDefinition definition = new(new TensorShape(20), [new Dense(32, new ReLU()), new Dense(3)]);
        TrainingOptions options = new()
        {
            Loss = new SoftmaxCrossEntropy(), Optimizer = new Sgd(), BatchSize = 32, NumberOfEpochs = 2, Seed = 5, ValidationFraction = 0.2,
            OnBatch = _ => Assert.Fail("the test does not report"), OnEpoch = _ => Assert.Fail("the test does not report"),
        };
        using SimdBackend backend = new(1);
        using Network<float> network = Trainable(backend, definition, 32);
        float[] before = Weights(network);
        LearningRateCurve curve = new LearningRateFinder().Run(network, options, data);
        AssertSameBits(before, Weights(network));
        Assert.IsNotNull(curve.Suggestion);

        double suggested = Loss(curve.Suggestion.Value);
        Assert.IsLessThan(0.5, suggested);
        Assert.IsLessThan(Loss(curve.Suggestion.Value / 100), suggested);
        Assert.IsLessThan(Loss(curve.Points[^1].LearningRate), suggested);

        double Loss(double rate)
        {
            using Network<float> trained = Trainable(backend, definition, 32);
            try
            {
                TrainingOptions run = options with { Optimizer = new Sgd { LearningRate = rate }, OnBatch = null, OnEpoch = null };
                return new TrainingLoop<float>(trained, run).Run(data).History.Epochs[^1].ValidationLoss;
            }
            catch (DivergenceException)
            {
                return double.PositiveInfinity;
            }
        }
    }

    /// <summary>From the minimum every step leads away; without a rate that lowers the loss there is nothing to suggest.</summary>
    [TestMethod]
    public void WithoutAFallThereIsNoSuggestion()
    {
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(2), 3);
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(), BatchSize = 3 };
        Assert.IsNull(Finder.Run(network, options, Doubles()).Suggestion);
    }

    /// <summary>An epoch of very many updates, of which the test needs only the first ones: the factor of a whole epoch would be 10 to the power of 500.</summary>
    [TestMethod]
    public void AnEpochMayBeFarLongerThanTheTest()
    {
        const int Rows = 5000;
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), 1);
        TrainingData data = Points([.. Enumerable.Range(0, Rows).Select(i => 1 + (i % 3f))], [.. Enumerable.Range(0, Rows).Select(i => 2 + (2 * (i % 3f)))]);
        LearningRateCurve curve = Finder.Run(network, new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(), BatchSize = 1 }, data);
        Assert.AreEqual(1e-5 * Math.Pow(10, 2), curve.Points[20].LearningRate, 1e-14);
        Assert.IsNotNull(curve.Suggestion);
    }

    [TestMethod]
    public void CancellationAndBadDataAreNotSwallowed()
    {
        using SimdBackend single = new(1);
        using Network<float> huge = Trainable(single, Line(1), 3);
        StringAssert.Contains(
            Assert.ThrowsExactly<DivergenceException>(() => Finder.Run(huge, new() { Loss = new MeanSquaredError(), Optimizer = new Sgd() }, Points([1e30f], [1]))).Message,
            "No weight had been updated yet");
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), 3);
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd(), BatchSize = 3 };
        Assert.ThrowsExactly<OperationCanceledException>(() =>
            Finder.Run(network, options with { CancellationToken = new CancellationToken(true), CancellationBehavior = CancellationBehavior.ReturnBest }, Doubles()));
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Finder.Run(network, options, Points([1, float.NaN], [1, 1]))).Message, "Row 1");
    }

    [TestMethod]
    public void SettingsAreChecked()
    {
        Refused("Lowest", Finder with { Lowest = 0 });
        Refused("Highest", Finder with { Highest = 1e-5 });
        Refused("Highest", Finder with { Highest = double.PositiveInfinity });
        Refused("Updates", Finder with { Updates = 9 });
        Refused("Smoothing", Finder with { Smoothing = 1 });
        Refused("StopFactor", Finder with { StopFactor = 1 });

        static void Refused(string setting, LearningRateFinder finder) =>
            Assert.AreEqual(setting, Assert.ThrowsExactly<ArgumentOutOfRangeException>(finder.Validate).ParamName);
    }
}
