using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Cnn;

namespace MLNet.GradientTrainers.Tests;

/// <summary>A model that predicts no better than a constant is warned of, once, with the cause and the mend; one that has learned something is not.</summary>
[TestClass]
public sealed class BaselineWarningTests
{
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void HugeFeatures_NameTheirSizeAndTheTransform()
    {
        var rows = Surface.Rows();
        rows.ForEach(row => row.Features = [.. row.Features.Select(x => 1e6f * x)]);
        string warning = Warned(new MlpRegressionTrainer(_context, Plain.MlpRegression with { NumberOfEpochs = 30, Seed = 1 }), Load(rows));
        Assert.Contains("on 300 training rows", warning);
        Assert.Contains("a value's typical size is 5.", warning);
        Assert.Contains("mlContext.Transforms.NormalizeMeanVariance(\"Features\", fixZero: false)", warning);

        var data = Load(rows);
        var scaled = _context.Transforms.NormalizeMeanVariance("Features", fixZero: false).Fit(data).Transform(data);
        Assert.AreEqual("", Warned(new MlpRegressionTrainer(_context, Plain.MlpRegression with { NumberOfEpochs = 30, Seed = 1 }), scaled));
        Assert.AreEqual("", Warned(new MlpRegressionTrainer(_context, Plain.MlpRegression with { NumberOfEpochs = 30, Seed = 1, FeatureScaling = FeatureScaling.Auto }), data));
    }

    /// <summary>Adam at a rate of 1 kills all units on some seeds: exactly those are warned of.</summary>
    [TestMethod]
    public void DeadUnits_AreToldFromLivingOnes()
    {
        var rows = Enumerable.Range(0, 90).Select(i => new BlobRow { Species = Blobs.Classes[i % 3], Features = [i % 3 == 0 ? 1 : -1, i % 3 == 1 ? 1 : -1, 0, 0] }).ToList();
        var data = Blobs.Load(_context, rows);
        int dead = 0;
        for (int seed = 0; seed < 30; seed++)
        {
            var trainer = new MlpTrainer(_context, Plain.Mlp with { Seed = seed, HiddenLayers = [16, 16, 16], LearningRate = 1, NumberOfEpochs = 50 });
            var warnings = Log.Warnings(_context);
            var model = trainer.Fit(data);
            bool isDead = model.Transform(data).GetColumn<float[]>("Score").Select(score => score[0]).Distinct().Count() == 1;
            Assert.HasCount(isDead ? 1 : 0, warnings, $"seed {seed}");
            dead += isDead ? 1 : 0;
            if (isDead)
            {
                Assert.Contains("its accuracy 0.3333", warnings[0]);
                Assert.Contains("It gives the same for every row. Its units are dead or saturated", warnings[0]);
                Assert.Contains("lower LearningRate, now 1, for example to 0.1", warnings[0]);
            }
        }

        Assert.IsGreaterThan(0, dead);
    }

    [TestMethod]
    public void ARateThatIsTooHigh_IsNamedWithALowerOne()
    {
        string warning = Warned(new MlpRegressionTrainer(_context, Plain.MlpRegression with { HiddenLayers = [], Optimizer = new RMSprop { LearningRate = 30 }, NumberOfEpochs = 60, Seed = 1 }), Surface.Load(_context));
        Assert.Contains("a LearningRate of 30 is too high", warning);
        Assert.Contains("for example to 3.", warning);
        Assert.Contains("FindLearningRate", warning);
    }

    /// <summary>A network that was trained on prepared features is far off on others, whatever it then learns.</summary>
    [TestMethod]
    public void RowsThatAreNotPreparedAsForTheStart_AreTheCause()
    {
        var raw = Surface.Rows();
        raw.ForEach(row => row.Features = [.. row.Features.Select(x => (1000 * x) + 5000)]);
        var start = new MlpRegressionTrainer(_context, Plain.MlpRegression with { NumberOfEpochs = 30, Seed = 1 }).Fit(Surface.Load(_context)).Model;
        var options = Plain.MlpRegression with { HiddenLayers = null, NumberOfEpochs = 2, LearningRate = 1e-6, Seed = 1 };
        string warning = Warned(new MlpRegressionTrainer(_context, options with { StartFrom = start }), Load(raw));
        Assert.Contains("not prepared as for the training of StartFrom", warning);
        Assert.DoesNotContain("too short", warning);
        Assert.AreEqual("", Warned(new MlpRegressionTrainer(_context, options with { StartFrom = start }), Surface.Load(_context)));
    }

    [TestMethod]
    public void AShortTraining_IsSaidToBeShort()
    {
        string warning = Warned(new MlpRegressionTrainer(_context, new MlpRegressionTrainer.Options { NumberOfEpochs = 1, LearningRate = 1e-6, Seed = 1 }), Surface.Load(_context));
        Assert.Contains("too short, with 1 epoch at a LearningRate of 1E-06, or the features tell nothing of the label: raise NumberOfEpochs", warning);
    }

    [TestMethod]
    public void FeaturesThatTellNothing_AreSaidToTellNothing()
    {
        var random = new Random(1);
        var rows = Plane.Rows(300);
        rows.ForEach(row => row.Label = random.NextSingle());
        var trainer = new SgdTrainer(_context, new SgdTrainer.Options { LearningRate = 0.02, NumberOfEpochs = 200, Seed = 1 });
        Assert.Contains("no longer falls: the features tell nothing of the label", Warned(trainer, Load(rows)));

        rows.ForEach(row => row.Features = [1, 2, 3]);
        Assert.Contains("No feature in 'Features' varies", Warned(trainer, Load(rows)));
    }

    /// <summary>Labels of noise are learned by heart, which validation rows show.</summary>
    [TestMethod]
    public void OverfittingIsTold()
    {
        var random = new Random(1);
        var rows = Surface.Rows(100);
        rows.ForEach(row => row.Label = random.NextSingle());
        var options = Plain.MlpRegression with { HiddenLayers = [64], LearningRate = 0.03, NumberOfEpochs = 300, BatchSize = 20, ValidationFraction = 0.3, Seed = 1 };
        string warning = Warned(new MlpRegressionTrainer(_context, options), Load(rows));
        Assert.Contains("on 30 validation rows", warning);
        Assert.Contains("It has learned the training rows", warning);
        Assert.Contains("EarlyStopping", warning);
    }

    [TestMethod]
    public void ValidationRowsOfAnotherScale_AreTheCause()
    {
        var other = Surface.Rows(60, seed: 2);
        other.ForEach(row => row.Features = [.. row.Features.Select(x => 500 * x)]);
        var warnings = Log.Warnings(_context);
        new MlpRegressionTrainer(_context, MlpRegressionTests.Quick()).Fit(Surface.Load(_context), Load(other));
        Assert.HasCount(2, warnings);
        Assert.Contains("The validation rows are scaled otherwise", warnings[0]);
        Assert.StartsWith(Log.Useless, warnings[1]);
        Assert.Contains("the validation rows' features are scaled otherwise", warnings[1]);
    }

    /// <summary>Steps far too short, for images far too long: all trainers by gradient descent tell, and none once its steps suit.</summary>
    [TestMethod]
    public void AllTrainersTell()
    {
        var data = Surface.Load(_context);
        foreach (var (create, rate) in new (Func<double, IEstimator<ITransformer>>, double)[]
        {
            (r => new GradientDescentTrainer(_context, learningRate: r), 0.3),
            (r => new SgdTrainer(_context, learningRate: r), 0.01),
            (r => new MiniBatchSgdTrainer(_context, learningRate: r), 0.1),
            (r => new MlpRegressionTrainer(_context, learningRate: r, numberOfEpochs: 50), 0.01),
            (r => new PolynomialTrainer(_context, new PolynomialTrainer.Options { Degree = 2, Solver = PolynomialSolver.GradientDescent, LearningRate = r, NumberOfEpochs = 50 }), 0.1),
        })
        {
            Assert.StartsWith(Log.Useless, Warned(create(1e-12), data));
            Assert.AreEqual("", Warned(create(rate), data));
        }

        var images = Strokes.Load(_context, 60);
        var cnn = Plain.Cnn with { Layers = [new Convolution2D(4, 3), new ActivationLayer(new ReLU())], NumberOfEpochs = 30, LearningRate = 0.01, BatchSize = 16, Seed = 2 };
        Assert.AreEqual("", Warned(new CnnTrainer(_context, cnn), images));
        Assert.StartsWith(Log.Useless, Warned(new CnnTrainer(_context, cnn with { LearningRate = 1000 }), images));
    }

    /// <summary>The polynomial's labels are standardised inside; the figures are in the label's unit.</summary>
    [TestMethod]
    public void FiguresAreInTheLabelsUnit()
    {
        var rows = Surface.Rows();
        double mean = rows.Average(row => row.Label);
        double deviation = Math.Sqrt(rows.Average(row => Math.Pow(row.Label - mean, 2)));
        var trainer = new PolynomialTrainer(_context, new PolynomialTrainer.Options { Degree = 2, Solver = PolynomialSolver.GradientDescent, LearningRate = 1e-12, NumberOfEpochs = 2 });
        Assert.Contains(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"would have 1 and {deviation:G4}"), Warned(trainer, Load(rows)));
    }

    /// <summary>Tiny sets, few epochs that were enough, a sure model on few validation rows, a constant label: no alarm.</summary>
    [TestMethod]
    public void HealthyRuns_AreSilent()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            var options = new MlpTrainer.Options { Seed = seed, LearningRate = 0.01, NumberOfEpochs = 40, ValidationFraction = seed % 2 == 0 ? 0.2 : 0 };
            Assert.AreEqual("", Warned(new MlpTrainer(_context, options), Blobs.Load(_context, 30 + (10 * seed), seed)), $"seed {seed}");
            Assert.AreEqual("", Warned(new MlpRegressionTrainer(_context, MlpRegressionTests.Quick(o => o.Seed = seed)), Surface.Load(_context, 20 + (10 * seed), seed)), $"seed {seed}");
        }

        Assert.AreEqual("", Warned(new MlpTrainer(_context, new MlpTrainer.Options { NumberOfEpochs = 1, BatchSize = 8, LearningRate = 0.01, Seed = 1 }), Blobs.Load(_context, 600)), "one epoch may do");
        var same = Surface.Rows(40);
        same.ForEach(row => row.Label = 7);
        Assert.AreEqual("", Warned(new MlpRegressionTrainer(_context, numberOfEpochs: 2), Load(same)), "there is nothing but a constant to learn");
        Assert.AreEqual("", Warned(new SgdTrainer(_context, numberOfEpochs: 2), Load(same)));
    }

    /// <summary>A run that the user ended is as far as the user wanted it.</summary>
    [TestMethod]
    public void ACancelledRun_IsNotJudged()
    {
        using var source = new CancellationTokenSource();
        var options = new MlpRegressionTrainer.Options
        {
            NumberOfEpochs = 100, LearningRate = 1e-12, CancellationToken = source.Token, CancellationBehavior = CancellationBehavior.ReturnBest, OnEpoch = epoch => source.Cancel(),
        };
        Assert.AreEqual("", Warned(new MlpRegressionTrainer(_context, options), Surface.Load(_context)));
    }

    private IDataView Load<T>(IEnumerable<T> rows)
        where T : class => _context.Data.LoadFromEnumerable(rows);

    /// <summary>The warning of a useless model, at most one; "" for none.</summary>
    private string Warned(IEstimator<ITransformer> trainer, IDataView data)
    {
        var warnings = Log.Warnings(_context);
        trainer.Fit(data);
        return warnings.SingleOrDefault(warning => warning.StartsWith(Log.Useless, StringComparison.Ordinal)) ?? "";
    }
}
