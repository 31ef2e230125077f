using Microsoft.ML;
using Microsoft.ML.Data;
using static MLNet.GradientTrainers.Tests.FeatureRows;

namespace MLNet.GradientTrainers.Tests;

/// <summary>The warning of features that look unnormalised: it comes when training suffers, names a call that helps, and is silent else.</summary>
[TestClass]
public sealed class FeatureScaleTests
{
    private const string Centre = "NormalizeMeanVariance(\"Features\", fixZero: false)";
    private readonly MLContext _context = new(seed: 1);

    /// <summary>ML.NET keeps the mean by default: years become 0.99 … 1, and nothing is learned of them.</summary>
    [TestMethod]
    public void TheAdviceForYearsWorks()
    {
        var random = new Random(1);
        var data = Load(Enumerable.Range(0, 300).Select(_ => 1990f + random.Next(31)).Select(year => new Row { Features = [year], Label = (2 * (year - 2000)) + random.NextSingle() }), 1);
        Assert.Contains(Centre, Warned(data));

        var kept = _context.Transforms.NormalizeMeanVariance("Features").Fit(data).Transform(data);
        string warning = Warned(kept);
        Assert.Contains("feature 0 (counted from 0) lies in ", warning);
        Assert.Contains("far from 0 beside its range", warning);
        Assert.Contains(Centre, warning);

        var centred = _context.Transforms.NormalizeMeanVariance("Features", fixZero: false).Fit(data).Transform(data);
        Assert.AreEqual("", Warned(centred));
        var model = _context.Regression.Trainers.Mlp(Plain.MlpRegression with { NumberOfEpochs = 50 }).Fit(centred);
        Assert.IsGreaterThan(0.99, _context.Regression.Evaluate(model.Transform(centred)).RSquared);
    }

    [TestMethod]
    public void TheAdviceForSparseRowsKeepsThemSparse()
    {
        var random = new Random(1);
        List<SparseRow> rows = [.. Enumerable.Range(0, 100).Select(i => new SparseRow { Label = i % 2, Features = new VBuffer<float>(500, 2, [1 + (1000 * random.NextSingle()), 500], [i % 25, 30]) })];
        var data = Load(rows, 500);
        string warning = Warned(data);
        Assert.Contains("NormalizeMinMax(\"Features\")", warning);
        var scaled = _context.Transforms.NormalizeMinMax("Features").Fit(data).Transform(data);
        Assert.AreEqual("", Warned(scaled));
        Assert.IsTrue(scaled.GetColumn<VBuffer<float>>("Features").All(row => !row.IsDense));

        // Inside, it is done so that they stay sparse, too.
        Assert.AreEqual("", Warned(data, FeatureScaling.Auto));
        Assert.AreEqual("", Warned(Load(rows.Select(row => new Row { Label = row.Label, Features = [.. row.Features.DenseValues()] })), FeatureScaling.Auto));
    }

    [TestMethod]
    public void FewSmallValuesAreNoAlarm()
    {
        var random = new Random(1);
        Assert.AreEqual("", Warned(Load([new Row { Features = [0.0002f, .. Enumerable.Range(0, 377).Select(_ => (2 * random.NextSingle()) - 1)] }], 378)));
        Assert.AreEqual("", Warned(Load([new Row { Features = [0.0002f, 1] }, new Row { Features = [0.0003f, 1] }], 2)));
    }

    [TestMethod]
    [DataRow(0f, 1f, "")]
    [DataRow(-1f, 1f, "")]
    [DataRow(0.5f, 1f, "")]
    [DataRow(0.99f, 1f, "lies in 0.99")]
    [DataRow(-1f, -0.9f, "lies in -1")]
    [DataRow(1f, 1f, "")]
    [DataRow(0f, 1e-4f, "typical size is 5.")]
    [DataRow(0f, 300f, "typical size is 1")]
    public void LooksAtSizeAndMean(float smallest, float largest, string expected)
    {
        // Another feature that is as it should be does not hide it.
        string warning = Warned(Load(Enumerable.Range(0, 50).Select(i => new Row { Features = [(i % 5) - 2, smallest + ((largest - smallest) * i / 49)], Label = i % 3 }), 2));
        Assert.AreEqual(expected.Length > 0, warning.Length > 0, warning);
        Assert.Contains(expected, warning);
    }

    /// <summary>A feature that is 1 in nearly all rows, such as a category's indicator, and one that is constant but for rounding.</summary>
    [TestMethod]
    public void UsualOnesAreNoAlarm() =>
        Assert.AreEqual("", Warned(Load(Enumerable.Range(0, 200).Select(i => new Row { Features = [i == 7 ? 0 : 1, i % 2 == 0 ? 0.1f : MathF.BitIncrement(0.1f)], Label = i % 3 }), 2)));

    private static string Warned(IDataView data, FeatureScaling scaling = FeatureScaling.None)
    {
        var context = new MLContext(seed: 1);
        var warnings = Log.Warnings(context);
        context.Regression.Trainers.Mlp(Plain.MlpRegression with { HiddenLayers = [2], LearningRate = 1e-6, NumberOfEpochs = 1, FeatureScaling = scaling }).Fit(data);
        return string.Join("\n", warnings.Where(w => w.Contains("look unnormalised", StringComparison.Ordinal)));
    }
}
