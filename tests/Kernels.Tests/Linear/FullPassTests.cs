namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Passes over enough rows to be cut into pieces.</summary>
[TestClass]
public sealed class FullPassTests
{
    private const int Rows = 40_000;

    [TestMethod]
    [DataRow(3)]
    [DataRow(40)]
    public void ItsSumsAreThoseOfOnePass(int width)
    {
        LinearData data = new RandomLine(Rows, width, noise: 1, seed: width, weighted: true).Single();
        LinearKernel kernel = LinearKernel.Create(data, new MeanSquaredError());
        int[] rows = [.. Enumerable.Range(0, Rows)];
        double[] parameters = [.. Enumerable.Range(0, width + 1).Select(j => 0.1 * j)];
        double[] expected = new double[width + 1];
        double[] actual = new double[width + 1];
        LinearSums all = kernel.Gradient(rows, parameters, expected);
        using FullPass pass = new(kernel, rows, width, threads: 2);
        foreach (LinearSums sums in new[] { pass.Gradient(parameters, actual), pass.Measure(parameters), pass.Gradient(parameters, actual) })
        {
            Assert.AreEqual(all.Loss, sums.Loss, 1e-9 * all.Loss);
            Assert.AreEqual(all.Weight, sums.Weight, 1e-9 * all.Weight);
            Assert.AreEqual(all.Squares, sums.Squares, 1e-9 * all.Squares);
            Assert.AreEqual(all.Weight, sums.Weight, 1e-9 * all.Weight);
        }

        for (int j = 0; j <= width; j++)
        {
            Assert.AreEqual(expected[j], actual[j], 1e-9 * all.Weight, $"element {j}");
        }
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(40)]
    public void AnyNumberOfThreadsGivesTheSameBits(int width)
    {
        LinearData data = new RandomLine(Rows, width, noise: 1, seed: width).Single();
        LinearResult Run(int? threads) => new LinearRegression(new LinearOptions { NumberOfEpochs = 3, ValidationFraction = 0.5, NumberOfThreads = threads, Optimizer = new Sgd { LearningRate = 0.1 } }).Run(data);
        LinearResult one = Run(1);
        foreach (int? threads in new int?[] { null, 2, 3 })
        {
            LinearResult other = Run(threads);
            CollectionAssert.AreEqual(one.Model.Weights.ToArray(), other.Model.Weights.ToArray());
            Assert.AreEqual(one.Model.Bias, other.Model.Bias);
            Assert.AreEqual(one.FinalLoss, other.FinalLoss);
            CollectionAssert.AreEqual(one.History.Epochs.Select(e => e.ValidationLoss).ToArray(), other.History.Epochs.Select(e => e.ValidationLoss).ToArray());
        }
    }

    [TestMethod]
    public void AnInterruptWaitsForAllPieces()
    {
        int running = -1;
        string outcome = Interrupts.Outcome(() =>
        {
            LateParts late = new();
            using FullPass pass = new(new LateKernel(late), new int[Rows], width: 1, threads: 2);
            Thread.CurrentThread.Interrupt();
            try
            {
                pass.Measure([0, 0]);
            }
            finally
            {
                running = late.Running;
            }
        });
        Assert.AreEqual(nameof(ThreadInterruptedException), outcome);
        Assert.AreEqual(0, running);
    }

    private sealed class LateKernel(LateParts late) : LinearKernel
    {
        public override bool DescendsWithPenalties => false;

        public override LinearSums Measure(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters)
        {
            late.Run();
            return default;
        }

        public override LinearSums Gradient(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, Span<double> gradient) => throw new NotSupportedException();

        public override int Descend(
            ReadOnlySpan<int> rows, ReadOnlySpan<int> ahead, ReadOnlySpan<double> rates, double factor, RowPenalties penalties, bool fitIntercept, Span<double> parameters, ref LinearSums sums) =>
            throw new NotSupportedException();

        public override PackedRows? Pack(ReadOnlySpan<int> rows) => throw new NotSupportedException();

        public override void Curvatures(ReadOnlySpan<int> rows, ReadOnlySpan<double> parameters, bool atTarget, Span<double> curvatures) => throw new NotSupportedException();

        public override double SquaredNorm(int row) => throw new NotSupportedException();

        public override double LargestProducts(ReadOnlySpan<double> weights) => throw new NotSupportedException();
    }
}
