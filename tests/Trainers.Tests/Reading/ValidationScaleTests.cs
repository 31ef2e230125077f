using Microsoft.ML;
using Microsoft.ML.Data;
using static MLNet.GradientTrainers.Tests.FeatureRows;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Validation rows that are scaled otherwise than the training rows are warned of, by all trainers, and nothing else is.</summary>
[TestClass]
public sealed class ValidationScaleTests
{
    private const string Start = "The validation rows are scaled otherwise than the training rows";
    private readonly MLContext _context = new(seed: 1);

    [TestMethod]
    public void ForgottenNormalizationIsTold_WhicheverSideForgotIt()
    {
        var rows = Rows(200, j => j == 0 ? 2000 : 50, seed: 1);
        var raw = Load(rows);
        var scaled = _context.Transforms.NormalizeMeanVariance("Features", fixZero: false).Fit(raw).Transform(raw);
        string warning = Warned(scaled, raw);
        Assert.Contains("3 of 3 features in 'Features' lie elsewhere, for example feature 0 (counted from 0) in 19", warning);
        Assert.Contains("scaled.Transform(validation)", warning);
        Assert.Contains(Start, Warned(raw, scaled));
        Assert.AreEqual("", Warned(raw, raw));
        Assert.AreEqual("", Warned(scaled, scaled));
        Assert.AreEqual("", Warned(scaled, null));
    }

    /// <summary>One feature of three in another unit.</summary>
    [TestMethod]
    public void OneFeatureInAnotherUnitIsTold()
    {
        var other = Rows(60, _ => 1, seed: 2);
        other.ForEach(row => row.Features[2] *= 1000);
        Assert.Contains("1 of 3 features in 'Features' lie elsewhere, for example feature 2", Warned(Load(Rows(200, _ => 1, seed: 1)), Load(other)));
    }

    [TestMethod]
    public void AllTrainersTell()
    {
        var train = Load(Rows(100, _ => 1, seed: 1));
        var validation = Load(Rows(50, _ => 5000, seed: 2));
        foreach (var fit in new Action<MLContext>[]
        {
            context => context.Regression.Trainers.MiniBatchSgd(numberOfEpochs: 1).Fit(train, validation),
            context => context.Regression.Trainers.Polynomial(degree: 1).Fit(train, validation),
            context => context.Regression.Trainers.Mlp(numberOfEpochs: 1).Fit(train, validation),
        })
        {
            var context = new MLContext(seed: 1);
            var warnings = Log.Warnings(context);
            fit(context);
            Assert.AreEqual(1, warnings.Count(w => w.StartsWith(Start, StringComparison.Ordinal)));
        }
    }

    /// <summary>Small sets, heavy tails, rare features, trends, outliers, constants: none is another scale.</summary>
    [TestMethod]
    public void HonestSplitsAreNoAlarm()
    {
        for (int seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            int count = 30 + random.Next(300);
            double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            var rows = Enumerable.Range(0, count).Select(i => new Row
            {
                Label = i % 3,
                Features =
                [
                    (float)Math.Exp(2 * Gaussian()),
                    random.Next(100) == 0 ? 1 : 0,
                    2000 + (i / 10f),
                    random.Next(50) == 0 ? 1e6f : random.NextSingle(),
                    7,
                    (float)(Gaussian() / (random.NextDouble() + 0.01)),
                    i % 2,
                ],
            }).ToList();
            int cut = count * (random.Next(2) == 0 ? 60 : 85) / 100;
            Assert.AreEqual("", Warned(Load(rows.Take(cut)), Load(rows.Skip(cut))), $"seed {seed}");
        }

        Assert.AreEqual("", Warned(Load(Rows(5, _ => 1, seed: 1)), Load(Rows(100, _ => 1000, seed: 2))), "too few rows to know the range");
        Assert.AreEqual("", Warned(Load(Rows(100, _ => 1, seed: 1)), Load(Rows(3, _ => 1000, seed: 2))), "too few rows to judge");
    }

    [TestMethod]
    public void SparseRowsAreJudgedByWhatTheyName()
    {
        var random = new Random(1);
        IDataView Sparse(float size) => Load(
            Enumerable.Range(0, 200).Select(i => new SparseRow { Label = i % 2, Features = new VBuffer<float>(500, 2, [size * (0.1f + random.NextSingle()), size], [i % 100, 400 + (i % 7)]) }), 500);
        Assert.AreEqual("", Warned(Sparse(1), Sparse(1)));
        Assert.AreEqual("", Warned(Sparse(1), Load(Enumerable.Range(0, 40).Select(i => new SparseRow { Features = new VBuffer<float>(500, 1, [0.5f], [300 + i]) }), 500)), "other features");

        var same = Enumerable.Range(0, 50).Select(i => new SparseRow { Label = i % 2, Features = new VBuffer<float>(500, 2, [1 + (i % 3), 1], [10, 20 + (i % 5)]) }).ToList();
        var large = same.Select(row => new SparseRow { Label = row.Label, Features = new VBuffer<float>(500, 1, [1000], [10]) });
        Assert.Contains("feature 10", Warned(Load(same, 500), Load(large, 500)));
    }

    private static List<Row> Rows(int count, Func<int, float> offset, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => new Row { Label = i % 5, Features = [.. Enumerable.Range(0, 3).Select(j => offset(j) + (2 * random.NextSingle()) - 1)] })];
    }

    private static string Warned(IDataView train, IDataView? validation)
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        var trainer = context.Regression.Trainers.Mlp(new MlpRegressionTrainer.Options { HiddenLayers = [2], LearningRate = 1e-9, NumberOfEpochs = 1, ValidationSet = validation });
        trainer.Fit(train);
        return string.Join("\n", warnings.Where(w => w.StartsWith(Start, StringComparison.Ordinal)));
    }
}
