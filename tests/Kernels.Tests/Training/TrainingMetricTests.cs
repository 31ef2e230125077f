namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Which metric is reported, and its value by hand.</summary>
[TestClass]
public class TrainingMetricTests
{
    [TestMethod]
    public void TargetsAndLossDecide()
    {
        IRowSource<float> classes = new ClassRows([0, 1], 2);
        IRowSource<float> numbers = new DenseRows([1, 2], 1);
        Assert.AreEqual(new Accuracy(), Metric.For(classes));
        Assert.AreEqual(new Accuracy(), Metric.For(classes, OutputLink.Sigmoid));
        Assert.AreEqual(new Accuracy(), Metric.For(numbers, OutputLink.Softmax));
        Assert.AreEqual(new BinaryAccuracy(), Metric.For(numbers, OutputLink.Sigmoid));
        Assert.AreEqual(new RootMeanSquaredError(), Metric.For(numbers));
        Assert.AreEqual(new RootMeanSquaredError { Exponential = true }, Metric.For(numbers, OutputLink.Exponential));
    }

    /// <summary>Four of six on the right side; a logit or target on the border counts as no.</summary>
    [TestMethod]
    public void BinaryAccuracyByHand() =>
        Assert.AreEqual(4.0 / 6, Measure(new BinaryAccuracy(), [3, -1, 0, 0, -2, 0.1], [1, 0, 1, 0.5, 1, 0.7]), 1e-15);

    /// <summary>√((e⁰ − 2)² + (e^ln 4 − 1)²) / 2) = √5.</summary>
    [TestMethod]
    public void ErrorOfLogarithmsIsMeasuredAfterTheLink() =>
        Assert.AreEqual(Math.Sqrt(5), Measure(new RootMeanSquaredError { Exponential = true }, [0, Math.Log(4)], [2, 1]), 1e-14);

    /// <summary>√((0 − 2)² + (4 − 1)²) / 2).</summary>
    [TestMethod]
    public void ErrorByHand() => Assert.AreEqual(Math.Sqrt(6.5), Measure(new RootMeanSquaredError(), [0, 4], [2, 1]), 1e-14);

    private static double Measure(Metric metric, double[] prediction, double[] target)
    {
        ReferenceBackend<double> backend = new();
        int rows = prediction.Length / 2;
        LossPass<double> pass = new(backend.Tensor(prediction), backend.Tensor(target), default, backend.Allocate(rows), default, 1, rows, 2);
        using Totals totals = backend.AllocateTotals(1);
        metric.Measure(backend, pass, totals, 0);
        double[] total = new double[1];
        backend.Read(totals, 0, total);
        return metric.Finish(total[0], rows, 2);
    }
}
