using System.Numerics;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Losses: values, gradients, weights, reductions, extreme logits.</summary>
[TestClass]
public sealed class LossTests
{
    private static readonly Golden File = GoldenFile.Read<Golden>("losses.json");

    private static IEnumerable<object[]> Cases => Families.LossCases;

    private static IEnumerable<object[]> GoldenCases => Enumerable.Range(0, File.Cases.Length).Select(i => new object[] { i });

    /// <summary>Value and gradient as PyTorch has them, in double and float.</summary>
    [TestMethod]
    [DynamicData(nameof(GoldenCases))]
    public void AgreesWithPyTorch(int index)
    {
        Case golden = File.Cases[index];
        (double value, double[] gradient, _) = Evaluate<double>(golden.Loss, golden.Prediction, golden.Target, null, File.Rows, File.Columns);
        TestTensors.AreClose([golden.Value], [value], 1e-14, $"{golden.Loss} value");
        TestTensors.AreClose(golden.Gradient, gradient, 1e-14, $"{golden.Loss} gradient");

        (value, gradient, _) = Evaluate<float>(golden.Loss, golden.Prediction, golden.Target, null, File.Rows, File.Columns);
        TestTensors.AreClose([golden.Value], [value], 1e-6, $"{golden.Loss} value in float");
        TestTensors.AreClose(golden.Gradient, gradient, 1e-6, $"{golden.Loss} gradient in float");
    }

    /// <summary>A new loss needs golden values, with both reductions.</summary>
    [TestMethod]
    public void EveryLossHasGoldenValues()
    {
        (string, Reduction)[] golden = [.. File.Cases.Select(c => (c.Loss.Name, c.Loss.Reduction)).Distinct()];
        CollectionAssert.IsSubsetOf(
            Losses.All.SelectMany(loss => Enum.GetValues<Reduction>().Select(reduction => (loss.Name, reduction))).ToArray(), golden);
    }

    /// <summary>The gradient is the derivative of the reduced loss, with and without weights.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void GradientIsTheDerivative(Loss loss)
    {
        foreach ((int rows, int columns) in new[] { (1, 1), (1, 4), (3, 2), (5, 7) })
        {
            double[] prediction = TestTensors.Gaussians(rows * columns, 1);
            double[] target = SoftTargets(rows, columns);
            foreach (double[]? weights in new[] { null, Enumerable.Range(0, rows).Select(i => 0.5 * i).ToArray() })
            {
                (_, double[] gradient, _) = Evaluate<double>(loss, prediction, target, weights, rows, columns);
                GradientCheck.Verify(
                    $"{loss} {rows} × {columns}", prediction, gradient, p => Evaluate<double>(loss, p, target, weights, rows, columns).Value);
            }
        }
    }

    /// <summary>Float agrees with double.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void FloatAgreesWithDouble(Loss loss)
    {
        double[] prediction = TestTensors.Gaussians(6 * 5, 2, 3);
        double[] target = SoftTargets(6, 5);
        double[] weights = [1, 2, 0, 0.25, 3, 1];
        (double expected, double[] expectedGradient, double[] expectedRows) = Evaluate<double>(loss, prediction, target, weights, 6, 5);
        (double actual, double[] gradient, double[] rows) = Evaluate<float>(loss, prediction, target, weights, 6, 5);
        Assert.AreEqual(expected, actual, 1e-5 * Math.Abs(expected));
        TestTensors.AreClose(expectedGradient, gradient, 1e-5);
        TestTensors.AreClose(expectedRows, rows, 1e-5);
    }

    /// <summary>The gradient may be written over the prediction, and may be left out.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void GradientMayReplaceThePrediction(Loss loss)
    {
        ReferenceBackend<double> backend = new();
        double[] prediction = TestTensors.Gaussians(12, 2);
        double[] target = SoftTargets(3, 4);
        (_, double[] gradient, double[] rows) = Evaluate<double>(loss, prediction, target, null, 3, 4);

        Tensor<double> shared = backend.Tensor(prediction);
        Tensor<double> losses = backend.Allocate(3);
        LossPass<double> pass = new(shared, backend.Tensor(target), default, losses, default, Scale(loss, 3, 4), 3, 4);
        loss.Evaluate(backend, pass);
        CollectionAssert.AreEqual(rows, backend.Values(losses));
        CollectionAssert.AreEqual(prediction, backend.Values(shared));

        loss.Evaluate(backend, pass with { Gradient = shared });
        CollectionAssert.AreEqual(rows, backend.Values(losses));
        CollectionAssert.AreEqual(gradient, backend.Values(shared));
    }

    /// <summary>Squared error by hand: rows (1−0)² + (2−4)² = 5 and (−1−1)² + 0² = 4.</summary>
    [TestMethod]
    public void MeanSquaredErrorByHand()
    {
        double[] prediction = [1, 2, -1, 3];
        double[] target = [0, 4, 1, 3];

        (double mean, double[] gradient, double[] rows) = Evaluate<double>(new MeanSquaredError(), prediction, target, null, 2, 2);
        CollectionAssert.AreEqual(new double[] { 5, 4 }, rows);
        Assert.AreEqual(9.0 / 4, mean);
        CollectionAssert.AreEqual(new[] { 0.5, -1, -1, 0 }, gradient);

        (double sum, gradient, _) = Evaluate<double>(new MeanSquaredError { Reduction = Reduction.Sum }, prediction, target, null, 2, 2);
        Assert.AreEqual(9, sum);
        CollectionAssert.AreEqual(new double[] { 2, -4, -4, 0 }, gradient);

        // Weights 3 and 1: (3 · 5 + 1 · 4) / ((3 + 1) · 2).
        (mean, gradient, rows) = Evaluate<double>(new MeanSquaredError(), prediction, target, [3, 1], 2, 2);
        CollectionAssert.AreEqual(new double[] { 15, 4 }, rows);
        Assert.AreEqual(19.0 / 8, mean);
        CollectionAssert.AreEqual(new[] { 0.75, -1.5, -0.5, 0 }, gradient);
    }

    /// <summary>Cross-entropy by hand: logits (0, ln 3) have the probabilities ¼ and ¾.</summary>
    [TestMethod]
    public void CrossEntropyByHand()
    {
        double[] prediction = [0, Math.Log(3), 5, 5];
        double[] target = [0, 1, 1, 0];

        (double mean, double[] gradient, double[] rows) = Evaluate<double>(new SoftmaxCrossEntropy(), prediction, target, null, 2, 2);
        TestTensors.AreClose([Math.Log(4.0 / 3), Math.Log(2)], rows, 1e-15);
        Assert.AreEqual((Math.Log(4.0 / 3) + Math.Log(2)) / 2, mean, 1e-15);
        TestTensors.AreClose([0.125, -0.125, -0.25, 0.25], gradient, 1e-15);

        // Weights 3 and 1: the mean divides by their sum.
        (mean, gradient, _) = Evaluate<double>(new SoftmaxCrossEntropy(), prediction, target, [3, 1], 2, 2);
        Assert.AreEqual(((3 * Math.Log(4.0 / 3)) + Math.Log(2)) / 4, mean, 1e-15);
        TestTensors.AreClose([3 * 0.25 / 4, -3 * 0.25 / 4, -0.5 / 4, 0.5 / 4], gradient, 1e-15);
    }

    /// <summary>Smoothing 0.2 of two classes makes the target (0, 1) to (0.1, 0.9).</summary>
    [TestMethod]
    public void LabelSmoothingMixesTheTarget()
    {
        double[] prediction = [0.3, -1.2];
        (double smoothed, double[] gradient, _) = Evaluate<double>(new SoftmaxCrossEntropy { LabelSmoothing = 0.2 }, prediction, [0, 1], null, 1, 2);
        (double expected, double[] expectedGradient, _) = Evaluate<double>(new SoftmaxCrossEntropy(), prediction, [0.1, 0.9], null, 1, 2);
        Assert.AreEqual(expected, smoothed, 1e-15);
        TestTensors.AreClose(expectedGradient, gradient, 1e-15);
    }

    /// <summary>Logits far beyond the range of exp give the exact limit, also in float.</summary>
    [TestMethod]
    public void HugeLogitsStayFinite()
    {
        double[] prediction = [1e4, -1e4, 0, 3e38, -3e38, 0];
        double[] right = [1, 0, 0, 1, 0, 0];
        (double loss, double[] gradient, _) = Evaluate<float>(new SoftmaxCrossEntropy(), prediction, right, null, 2, 3);
        Assert.AreEqual(0, loss);
        CollectionAssert.AreEqual(new double[6], gradient);

        double[] wrong = [0, 1, 0];
        (loss, gradient, _) = Evaluate<float>(new SoftmaxCrossEntropy(), prediction.AsSpan(0, 3).ToArray(), wrong, null, 1, 3);
        Assert.AreEqual(20000, loss);
        CollectionAssert.AreEqual(new double[] { 1, -1, 0 }, gradient);

        // Nothing is wanted of a class that a −∞ has excluded, so it costs nothing.
        (loss, gradient, _) = Evaluate<float>(new SoftmaxCrossEntropy(), [0, double.NegativeInfinity, 0], [1, 0, 0], null, 1, 3);
        Assert.AreEqual(Math.Log(2), loss, 1e-7);
        CollectionAssert.AreEqual(new[] { -0.5, 0, 0.5 }, gradient);
    }

    /// <summary>Errors beyond the range of exp and cosh, in float.</summary>
    [TestMethod]
    public void HugeErrorsStayFinite()
    {
        (_, double[] gradient, double[] rows) = Evaluate<float>(new LogCosh(), [1e5, -3e38, 1e-4, 0], [0, 0, 0, 0], null, 4, 1);
        TestTensors.AreClose([1e5 - Math.Log(2), (float)3e38, 0, 0], rows, 1e-6);
        Assert.AreEqual(5e-9, rows[2], 1e-14, "no cancellation near 0");
        CollectionAssert.AreEqual(new[] { 0.25, -0.25 }, gradient[..2]);

        (_, gradient, rows) = Evaluate<float>(new BinaryCrossEntropy(), [1e30, -1e30, 200, -200], [0, 1, 1, 0], null, 4, 1);
        TestTensors.AreClose([(float)1e30, (float)1e30, 0, 0], rows, 1e-6);
        CollectionAssert.AreEqual(new[] { 0.25, -0.25, 0, 0 }, gradient);

        // −ln(1 − σ(−20)) = e^−20, although 1 + e^−20 is 1 in float.
        (_, _, rows) = Evaluate<float>(new BinaryCrossEntropy(), [-20], [0], null, 1, 1);
        Assert.AreEqual(Math.Exp(-20), rows[0], 1e-15);
    }

    /// <summary>On the target the derivative of a kink is 0.</summary>
    [TestMethod]
    public void KinksHaveNoSlope()
    {
        foreach (Loss loss in new Loss[] { new MeanAbsoluteError(), new Quantile(0.9) })
        {
            (double value, double[] gradient, _) = Evaluate<double>(loss, [2], [2], null, 1, 1);
            Assert.AreEqual(0, value, loss.Name);
            Assert.AreEqual(0, gradient[0], loss.Name);
        }
    }

    /// <summary>The minimum of the quantile loss over a constant is the quantile.</summary>
    [TestMethod]
    public void QuantileLossIsLeastAtTheQuantile()
    {
        double[] targets = [.. Enumerable.Range(1, 100).Select(i => (double)i)];
        double best = Enumerable.Range(0, 201).Select(i => i * 0.5).MinBy(constant =>
            Evaluate<double>(new Quantile(0.8), [.. Enumerable.Repeat(constant, 100)], targets, null, 100, 1).Value);
        Assert.IsInRange(80.0, 81.0, best);
    }

    /// <summary>Which scores belong to the outputs.</summary>
    [TestMethod]
    public void LinksMakeScores()
    {
        CheckLink(new MeanSquaredError(), OutputLink.Identity, [0, Math.Log(3)]);
        CheckLink(new SoftmaxCrossEntropy(), OutputLink.Softmax, [0.25, 0.75]);
        CheckLink(new BinaryCrossEntropy(), OutputLink.Sigmoid, [0.5, 0.75]);
        CheckLink(new Poisson(), OutputLink.Exponential, [1, 3]);
        CheckLink(new Poisson { LogInput = false }, OutputLink.Identity, [0, Math.Log(3)]);

        static void CheckLink(Loss loss, OutputLink link, double[] scores)
        {
            Assert.AreEqual(link, loss.Link);
            ReferenceBackend<double> backend = new();
            Tensor<double> outputs = backend.Tensor(0, Math.Log(3));
            loss.Link.Apply(backend, outputs, 1, 2);
            TestTensors.AreClose(scores, backend.Values(outputs), 1e-15);
        }
    }

    /// <summary>Settings out of their range are refused by name.</summary>
    [TestMethod]
    public void SettingsAreChecked()
    {
        Refused("Delta", new Huber(0));
        Refused("Delta", new Huber(double.NaN));
        Refused("Tau", new Quantile(0));
        Refused("Tau", new Quantile(1));
        Refused("Tau", new Quantile(double.NaN));
        Refused("PositiveWeight", new BinaryCrossEntropy { PositiveWeight = 0 });
        Refused("Epsilon", new Poisson { Epsilon = 0 });

        static void Refused(string setting, Loss loss) =>
            Assert.AreEqual(setting, Assert.ThrowsExactly<ArgumentOutOfRangeException>(loss.Validate).ParamName);
    }

    /// <summary>A NaN shows in its row's loss, and only there.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void NaNShowsInItsRow(Loss loss)
    {
        (_, _, double[] rows) = Evaluate<double>(loss, [0, 1, double.NaN, 1], [1, 0, 0, 1], null, 2, 2);
        Assert.IsTrue(double.IsFinite(rows[0]));
        Assert.IsTrue(double.IsNaN(rows[1]));
    }

    /// <summary>Smoothing of 1 or more, or below 0, leaves no target.</summary>
    [TestMethod]
    [DataRow(1.0)]
    [DataRow(-0.1)]
    [DataRow(double.NaN)]
    public void SmoothingIsChecked(double smoothing)
    {
        SoftmaxCrossEntropy loss = new() { LabelSmoothing = smoothing };
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(loss.Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Evaluate<double>(loss, [0], [1], null, 1, 1));
    }

    private sealed record Golden(int Rows, int Columns, Case[] Cases);

    private sealed record Case(Loss Loss, double[] Prediction, double[] Target, double Value, double[] Gradient);

    private static double Scale(Loss loss, double sumOfWeights, int columns) =>
        loss.Reduction == Reduction.Sum ? 1 : 1 / loss.MeanDivisor(sumOfWeights, columns);

    private static (double Value, double[] Gradient, double[] RowLosses) Evaluate<T>(
        Loss loss, double[] prediction, double[] target, double[]? weights, int rows, int columns)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReferenceBackend<T> backend = new();
        Tensor<T> rowLosses = backend.Allocate(rows);
        Tensor<T> gradient = backend.Allocate(rows * columns);
        double scale = Scale(loss, weights?.Sum() is > 0 and var sum ? sum : rows, columns);
        Tensor<T> rowWeights = weights is null ? default : backend.Tensor(weights);
        loss.Evaluate(backend, new LossPass<T>(backend.Tensor(prediction), backend.Tensor(target), rowWeights, rowLosses, gradient, scale, rows, columns));
        return (backend.Sum(rowLosses) * scale, backend.Values(gradient), backend.Values(rowLosses));
    }

    /// <summary>Soft targets: positive, not all of sum 1.</summary>
    private static double[] SoftTargets(int rows, int columns) => [.. TestTensors.Gaussians(rows * columns, 9).Select(Math.Abs)];
}
