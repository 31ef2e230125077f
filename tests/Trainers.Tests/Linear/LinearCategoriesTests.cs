using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>ML.NET's usual columns: a one-hot encoded category of many values, which makes the rows sparse, beside numbers that lie far from 0.</summary>
[TestClass]
public sealed class LinearCategoriesTests
{
    private const int Categories = 100;

    private static readonly List<CarRow> s_rows = Rows(3000);

    [TestMethod]
    public void GradientDescentEndsAtTheBestModel() => AssertBest(context => new GradientDescentTrainer(context), 1e-4);

    [TestMethod]
    public void MiniBatchesEndAtTheBestModel() => AssertBest(context => new MiniBatchSgdTrainer(context), 1e-2);

    [TestMethod]
    public void SingleRowsEndAtTheBestModel() => AssertBest(context => new SgdTrainer(context), 1e-2);

    [TestMethod]
    public void RobustScalesEndThereToo() =>
        AssertBest(context => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { FeatureScaling = FeatureScaling.Robust }), 1e-4);

    private static void AssertBest(Func<MLContext, LinearTrainer> trainer, double tolerance)
    {
        var context = new MLContext(seed: 1);
        var rows = context.Data.LoadFromEnumerable(s_rows);
        var encoding = context.Transforms.Categorical.OneHotEncoding(nameof(CarRow.Category))
            .Append(context.Transforms.Concatenate("Features", nameof(CarRow.Category), nameof(CarRow.Year), nameof(CarRow.Income), nameof(CarRow.Age)));
        var data = encoding.Fit(rows).Transform(rows);
        var encoded = context.Data.CreateEnumerable<EncodedRow>(data, reuseRowObject: false, ignoreMissingColumns: true).ToList();
        var set = new RegressionSet([.. encoded.Select(row => row.Features)], [.. encoded.Select(row => row.Label)]);
        Assert.AreEqual(Categories + 3, set.Width);

        var result = trainer(context).Fit(data).GetTrainingResult()!;
        Assert.IsLessThanOrEqualTo((1 + tolerance) * set.LeastLoss(), set.Loss(result.Model));
        Assert.IsLessThan(1000, result.Epochs);
    }

    private static List<CarRow> Rows(int count)
    {
        RandomSource random = new(5);
        double[] levels = [.. Enumerable.Range(0, Categories).Select(_ => random.NextGaussian())];
        var rows = new List<CarRow>();
        for (int i = 0; i < count; i++)
        {
            int category = i < Categories ? i : random.NextInt32(Categories);
            float year = 2000 + random.NextInt32(16);
            float income = (float)(45_000 + (12_000 * random.NextGaussian()));
            float age = 18 + random.NextInt32(60);
            double label = levels[category] + (0.15 * (year - 2008)) + (4e-5 * income) - (0.02 * age) + (0.6 * random.NextGaussian());
            rows.Add(new CarRow { Category = $"c{category}", Year = year, Income = income, Age = age, Label = (float)label });
        }

        return rows;
    }

    internal sealed class CarRow
    {
        public string Category { get; set; } = "";

        public float Year { get; set; }

        public float Income { get; set; }

        public float Age { get; set; }

        public float Label { get; set; }
    }

    internal sealed class EncodedRow
    {
        public float[] Features { get; set; } = [];

        public float Label { get; set; }
    }
}
