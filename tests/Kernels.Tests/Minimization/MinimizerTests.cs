using System.Numerics;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public sealed class MinimizerTests
{
    private static readonly Sgd Plain = new() { LearningRate = 0.01 };

    [TestMethod]
    public void FindsTheMinimumOfXSquaredSinX()
    {
        MinimizerResult automatic = Minimizer.Minimize(x => x * x * Dual.Sin(x), 2.5, Plain);
        MinimizerResult given = Minimizer.Minimize(x => x * x * Math.Sin(x), x => (2 * x * Math.Sin(x)) + (x * x * Math.Cos(x)), 2.5, Plain);
        foreach (MinimizerResult result in new[] { automatic, given })
        {
            Assert.IsTrue(result.Converged);
            Assert.AreEqual(5.0870, result.X, 5e-5);
            Assert.AreEqual(-24.083, result.Value, 5e-4);

            // f′(x) = 0: tan x = −x/2.
            Assert.AreEqual(-result.X / 2, Math.Tan(result.X), 1e-8);
            Assert.IsLessThanOrEqualTo(1e-8, result.LargestGradient);
        }

        Assert.AreEqual(given.X, automatic.X, 1e-12);
    }

    [TestMethod]
    public void TheHistoryHasEveryStep()
    {
        MinimizerResult result = Minimizer.Minimize(x => x * x, 1.0, new Sgd { LearningRate = 0.25 }, new MinimizerOptions { MaxSteps = 3, Tolerance = 0 });
        Assert.IsFalse(result.Converged);
        Assert.AreEqual(3, result.Steps);
        CollectionAssert.AreEqual(new[] { 1.0, 0.5, 0.25, 0.125 }, result.History.Select(s => s.Point[0]).ToArray());
        CollectionAssert.AreEqual(new[] { 0, 1, 2, 3 }, result.History.Select(s => s.Step).ToArray());
        CollectionAssert.AreEqual(new[] { 2.0, 1, 0.5, 0.25 }, result.History.Select(s => s.LargestGradient).ToArray());
        Assert.AreEqual(0.015625, result.Value);
        Assert.IsEmpty(Minimizer.Minimize(x => x * x, 1.0, Plain, new MinimizerOptions { RecordHistory = false }).History);
    }

    [TestMethod]
    public void EveryOptimizerFindsTheBottomOfAValley()
    {
        // Rosenbrock's valley is too flat for a test of all; a stretched bowl is enough, once derived automatically, once given.
        foreach (Optimizer optimizer in Optimizers.All.Append(new Sgd { Momentum = 0.9 }).Append(new Sgd { Momentum = 0.9, Nesterov = true }))
        {
            MinimizerOptions options = new() { MaxSteps = 20_000, Schedule = new InverseTimeDecay { Decay = 0.002 } };
            Optimizer tuned = optimizer with { LearningRate = optimizer switch { Adadelta => 20, Adagrad => 1, _ => 0.05 }, WeightDecay = 0 };
            MinimizerResult automatic = Minimizer.Minimize(x => ((x[0] - 1) * (x[0] - 1)) + (4 * (x[1] + 2) * (x[1] + 2)), [0, 0], tuned, options);
            MinimizerResult given = Minimizer.Minimize(
                x => ((x[0] - 1) * (x[0] - 1)) + (4 * (x[1] + 2) * (x[1] + 2)),
                (x, g) => (g[0], g[1]) = (2 * (x[0] - 1), 8 * (x[1] + 2)),
                [0, 0],
                tuned,
                options);
            Assert.AreEqual(1, automatic.Point[0], 5e-3, optimizer.ToString());
            Assert.AreEqual(-2, automatic.Point[1], 5e-3, optimizer.ToString());
            Assert.AreEqual(given.Value, automatic.Value, 1e-9);
        }
    }

    /// <summary>Rosenbrock's valley as docs/toolbox.md has it: one function for numbers and for differentiation.</summary>
    [TestMethod]
    public void AFunctionOfAnyNumberIsMinimised()
    {
        MinimizerResult result = Minimizer.Minimize(Valley<Dual>, [-1.2, 1], new Adam { LearningRate = 0.01 });
        Assert.IsTrue(result.Converged);
        TestTensors.AreClose([1, 1], result.Point.ToArray(), 1e-6);
        Assert.AreEqual(result.Value, Valley<double>(result.Point.ToArray()));

        static T Valley<T>(ReadOnlySpan<T> x)
            where T : IFloatingPointIeee754<T> => Square(T.One - x[0]) + (T.CreateChecked(100) * Square(x[1] - Square(x[0])));

        static T Square<T>(T x)
            where T : INumber<T> => x * x;
    }

    [TestMethod]
    public void PlainDescentStopsAtASaddlePointAndMomentumCarriesOn()
    {
        // x⁴ − 4x³ is flat at 0, where it is no minimum; that lies at 3.
        static Dual Function(Dual x) => (x * x * x * x) - (4 * x * x * x);
        MinimizerOptions options = new() { Tolerance = 1e-3 };
        MinimizerResult plain = Minimizer.Minimize(Function, -1, new Sgd { LearningRate = 0.01 }, options);
        Assert.IsTrue(plain.Converged);
        Assert.AreEqual(0, plain.X, 0.02);
        MinimizerResult momentum = Minimizer.Minimize(Function, -1, new Sgd { LearningRate = 0.01, Momentum = 0.9 }, options);
        Assert.AreEqual(3, momentum.X, 1e-3);
        Assert.AreEqual(-27, momentum.Value, 1e-3);
    }

    [TestMethod]
    public void NoiseLeavesASaddlePointInTwoDimensions()
    {
        // x² + (y² − 1)²: a saddle at (0, 0), minima at (0, ±1). On the ridge y = 0 the gradient never points off it.
        static Dual Function(ReadOnlySpan<Dual> x) => (x[0] * x[0]) + (((x[1] * x[1]) - 1) * ((x[1] * x[1]) - 1));
        Sgd sgd = new() { LearningRate = 0.05 };
        MinimizerResult plain = Minimizer.Minimize(Function, [1, 0], sgd);
        Assert.IsTrue(plain.Converged);
        Assert.AreEqual(0.0, plain.Point[1]);
        Assert.AreEqual(1, plain.Value, 1e-12);
        MinimizerOptions noisy = new() { GradientNoise = 0.1, Seed = 3 };
        MinimizerResult left = Minimizer.Minimize(Function, [1, 0], sgd, noisy);
        Assert.IsTrue(left.Converged);
        Assert.AreEqual(1, Math.Abs(left.Point[1]), 1e-6);
        Assert.AreEqual(0, left.Value, 1e-12);
        CollectionAssert.AreEqual(left.Point.ToArray(), Minimizer.Minimize(Function, [1, 0], sgd, noisy).Point.ToArray());
    }

    [TestMethod]
    public void DivergenceNamesARateThatWorks()
    {
        var exception = Assert.ThrowsExactly<DivergenceException>(() => Minimizer.Minimize(x => 50 * x * x, 1.0, new Sgd { LearningRate = 0.5 }));
        Assert.AreEqual(0.01, exception.SuggestedLearningRate!.Value, 1e-6);
        Assert.Contains("0.01", exception.Message);
        Assert.Contains("learning rate 0.5", exception.Message);
        Assert.IsTrue(Minimizer.Minimize(x => 50 * x * x, 1.0, new Sgd { LearningRate = exception.SuggestedLearningRate.Value }).Converged);

        // No minimum in this direction.
        Assert.ThrowsExactly<DivergenceException>(() => Minimizer.Minimize(x => -Dual.Exp(x), 1.0, new Sgd { LearningRate = 1 }));
    }

    /// <summary>A gradient that is a sum may be added up in place: it starts from 0 at every point.</summary>
    [TestMethod]
    public void AGivenGradientMayBeAddedUp()
    {
        double[] targets = [1, 2, 6];
        MinimizerResult result = Minimizer.Minimize(
            x =>
            {
                double sum = 0;
                foreach (double target in targets)
                {
                    sum += (x[0] - target) * (x[0] - target);
                }

                return sum;
            },
            (x, gradient) =>
            {
                foreach (double target in targets)
                {
                    gradient[0] += 2 * (x[0] - target);
                }
            },
            [0],
            new Sgd { LearningRate = 0.1 });
        Assert.IsTrue(result.Converged);
        Assert.AreEqual(3, result.X, 1e-8);
    }

    /// <summary>What leaves the function's domain is told as such, whatever the function is made of.</summary>
    [TestMethod]
    public void LeavingTheDomainIsDivergence()
    {
        DivergenceException exception = Assert.ThrowsExactly<DivergenceException>(() => Minimizer.Minimize(x => Dual.Abs(Dual.Log(x)) + x, 3.0, new Sgd { LearningRate = 5 }));
        Assert.Contains("NaN", exception.Message);
        Assert.Contains("step 1", exception.Message);
    }

    [TestMethod]
    public void WrongInputIsRefused()
    {
        Assert.ThrowsExactly<ArgumentException>(() => Minimizer.Minimize(x => x, double.NaN));
        Assert.Contains("At the start", Assert.ThrowsExactly<ArgumentException>(() => Minimizer.Minimize(x => Dual.Log(x), -1.0)).Message);
        Assert.ThrowsExactly<ArgumentException>(() => Minimizer.Minimize((DifferentiableFunction)(x => 0), []));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Minimizer.Minimize(x => x * x, 1.0, Plain, new MinimizerOptions { MaxSteps = 0 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Minimizer.Minimize(x => x * x, 1.0, Plain, new MinimizerOptions { Tolerance = -1 }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Minimizer.Minimize(x => x * x, 1.0, Plain, new MinimizerOptions { GradientNoise = double.NaN }));
        Assert.ThrowsExactly<ArgumentNullException>(() => Minimizer.Minimize((Func<Dual, Dual>)null!, 1.0));
        Assert.ThrowsExactly<InvalidOperationException>(() => Minimizer.Minimize(x => x[0] * x[0] + x[1], [0, 0], Plain, new MinimizerOptions { MaxSteps = 1 }).X);
        using CancellationTokenSource source = new();
        source.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => Minimizer.Minimize(x => x * x, 1.0, Plain, new MinimizerOptions { CancellationToken = source.Token }));
    }
}
