namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The loops over rows against sums taken one by one.</summary>
[TestClass]
public sealed class LinearKernelTests
{
    public static IEnumerable<object[]> Cases =>
        from kind in new[] { "single", "double", "sparse", "other" }
        from width in new[] { 1, 2, 3, 4, 5, 8, 9, 31, 33, 40, 70 }
        from rows in new[] { 1, 7, 8, 27 }
        from weighted in new[] { false, true }
        where rows > 1 || !weighted
        select new object[] { kind, width, rows, weighted };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void LossesAndGradientsAreThoseOfSinglePredictions(string kind, int width, int rows, bool weighted)
    {
        RandomLine line = new(rows, width, noise: 1, seed: width + rows, weighted);
        LinearData data = Make(line, kind);
        double[] parameters = Parameters(width);
        foreach (Loss loss in new Loss[] { new MeanSquaredError(), new Curved() })
        {
            LinearKernel kernel = LinearKernel.Create(data, loss);
            int[] order = [.. Enumerable.Range(0, rows).OrderBy(i => (i * 7) % 11)];
            var (value, gradient) = Naive(line.Double(), parameters, loss);

            double[] actual = Enumerable.Repeat(double.NaN, width + 1).ToArray();
            Check(value, gradient, kernel.Gradient(order, parameters, actual), actual);
            Assert.AreEqual(value, kernel.Measure(order, parameters).Loss, 1e-10);

            PackedRows? packed = kernel.Pack(order);
            Assert.AreEqual(kind != "sparse" && width <= PackedRows.MaxWidth, packed is not null);
            if (packed is not null)
            {
                // Twice: nothing may be left from the first time.
                packed.Gradient(parameters, actual);
                Check(value, gradient, packed.Gradient(parameters, actual), actual);
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void TheLargestSumIsThatOfMagnitudes(string kind, int width, int rows, bool weighted)
    {
        RandomLine line = new(rows, width, noise: 1, seed: width + rows, weighted);
        double[] parameters = Parameters(width);
        double expected = line.Double().DoubleFeatures!.Chunk(width).Max(row => Math.Abs(parameters[width]) + row.Select((x, j) => Math.Abs(x * parameters[j])).Sum());
        LinearModel model = new(parameters.AsSpan(0, width), parameters[width]);
        Assert.AreEqual(expected, model.LargestSum(Make(line, kind)), 1e-12);
        Assert.ThrowsExactly<ArgumentException>(() => new LinearModel(parameters, 0).LargestSum(Make(line, kind)));
    }

    [TestMethod]
    [DataRow("single")]
    [DataRow("double")]
    [DataRow("sparse")]
    public void PlainDescentIsTheGeneralOne(string kind)
    {
        // A clipping value that is never reached takes the run off the shortest way.
        foreach (int width in new[] { 1, 9, 40 })
        {
            RandomLine line = new(rows: 50, width, noise: 0.1, seed: width, weighted: true);
            LinearOptions options = new() { NumberOfEpochs = 3, BatchSize = 1, Seed = 3, Optimizer = new Sgd { LearningRate = 0.01 } };
            LinearModel expected = new LinearRegression(options with { ClipValue = 1e9 }).Run(Make(line, kind)).Model;
            LinearModel actual = new LinearRegression(options).Run(Make(line, kind)).Model;
            for (int j = 0; j < width; j++)
            {
                Assert.AreEqual(expected.Weights[j], actual.Weights[j], 1e-14);
            }

            Assert.AreEqual(expected.Bias, actual.Bias, 1e-14);
        }
    }

    [TestMethod]
    public void ARowThatIsNotFiniteEndsTheDescentBeforeIt()
    {
        LinearKernel kernel = LinearKernel.Create(new LinearData([1, 2, double.NaN, 4], 1, [1, 1, 1, 1]), new MeanSquaredError());
        double[] parameters = [0, 0];
        LinearSums sums = default;
        Assert.AreEqual(2, kernel.Descend([0, 1, 2, 3], [], [0.01, 0.01, 0.01, 0.01], 1, default, true, parameters, ref sums));
        Assert.AreEqual(2, sums.Weight);
        Assert.IsTrue(double.IsFinite(parameters[0]));
    }

    /// <summary>For the squared error the metric is the root of the loss, whichever loop adds it up: rows count alike in both.</summary>
    [TestMethod]
    [DataRow("single")]
    [DataRow("double")]
    [DataRow("sparse")]
    public void TheMetricCountsRowsAsTheLossDoes(string kind)
    {
        foreach (int width in new[] { 1, 5, 9, 100 })
        {
            LinearData data = Make(new RandomLine(rows: 61, width, noise: 0.5, seed: width, weighted: true), kind);
            foreach (int batch in new[] { 1, 20, 61 })
            {
                EpochRecord epoch = new LinearRegression(new LinearOptions { NumberOfEpochs = 1, BatchSize = batch, Optimizer = new Sgd { LearningRate = 1e-3 }, ValidationFraction = 0.3 }).Run(data).History.Epochs[0];
                Assert.AreEqual(Math.Sqrt(epoch.TrainingLoss), epoch.TrainingMetric, 1e-12);
                Assert.AreEqual(Math.Sqrt(epoch.ValidationLoss), epoch.ValidationMetric, 1e-12);
            }
        }
    }

    [TestMethod]
    public void EqualSeedsGiveEqualBits()
    {
        LinearData data = new RandomLine(rows: 300, width: 20, noise: 0.1, seed: 1).Single();
        foreach (int batch in new[] { 1, 7, 300 })
        {
            double[] Weights(int seed) => new LinearRegression(new LinearOptions { NumberOfEpochs = 3, BatchSize = batch, Seed = seed }).Run(data).Model.Weights.ToArray();
            CollectionAssert.AreEqual(Weights(1), Weights(1));
            Assert.AreEqual(batch == 300, Weights(1).SequenceEqual(Weights(2)));
        }
    }

    private static LinearData Make(RandomLine line, string kind) => kind switch
    {
        "single" => line.Single(),
        "double" => line.Double(),
        "sparse" => line.Sparse(),
        _ => line.Other(),
    };

    private static double[] Parameters(int width)
    {
        RandomSource random = new(5);
        return [.. Enumerable.Range(0, width + 1).Select(_ => random.NextGaussian())];
    }

    private static (double Loss, double[] Gradient) Naive(LinearData data, double[] parameters, Loss loss)
    {
        bool square = loss is MeanSquaredError;
        double total = 0;
        double[] gradient = new double[parameters.Length];
        for (int i = 0; i < data.Count; i++)
        {
            ReadOnlySpan<double> x = data.DoubleFeatures.AsSpan(i * data.Width, data.Width);
            double prediction = parameters[^1];
            for (int j = 0; j < x.Length; j++)
            {
                prediction += parameters[j] * x[j];
            }

            double weight = data.Weights?[i] ?? 1;
            double error = prediction - data.Targets[i];
            total += weight * (square ? error * error : Math.Log(Math.Exp(error) + Math.Exp(-error)));
            double derivative = weight * (square ? 2 * error : Math.Tanh(error));
            for (int j = 0; j < x.Length; j++)
            {
                gradient[j] += derivative * x[j];
            }

            gradient[^1] += derivative;
        }

        return (total, gradient);
    }

    private static void Check(double loss, double[] gradient, LinearSums sums, double[] actual)
    {
        Assert.AreEqual(loss, sums.Loss, 1e-10);
        for (int j = 0; j < gradient.Length; j++)
        {
            Assert.AreEqual(gradient[j], actual[j], 1e-10, $"element {j}");
        }
    }

    /// <summary>log(2 cosh(p − t)), so that a loss is tested that needs exp, log and tanh.</summary>
    private sealed record Curved : ElementLoss<CurvedRule>
    {
        public override string Name => "curved";

        protected override CurvedRule Rule => default;
    }

    private readonly struct CurvedRule : ILossRule
    {
        public TLane Value<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => TLane.Log(TLane.Exp(prediction - target) + TLane.Exp(target - prediction));

        public TLane Derivative<TLane>(TLane prediction, TLane target)
            where TLane : struct, ILane<TLane> => TLane.Tanh(prediction - target);
    }
}
