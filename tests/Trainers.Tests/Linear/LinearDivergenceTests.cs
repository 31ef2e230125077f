using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A learning rate that is too large ends in an error, however short the run, and the rate that the error names trains.</summary>
[TestClass]
public sealed class LinearDivergenceTests
{
    private static readonly Optimizer[] AllOptimizers =
    [
        new Sgd(), new Sgd { Momentum = 0.9 }, new Sgd { Momentum = 0.9, Nesterov = true }, new Adam(), new RMSprop(), new RMSprop { Momentum = 0.9 }, new Adagrad(), new Adadelta(),
        new AMSGrad(), new AdamW(), new Nadam(), new RAdam(), new Lion(),
    ];

    private static readonly Loss[] AllLosses =
        [new MeanSquaredError(), new MeanSquaredError { Reduction = Reduction.Sum }, new Huber(), new LogCosh(), new MeanAbsoluteError(), new Quantile { Tau = 0.9 }];

    [TestMethod]
    public void ARunOfOneEpochIsNotTooShortForTheError()
    {
        var context = new MLContext(seed: 1);
        foreach (Func<LinearTrainer> create in new Func<LinearTrainer>[]
        {
            () => new GradientDescentTrainer(context, learningRate: 1e4, numberOfEpochs: 1),
            () => new SgdTrainer(context, learningRate: 2, numberOfEpochs: 1),
            () => new MiniBatchSgdTrainer(context, learningRate: 500, numberOfEpochs: 1),
        })
        {
            var exception = Assert.ThrowsExactly<DivergenceException>(() => create().Fit(Plane.Load(context)));
            Assert.Contains("learning rate", exception.Message);
            Assert.IsNotNull(exception.SuggestedLearningRate);
        }
    }

    [TestMethod]
    public void LargeStepsOfALossThatCannotGrowWithoutEndAreFoundToo()
    {
        // Each step of the absolute error is as long as the rate, so that the weights swing round the solution for ever.
        var context = new MLContext(seed: 1);
        GradientDescentTrainer Trainer(double rate) => new(context, new GradientDescentTrainer.Options { Loss = new MeanAbsoluteError(), LearningRate = rate, NumberOfEpochs = 50 });
        var exception = Assert.ThrowsExactly<DivergenceException>(() => Trainer(1000).Fit(Plane.Load(context)));
        var model = Trainer(exception.SuggestedLearningRate!.Value).Fit(Plane.Load(context));
        Assert.IsLessThan(1, context.Regression.Evaluate(model.Transform(Plane.Load(context))).MeanAbsoluteError);
    }

    [TestMethod]
    [DataRow(1e12)]
    [DataRow(1e308)]
    public void ARateBeyondAllReasonHasAUsableOneBelowIt(double rate)
    {
        var context = new MLContext(seed: 1);
        GradientDescentTrainer Trainer(double r) => new(context, new GradientDescentTrainer.Options { Optimizer = new Adam { LearningRate = r }, NumberOfEpochs = 100 });
        var exception = Assert.ThrowsExactly<DivergenceException>(() => Trainer(rate).Fit(Plane.Load(context)));
        var model = Trainer(exception.SuggestedLearningRate!.Value).Fit(Plane.Load(context));
        Assert.IsGreaterThan(0.5, context.Regression.Evaluate(model.Transform(Plane.Load(context))).RSquared);
    }

    [TestMethod]
    public void AnOvershootOfAdamThatComesBackIsNoDivergence()
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows();
        rows.ForEach(r => r.Label *= 1e-3f);
        var trainer = new GradientDescentTrainer(context, new GradientDescentTrainer.Options { Optimizer = new Adam { LearningRate = 0.01 }, Loss = new Quantile(), NumberOfEpochs = 400, Schedule = new CosineAnnealing() });
        var data = context.Data.LoadFromEnumerable(rows);
        Assert.IsGreaterThan(0.9, context.Regression.Evaluate(trainer.Fit(data).Transform(data)).RSquared);
    }

    /// <summary>Features of sizes from 1e-3 to 1e6, alone or nearly parallel, shifted or not; labels of any size; all optimizers and losses; rates far too large.</summary>
    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void TheNamedRateTrainsOnAnyData(int kind)
    {
        int diverged = 0;
        for (int seed = 0; seed < 2 * AllOptimizers.Length; seed++)
        {
            var random = new Random((1000 * kind) + seed);
            var rows = Rows(random);
            var optimizer = AllOptimizers[seed % AllOptimizers.Length];
            var loss = AllLosses[random.Next(AllLosses.Length)];
            int epochs = new[] { 1, 3, 60 }[random.Next(3)];
            double rate = Math.Pow(10, random.Next(-3, 4));
            int batch = random.Next(2, 40);
            string what = $"{seed}: {optimizer}, {loss}, rate {rate}, {epochs} epochs, batch {batch}";
            try
            {
                CheckEnd(rows, Fit(kind, rows, optimizer with { LearningRate = rate }, loss, epochs, batch), loss, 10, what);
            }
            catch (DivergenceException e)
            {
                diverged++;
                double named = e.SuggestedLearningRate!.Value;
                Assert.IsTrue(named > 0 && named < rate, what);
                Assert.Contains(named.ToString("G3"), e.Message);
                CheckEnd(rows, Fit(kind, rows, optimizer with { LearningRate = named }, loss, 100, batch), loss, 1.01, $"{what}: {e.Message}");
            }
        }

        Assert.IsGreaterThan(AllOptimizers.Length / 2, diverged);
    }

    private static RegressionPredictionTransformer<Microsoft.ML.Trainers.LinearRegressionModelParameters> Fit(int kind, List<PlaneRow> rows, Optimizer optimizer, Loss loss, int epochs, int batch)
    {
        var context = new MLContext(seed: 1);
        TOptions With<TOptions>(TOptions options)
            where TOptions : LinearTrainerOptions
        {
            (options.FeatureScaling, options.Optimizer, options.Loss, options.NumberOfEpochs, options.Seed) = (FeatureScaling.None, optimizer, loss, epochs, 1);
            return options;
        }

        LinearTrainer trainer = kind switch
        {
            0 => new GradientDescentTrainer(context, With(new GradientDescentTrainer.Options())),
            1 => new SgdTrainer(context, With(new SgdTrainer.Options())),
            _ => new MiniBatchSgdTrainer(context, With(new MiniBatchSgdTrainer.Options { BatchSize = batch })),
        };
        return trainer.Fit(context.Data.LoadFromEnumerable(rows));
    }

    /// <summary>All numbers are numbers, and the loss is at most some times that of a model of zeros.</summary>
    private static void CheckEnd(List<PlaneRow> rows, RegressionPredictionTransformer<Microsoft.ML.Trainers.LinearRegressionModelParameters> transformer, Loss loss, double factor, string what)
    {
        Assert.IsTrue(transformer.Model.Weights.All(float.IsFinite) && float.IsFinite(transformer.Model.Bias), what);
        var data = new LinearData([.. rows.SelectMany(r => r.Features).Select(x => (double)x)], Plane.Width, [.. rows.Select(r => (double)r.Label)]);
        double Loss(LinearModel model) => new LinearRegression(new LinearOptions { Loss = loss }).Evaluate(model, data).Loss;
        Assert.IsLessThanOrEqualTo(factor * Loss(new LinearModel(new double[Plane.Width], 0)), Loss(transformer.GetTrainingResult()!.Model), what);
    }

    private static List<PlaneRow> Rows(Random random)
    {
        double Size(int low, int high) => random.Next(3) == 0 ? 1 : Math.Pow(10, low + ((high - low) * random.NextDouble()));
        double[] sizes = [.. Enumerable.Range(0, Plane.Width).Select(_ => Size(-3, 6))];
        double labels = Size(-3, 4);
        double shift = random.Next(2) == 0 ? 0 : 3;
        bool parallel = random.Next(2) == 0;
        var rows = new List<PlaneRow>();
        for (int i = 0, count = random.Next(4, 150); i < count; i++)
        {
            double common = (2 * random.NextDouble()) - 1;
            double[] x = [.. Enumerable.Range(0, Plane.Width).Select(_ => shift + (parallel ? common + (0.01 * random.NextDouble()) : (2 * random.NextDouble()) - 1))];
            double label = labels * (x.Select((v, j) => v * Plane.Weights[j]).Sum() + (0.1 * random.NextDouble()));
            rows.Add(new PlaneRow { Features = [.. x.Select((v, j) => (float)(v * sizes[j]))], Label = (float)label });
        }

        return rows;
    }
}
