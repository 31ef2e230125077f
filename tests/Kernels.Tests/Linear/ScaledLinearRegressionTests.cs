namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The parts of a linear run that chooses for itself: scales, whitening, rates, acceleration, and when it ends.</summary>
[TestClass]
public sealed class ScaledLinearRegressionTests
{
    private static readonly CancellationToken s_none = CancellationToken.None;

    [TestMethod]
    public void ScalesAreMeanAndDeviationByWeight()
    {
        LinearData data = new([1, 5, 3, 5, 100, 7], 2, [0, 0, 0], [1, 3, 0]);
        ColumnScales scales = ColumnScales.Of(data, [0, 1, 2], LinearScaling.Standard, shift: true, s_none);
        Assert.AreEqual(2.5, scales.Shifts[0], 1e-15);
        Assert.AreEqual(1 / Math.Sqrt(0.75), scales.Factors[0], 1e-15);
        Assert.AreEqual(5.0, scales.Shifts[1]);
        Assert.AreEqual(0.0, scales.Factors[1], "constant but for a row without weight");

        ColumnScales unshifted = ColumnScales.Of(data, [0, 1], LinearScaling.Standard, shift: false, s_none);
        Assert.AreEqual(0.0, unshifted.Shifts[0]);
        Assert.AreEqual(1 / Math.Sqrt(7), unshifted.Factors[0], 1e-15);
        Assert.AreEqual(0.2, unshifted.Factors[1], 1e-15);
    }

    [TestMethod]
    public void RobustScalesAreQuartilesThatAnOutlierDoesNotMove()
    {
        double[] values = [.. Enumerable.Range(0, 101).Select(i => i == 100 ? 1e4 : i)];
        ColumnScales scales = ColumnScales.Of(new LinearData(values, 1, new double[101]), [.. Enumerable.Range(0, 101)], LinearScaling.Robust, shift: true, s_none);
        Assert.AreEqual(50, scales.Shifts[0], 1);
        Assert.AreEqual(1.349 / 50, scales.Factors[0], 1e-3);

        // More than half of the values are the same: mean and deviation.
        LinearData rare = new([0, 0, 0, 0, 5], 1, new double[5]);
        int[] rows = [0, 1, 2, 3, 4];
        Assert.AreEqual(ColumnScales.Of(rare, rows, LinearScaling.Standard, shift: true, s_none).Factors[0], ColumnScales.Of(rare, rows, LinearScaling.Robust, shift: true, s_none).Factors[0]);
    }

    /// <summary>A one-hot column stays one, however rare, and a column of large values in fewer than half of the rows is divided by their size.</summary>
    [TestMethod]
    public void ScalesOfSparseRowsAreOfTheirStoredValues()
    {
        SparseRowsBuilder builder = new(3);
        builder.Add([0], [1]);
        builder.Add([1], [30]);
        builder.Add([1], [40]);
        builder.Add([], []);
        builder.Add([], []);
        LinearData data = new(builder.Build(), new double[5]);
        ColumnScales scales = ColumnScales.Of(data, [0, 1, 2, 3, 4], LinearScaling.Standard, shift: true, s_none);
        CollectionAssert.AreEqual(new double[3], scales.Shifts);
        CollectionAssert.AreEqual(new[] { 1, 1 / Math.Sqrt(1250), 0 }, scales.Factors);
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(8)]
    [DataRow(13)]
    public void WhiteColumnsAreUncorrelatedOfVarianceOne(int width)
    {
        LinearData data = new RandomLine(9000, width, 0.1, seed: width, weighted: true).Single();
        int[] rows = [.. Enumerable.Range(0, 9000)];
        ColumnScales scales = ColumnScales.Of(data, rows, LinearScaling.Standard, shift: true, s_none);
        Whitening whitening = Whitening.Of(data, rows, scales, 3, s_none);
        LinearData white = new LinearTransform(scales, whitening, 3, s_none).Apply(data);
        for (int j = 0; j < width; j++)
        {
            for (int k = 0; k <= j; k++)
            {
                double sum = rows.Sum(row => data.Weights![row] * white.DoubleFeatures![(row * width) + j] * white.DoubleFeatures[(row * width) + k]);
                Assert.AreEqual(j == k ? 1 : 0, sum / data.Weights!.Sum(), 1e-8);
            }
        }
    }

    /// <summary>The same predictions in either units, and there and back the same model.</summary>
    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void ModelsGoFromUnitToUnit(bool whiten)
    {
        LinearData data = new RandomLine(50, 5, 0.1, seed: 1).Double();
        int[] rows = [.. Enumerable.Range(0, 50)];
        ColumnScales scales = ColumnScales.Of(data, rows, LinearScaling.Robust, shift: true, s_none);
        LinearTransform transform = new(scales, whiten ? Whitening.Of(data, rows, scales, 1, s_none) : null, 1, s_none);
        LinearModel model = new([1, -2, 3, 0.5, 7], 4);
        LinearModel inside = transform.FromUnits(model);
        double[] changed = transform.Apply(data).DoubleFeatures!;
        for (int i = 0; i < 50; i++)
        {
            Assert.AreEqual(model.Predict(data.DoubleFeatures.AsSpan(5 * i, 5)), inside.Predict(changed.AsSpan(5 * i, 5)), 1e-12);
        }

        LinearModel back = transform.ToUnits(inside);
        Assert.AreEqual(model.Bias, back.Bias, 1e-12);
        for (int j = 0; j < 5; j++)
        {
            Assert.AreEqual(model.Weights[j], back.Weights[j], 1e-12);
        }
    }

    /// <summary>Curvatures of 1 and 1e-4: the plain descent takes a hundred times as many steps as the accelerated one.</summary>
    [TestMethod]
    public void AccelerationTakesTheRootOfTheSteps()
    {
        LinearData data = new([1, 0, 0, 0.01, -1, 0, 0, -0.01], 2, [1, 0.01, -1, -0.01]);
        int Epochs(bool accelerate) => new LinearRegression(new LinearOptions
        {
            FitIntercept = false, LearningRate = 1, NumberOfEpochs = 1_000_000, Accelerate = accelerate, GradientTolerance = 1e-9,
        }).Run(data).Epochs;
        int plain = Epochs(false);
        int accelerated = Epochs(true);
        Assert.IsGreaterThan(50_000, plain);
        Assert.IsLessThan(2000, accelerated);
    }

    /// <summary>A rate of several times what the rows allow is lowered by what the gradients tell.</summary>
    [TestMethod]
    public void AccelerationNoticesARateThatIsTooLarge()
    {
        RandomLine line = new(200, 6, 0.3, seed: 3);
        LinearData data = line.Single();
        double limit = new LinearRegression(new LinearOptions()).EstimateLearningRate(data).Largest;
        LinearOptions options = new() { LearningRate = 1.5 * limit, NumberOfEpochs = 3000 };
        Assert.ThrowsExactly<DivergenceException>(() => new LinearRegression(options).Run(data));
        LinearResult result = new LinearRegression(options with { Accelerate = true }).Run(data);
        double[] best = line.ClosedForm();
        for (int j = 0; j < 6; j++)
        {
            Assert.AreEqual(best[j], result.Model.Weights[j], 1e-9);
        }

        Assert.IsLessThan(limit, result.History.Epochs[^1].LearningRate);
    }

    /// <summary>The rate that the estimate for options recommends, and on whitened rows that of curvature 1 in all directions.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(32)]
    [DataRow(int.MaxValue)]
    public void TheChosenRateIsTheLargestSureOne(int batch)
    {
        LinearData data = new RandomLine(300, 6, 0.3, seed: 3, weighted: true).Single();
        LinearOptions options = new() { Optimizer = null, NumberOfEpochs = 3, BatchSize = batch };
        LinearChoice? choice = null;
        new ScaledLinearRegression(options, LinearScaling.None, whiten: false).Run(data, onChosen: chosen => choice = chosen);
        double expected = new LinearRegression(options).EstimateLearningRate(data).Recommended;
        Assert.IsFalse(choice!.IsWhitened);
        Assert.IsLessThanOrEqualTo(expected * (1 + 1e-9), choice.Options.LearningRate!.Value);
        Assert.IsGreaterThan(expected / 1.2, choice.Options.LearningRate!.Value);

        new ScaledLinearRegression(options, LinearScaling.Standard, whiten: null).Run(data, onChosen: chosen => choice = chosen);
        Assert.IsTrue(choice.IsWhitened);
        Assert.AreEqual(batch == int.MaxValue ? 0.5 : choice.Options.LearningRate!.Value, choice.Options.LearningRate!.Value, 1e-9);
    }

    /// <summary>Whitening is for what looks at the loss alone; more features than are worth it stay correlated.</summary>
    [TestMethod]
    public void WhitensOnlyWhereThatIsTheSameProblem()
    {
        LinearData data = new RandomLine(60, 3, 0.3, seed: 3).Single();
        LinearOptions options = new() { Optimizer = null, NumberOfEpochs = 3 };
        Assert.IsTrue(IsWhitened(options, data));
        Assert.IsFalse(IsWhitened(options with { L2Regularization = 0.1 }, data));
        Assert.IsFalse(IsWhitened(options with { L1Regularization = 0.1 }, data));
        Assert.IsFalse(IsWhitened(options with { ClipNorm = 1 }, data));
        Assert.IsFalse(IsWhitened(options with { LearningRate = 0.1 }, data));
        Assert.IsFalse(IsWhitened(options with { Optimizer = new Adam() }, data));
        Assert.IsFalse(IsWhitened(options, new RandomLine(60, 3, 0.3, seed: 3).Sparse()));
        Assert.IsFalse(IsWhitened(options, new RandomLine(20, 1025, 0.3, seed: 3).Single()));

        static bool IsWhitened(LinearOptions options, LinearData data)
        {
            bool? whitened = null;
            new ScaledLinearRegression(options, LinearScaling.Standard, null).Run(data, onChosen: choice => whitened = choice.IsWhitened);
            return whitened!.Value;
        }
    }

    /// <summary>The estimate at a cycle's end is exact: it stops where the loss is near its least, and not before.</summary>
    [TestMethod]
    [DataRow(0.5, true)]
    [DataRow(2.0, false)]
    public void ACycleEndsTheRunByItsDistanceToTheMinimum(double share, bool converged)
    {
        RandomLine line = new(400, 3, 0.5, seed: 5);
        LinearData data = line.Double();
        int[] rows = [.. Enumerable.Range(0, 400)];
        ColumnScales scales = ColumnScales.Of(data, rows, LinearScaling.Standard, shift: true, s_none);
        LinearTransform transform = new(scales, Whitening.Of(data, rows, scales, 1, s_none), 1, s_none);
        LinearData white = transform.Apply(data);
        double[] best = line.ClosedForm();
        LinearModel minimum = transform.FromUnits(new LinearModel(best.AsSpan(0, 3), best[3]));
        using FullPass pass = new(LinearKernel.Create(white, new MeanSquaredError()), rows, 3, 1);
        double least = pass.Measure([.. minimum.Weights, minimum.Bias]).Reduced(new MeanSquaredError());

        // A step of d along a white direction adds d² to the mean squared error.
        double[] parameters = [.. minimum.Weights, minimum.Bias];
        parameters[1] += Math.Sqrt(share * 1e-3 * least);
        CycleEnd end = new(new LinearOptions(), constantLoss: 1) { FirstCycle = 4, IsWhite = true };
        EpochRecord Record(int epoch) => new(epoch, least, 0, double.NaN, double.NaN, 0, 0);
        double[] gradient = new double[4];
        Assert.IsFalse(end.IsConverged(Record(3), pass, parameters, gradient), "in the middle of a cycle");
        Assert.AreEqual(converged, end.IsConverged(Record(4), pass, parameters, gradient));
        Assert.IsFalse(end.IsConverged(Record(11), pass, [.. minimum.Weights, minimum.Bias], gradient), "the second cycle has eight epochs");
        Assert.IsTrue(end.IsConverged(Record(12), pass, [.. minimum.Weights, minimum.Bias], gradient));
    }

    [TestMethod]
    public void AVanishedLossEndsTheRun()
    {
        LinearData data = new RandomLine(50, 3, noise: 0, seed: 5).Double();
        LinearResult result = new ScaledLinearRegression(new LinearOptions { Optimizer = null, NumberOfEpochs = null }, LinearScaling.Standard, whiten: false).Run(data);
        Assert.AreEqual(StopReason.Converged, result.StopReason);
        Assert.IsLessThan(1e-11, result.FinalLoss);
    }

    [TestMethod]
    public void ACancelledRunEndsBeforeItHasPrepared()
    {
        using CancellationTokenSource source = new();
        source.Cancel();
        LinearOptions options = new() { Optimizer = null, NumberOfEpochs = null, CancellationToken = source.Token };
        Assert.ThrowsExactly<OperationCanceledException>(() => new ScaledLinearRegression(options, LinearScaling.Standard, null).Run(
            new RandomLine(50, 3, 0.1, seed: 5).Double(), onChosen: _ => Assert.Fail("It was prepared.")));
    }

    [TestMethod]
    public void ANumberThatIsNoneIsNamedByItsRowAndColumn()
    {
        LinearData data = new([1, 2, double.NaN, 4], 2, [1, 2]);
        string message = Assert.ThrowsExactly<ArgumentException>(() => new ScaledLinearRegression(new LinearOptions(), LinearScaling.Standard, null).Run(data)).Message;
        Assert.Contains("Row 1 (counted from 0) has NaN in column 0", message);
    }
}
