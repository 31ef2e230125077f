namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>A run that chooses its rate never diverges, and ends no worse than the best constant, whatever the rows, the loss and the penalties.</summary>
[TestClass]
public sealed class ChosenRateTests
{
    private static readonly Loss[] s_losses =
        [new MeanSquaredError(), new MeanSquaredError { Reduction = Reduction.Sum }, new MeanAbsoluteError(), new Huber(), new LogCosh()];

    public static IEnumerable<object[]> Seeds => Enumerable.Range(0, 5).Select(seed => new object[] { seed });

    [TestMethod]
    [DynamicData(nameof(Seeds))]
    public void AnyRowsAreLearned(int seed)
    {
        RandomSource random = new((ulong)seed);
        for (int i = 0; i < 12; i++)
        {
            int rows = 1 + random.NextInt32(120);
            int width = 1 + random.NextInt32(12);
            bool sparse = random.NextInt32(4) == 0;
            (LinearData data, double[] targets) = Rows(random, rows, width, sparse);
            LinearOptions options = new()
            {
                Optimizer = null,
                Loss = s_losses[random.NextInt32(s_losses.Length)],
                BatchSize = new[] { int.MaxValue, 1, 2 + random.NextInt32(30) }[random.NextInt32(3)],
                NumberOfEpochs = 300,
                FitIntercept = random.NextInt32(4) > 0,
                L2Regularization = random.NextInt32(4) == 0 ? Math.Pow(10, (5 * random.NextDouble()) - 4) : 0,
                L1Regularization = random.NextInt32(6) == 0 ? Math.Pow(10, (4 * random.NextDouble()) - 4) : 0,
            };
            LinearScaling scaling = random.NextInt32(3) == 0 ? LinearScaling.Robust : LinearScaling.Standard;
            string what = $"{i}: {rows} × {width}, {(sparse ? "sparse, " : "")}{options.Loss}, {scaling}, batch {options.BatchSize}, L2 {options.L2Regularization}, L1 {options.L1Regularization}";
            try
            {
                LinearModel model = new ScaledLinearRegression(options, scaling, whiten: null).Run(data).Model;
                LinearRegression loss = new(new LinearOptions { Loss = options.Loss });
                double constant = options.FitIntercept ? BestConstant.Output(options.Loss, targets, [.. targets.Select(_ => 1.0)])!.Value : 0;
                double level = loss.Evaluate(new LinearModel(new double[width], constant), data).Loss;
                Assert.IsLessThanOrEqualTo(1.05 * level, loss.Evaluate(model, data).Loss, what);
            }
            catch (DivergenceException e)
            {
                Assert.Fail($"{what}: {e.Message}");
            }
        }
    }

    /// <summary>Columns of sizes from 1e-30 to 1e30, far from 0, parallel, constant, rare, or with outliers; labels of any size.</summary>
    private static (LinearData Data, double[] Targets) Rows(RandomSource random, int rows, int width, bool sparse)
    {
        double[] sizes = [.. Enumerable.Range(0, width).Select(_ => Math.Pow(10, random.NextInt32(2) * 30 * ((2 * random.NextDouble()) - 1)))];
        double[] offsets = [.. Enumerable.Range(0, width).Select(_ => sparse ? 0 : random.NextInt32(2) * 100 * random.NextGaussian())];
        int[] kinds = [.. Enumerable.Range(0, width).Select(_ => random.NextInt32(5))];
        double[] plane = [.. Enumerable.Range(0, width).Select(_ => random.NextGaussian())];
        double size = Math.Pow(10, random.NextInt32(2) * 12 * ((2 * random.NextDouble()) - 1));
        float[] features = new float[rows * width];
        double[] targets = new double[rows];
        for (int i = 0; i < rows; i++)
        {
            double common = random.NextGaussian();
            double length = random.NextInt32(20) == 0 ? 300 : 1;
            double sum = 10 + random.NextGaussian();
            for (int j = 0; j < width; j++)
            {
                double value = kinds[j] switch
                {
                    0 => length * random.NextGaussian(),
                    1 => common + (1e-3 * random.NextGaussian()),
                    2 => 1,
                    3 => random.NextInt32(10) == 0 ? 1 : 0,
                    _ => random.NextGaussian(),
                };
                value = sparse && random.NextInt32(4) > 0 ? 0 : value;
                sum += plane[j] * value;
                features[(i * width) + j] = (float)((value + offsets[j]) * sizes[j]);
            }

            targets[i] = size * sum;
        }

        if (!sparse)
        {
            return (new LinearData(new DenseRows(features, width), targets), targets);
        }

        SparseRowsBuilder builder = new(width);
        for (int i = 0; i < rows; i++)
        {
            builder.Add(features.AsSpan(i * width, width));
        }

        return (new LinearData(builder.Build(), targets), targets);
    }
}
