using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The other solver: gradient descent.</summary>
[TestClass]
public sealed class PolynomialDescentTests
{
    private static PolynomialTrainer.Options Descent(Action<PolynomialTrainer.Options>? change = null)
    {
        var options = new PolynomialTrainer.Options { Degree = 3, Solver = PolynomialSolver.GradientDescent, Seed = 1 };
        change?.Invoke(options);
        return options;
    }

    private static List<PolynomialRow> Wave(int count = 400) =>
        PolynomialCase.Rows(PolynomialCase.Points(count, 1, 10, 16), x => 1e4 * Math.Sin(x[0] - 13));

    [TestMethod]
    public void FullBatchesConvergeToTheSolutionOfQR()
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(200, 2, 5, 9), x => 100 * Math.Sin(x[0]) * x[1]);
        foreach (bool intercept in new[] { true, false })
        {
            var exact = PolynomialCase.Fit(context, rows, 2, o => (o.FitIntercept, o.L2Regularization) = (intercept, 0.01)).Model;
            var options = Descent(o =>
            {
                o.Degree = 2;
                o.FitIntercept = intercept;
                o.L2Regularization = 0.01;
                o.Optimizer = new Sgd { LearningRate = 0.04, Momentum = 0.95 };
                o.NumberOfEpochs = 5000;
                o.BatchSize = rows.Count;
            });
            var descended = new PolynomialTrainer(context, options).Fit(PolynomialCase.Load(context, rows)).Model;
            foreach (double[] x in PolynomialCase.Points(20, 2, 5, 9, seed: 2))
            {
                Assert.AreEqual(exact.Evaluate(x), descended.Evaluate(x), 1e-6, $"intercept {intercept}");
            }

            Assert.AreEqual(exact["x1·x2"], descended["x1·x2"], 1e-6);
        }
    }

    public static IEnumerable<object[]> AllOptimizers => Optimizers.All.Select(optimizer => optimizer.Name).Append("momentum").Append("nesterov").Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(AllOptimizers))]
    public void AllOptimizersFindIt(string optimizer)
    {
        double rate = optimizer switch { "adadelta" => 1, "adagrad" => 0.1, "lion" => 0.005, "momentum" or "nesterov" => 0.005, _ => 0.02 };
        var context = new MLContext(seed: 1);
        var rows = Wave();
        var model = new PolynomialTrainer(context, Descent(o => (o.Optimizer, o.LearningRate, o.BatchSize) = (Optimizers.Create(optimizer), rate, 32))).Fit(PolynomialCase.Load(context, rows)).Model;
        double exact = PolynomialCase.Fit(context, rows, 3).Model.History.Epochs[0].TrainingMetric;
        Assert.HasCount(500, model.History.Epochs);
        Assert.IsLessThan(1.15 * exact, model.History.Epochs[^1].TrainingMetric);
    }

    [TestMethod]
    public void DefaultsFindIt()
    {
        var context = new MLContext(seed: 1);
        var rows = Wave();
        double exact = PolynomialCase.Fit(context, rows, 3).Model.History.Epochs[0].TrainingMetric;
        var model = new PolynomialTrainer(context, Descent()).Fit(PolynomialCase.Load(context, rows));
        double found = context.Regression.Evaluate(model.Transform(PolynomialCase.Load(context, rows))).RootMeanSquaredError;
        Assert.IsLessThan(1.05 * exact, found);
        Assert.AreEqual(found, model.Model.History.Epochs[^1].TrainingMetric, 0.1 * found);
    }

    [TestMethod]
    public void ARobustLossIgnoresOutliers()
    {
        var context = new MLContext(seed: 1);
        var rows = PolynomialCase.Rows(PolynomialCase.Points(300, 1), x => 1 + (2 * x[0]));
        for (int i = 0; i < rows.Count; i += 10)
        {
            rows[i].Label = 50;
        }

        var model = new PolynomialTrainer(context, Descent(o => (o.Degree, o.Loss, o.NumberOfEpochs) = (1, new MeanAbsoluteError(), 300))).Fit(PolynomialCase.Load(context, rows)).Model;
        Assert.AreEqual(1, model["1"], 0.1);
        Assert.AreEqual(2, model["x1"], 0.2);
        Assert.IsGreaterThan(4, PolynomialCase.Fit(context, rows, 1).Model["1"]);
    }

    [TestMethod]
    public void GoesOnWithAModelOfEitherSolver()
    {
        var context = new MLContext(seed: 1);
        var rows = Wave();
        var data = PolynomialCase.Load(context, rows);
        foreach (bool intercept in new[] { true, false })
        {
            var exact = PolynomialCase.Fit(context, rows, 3, o => o.FitIntercept = intercept).Model;
            var options = Descent(o => (o.FitIntercept, o.NumberOfEpochs, o.LearningRate, o.Optimizer) = (intercept, 1, 1e-9, new Sgd()));
            var on = new PolynomialTrainer(context, options).Fit(data, exact).Model;
            Assert.AreEqual(exact.Evaluate([12]), on.Evaluate([12]), 1e-3);
            Assert.AreEqual(exact.History.Epochs[0].TrainingMetric, on.History.Epochs[0].TrainingMetric, 1e-3);

            // Rows of another range keep the model's scale of features.
            var other = new PolynomialTrainer(context, options).Fit(PolynomialCase.Load(context, Wave(5)), exact).Model;
            Assert.AreEqual(exact.Evaluate([12]), other.Evaluate([12]), 1e-3);
        }

        var first = new PolynomialTrainer(context, Descent(o => o.NumberOfEpochs = 20)).Fit(data).Model;
        var second = new PolynomialTrainer(context, Descent(o => o.NumberOfEpochs = 20)).Fit(data, first).Model;
        Assert.IsLessThan(first.History.Epochs[^1].TrainingLoss, second.History.Epochs[^1].TrainingLoss);

        Assert.Contains("GradientDescent", Assert.ThrowsExactly<InvalidOperationException>(() => new PolynomialTrainer(context).Fit(data, first)).Message);
        Assert.Contains("The model has degree 3 in 1 features", Assert.ThrowsExactly<ArgumentException>(() => new PolynomialTrainer(context, Descent(o => o.Degree = 2)).Fit(data, first)).Message);
    }

    [TestMethod]
    public void ValidatesStopsEarlyAndCancels()
    {
        var context = new MLContext(seed: 1);
        var random = new Random(1);
        List<PolynomialRow> Noisy(int seed) => PolynomialCase.Rows(PolynomialCase.Points(20, 1, seed: seed), x => x[0] + random.NextDouble());
        var epochs = new List<EpochRecord>();
        var trainer = new PolynomialTrainer(context, Descent(o =>
        {
            o.Degree = 15;
            o.NumberOfEpochs = 5000;
            o.LearningRate = 0.05;
            o.EarlyStopping = new EarlyStopping { Patience = 20 };
            o.OnEpoch = epochs.Add;
        }));
        var validation = PolynomialCase.Load(context, Noisy(2));
        var model = trainer.Fit(PolynomialCase.Load(context, Noisy(1)), validation);
        Assert.IsLessThan(5000, epochs.Count);
        double best = context.Regression.Evaluate(model.Transform(validation)).RootMeanSquaredError;
        Assert.AreEqual(epochs.Min(e => e.ValidationMetric), best, 1e-5);

        var source = new CancellationTokenSource();
        var cancelled = new PolynomialTrainer(context, Descent(o => (o.CancellationToken, o.OnEpoch) = (source.Token, e => source.Cancel())));
        Assert.Throws<OperationCanceledException>(() => cancelled.Fit(PolynomialCase.Load(context, Wave())));
    }

    [TestMethod]
    public void ARateThatIsTooLargeEndsInAnErrorThatNamesAUsableOne()
    {
        var context = new MLContext(seed: 1);
        var trainer = new PolynomialTrainer(context, Descent(o => (o.Optimizer, o.BatchSize) = (new Sgd { LearningRate = 1e4 }, int.MaxValue)));
        var exception = Assert.ThrowsExactly<DivergenceException>(() => trainer.Fit(PolynomialCase.Load(context, Wave())));
        Assert.Contains("learning rate", exception.Message);
    }
}
