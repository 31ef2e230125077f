namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Descent over wide dense rows, which takes the sums of the next row early, against steps that are made one after another.</summary>
[TestClass]
public sealed class LookAheadDescentTests
{
    public static IEnumerable<object[]> Cases =>
        from width in new[] { 8, 9, 15, 16, 17, 23, 31, 32, 47, 48, 100 }
        from single in new[] { false, true }
        from penalties in new[] { (L2: 0.0, L1: 0.0), (L2: 0.02, L1: 0.0), (L2: 0.0, L1: 0.01), (L2: 0.02, L1: 0.01) }
        select new object[] { width, single, penalties.L2, penalties.L1 };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void ItIsTheDescentStepByStep(int width, bool single, double l2, double l1)
    {
        RandomLine line = new(rows: 60, width, noise: 0.1, seed: width, weighted: true);
        LinearOptions options = new()
        {
            NumberOfEpochs = 3,
            BatchSize = 1,
            Seed = 3,
            Optimizer = new Sgd { LearningRate = 0.01 },
            Schedule = new InverseTimeDecay { Decay = 0.5 },
            L2Regularization = l2,
            L1Regularization = l1,
            FitIntercept = width % 2 == 0,
            Shuffle = l1 == 0,
        };
        LinearData data = single ? line.Single() : line.Double();

        // A clipping value that is never reached takes the run off the short way.
        LinearResult expected = new LinearRegression(options with { ClipValue = 1e9 }).Run(data);
        LinearResult actual = new LinearRegression(options).Run(data);
        for (int j = 0; j < width; j++)
        {
            Assert.AreEqual(expected.Model.Weights[j], actual.Model.Weights[j], 1e-13, $"weight {j}");
        }

        Assert.AreEqual(expected.Model.Bias, actual.Model.Bias, 1e-13);
        for (int epoch = 0; epoch < options.NumberOfEpochs; epoch++)
        {
            Assert.AreEqual(expected.History.Epochs[epoch].TrainingLoss, actual.History.Epochs[epoch].TrainingLoss, 1e-12);
            Assert.AreEqual(expected.History.Epochs[epoch].LearningRate, actual.History.Epochs[epoch].LearningRate);
        }
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(5)]
    public void ARowThatIsNotFiniteEndsTheDescentBeforeIt(int bad)
    {
        const int Width = 20;
        RandomLine line = new(rows: 8, Width, noise: 0.1, seed: 1);
        LinearData data = line.Double();
        double[] expected = new double[Width + 1];
        double[] rates = [.. Enumerable.Repeat(0.01, 8)];
        int[] rows = [.. Enumerable.Range(0, 8)];
        LinearSums sums = default;
        if (bad > 0)
        {
            LinearKernel.Create(data, new MeanSquaredError()).Descend(rows.AsSpan(0, bad), [], rates, 1, default, true, expected, ref sums);
        }

        data.DoubleFeatures![(bad * Width) + 3] = double.NaN;
        double[] actual = new double[Width + 1];
        Assert.AreEqual(bad, LinearKernel.Create(data, new MeanSquaredError()).Descend(rows, [], rates, 1, default, true, actual, ref sums));
        for (int j = 0; j <= Width; j++)
        {
            Assert.AreEqual(expected[j], actual[j], 1e-15);
        }
    }

    [TestMethod]
    public void TheLastRowOfAnArrayIsReadToItsEndOnly()
    {
        // With a width of 17 the last lane would reach beyond the array.
        RandomLine line = new(rows: 2, width: 17, noise: 0, seed: 4);
        LinearResult result = new LinearRegression(new LinearOptions { BatchSize = 1, NumberOfEpochs = 2000, Optimizer = new Sgd { LearningRate = 0.02 } }).Run(line.Single());
        Assert.AreEqual(0, result.History.Epochs[^1].TrainingLoss, 1e-12);
    }
}
