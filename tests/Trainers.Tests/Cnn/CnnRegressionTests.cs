using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Cnn;

[TestClass]
public sealed class CnnRegressionTests
{
    private readonly MLContext _context = new(seed: 1);

    private static CnnRegressionTrainer.Options Options => new() { Layers = [Conv2D(8, 3, padding: 1), ReLU(), MaxPool(2), Flatten(), Dense(16), ReLU()], NumberOfEpochs = 30, Seed = 3, Augmentation = ImageAugmentation.None };

    [TestMethod]
    public void TellsWhereTheInkIs()
    {
        var model = _context.Regression.Trainers.Cnn(Options).Fit(Strokes.LoadNumbers(_context, 300));
        Assert.IsGreaterThan(0.75, _context.Regression.Evaluate(model.Transform(Strokes.LoadNumbers(_context, 200, seed: 2))).RSquared);
    }

    [TestMethod]
    public void LearnsSeveralNumbersOfDifferentUnits()
    {
        var model = _context.Regression.Trainers.Cnn(Options with { LabelColumnName = "Places" }).Fit(Strokes.LoadNumbers(_context, 300));
        var metrics = _context.Regression.EvaluateOutputs(model.Transform(Strokes.LoadNumbers(_context, 200, seed: 2)), "Places");
        Assert.HasCount(2, metrics.Outputs);
        Assert.IsTrue(metrics.Outputs.All(output => output.RSquared > 0.8), metrics.ToString());
    }

    /// <summary>Channels last give the scores of channels first, also after loading.</summary>
    [TestMethod]
    public void TheOrderOfValuesMakesNoDifference()
    {
        var rows = Strokes.NumberRows(60);
        var first = _context.Data.LoadFromEnumerable(rows);
        var last = _context.Data.LoadFromEnumerable(rows.Select(r => new InterleavedRow { Label = r.Label, Features = Strokes.Interleaved(r.Features) }).ToList());
        var options = Options with { NumberOfEpochs = 3 };
        float[] expected = EstimatorContract.Scores(_context.Regression.Trainers.Cnn(options).Fit(first), first);
        var model = _context.Regression.Trainers.Cnn(options).Fit(last);
        CollectionAssert.AreEqual(expected, EstimatorContract.Scores(model, last));
        using var file = new MemoryStream();
        _context.Model.Save(model, last.Schema, file);
        file.Position = 0;
        CollectionAssert.AreEqual(expected, EstimatorContract.Scores(new MLContext().Model.Load(file, out _), last));
    }

    [TestMethod]
    public void AnOutputLayerWithoutBiasesIsRefusedWhereLabelsAreStandardised()
    {
        var options = Options with { Layers = [Flatten(), new Dense(1) { UseBias = false }] };
        Assert.Contains("whose output layer has biases", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new CnnRegressionTrainer(_context, options)).Message);
        _ = new CnnRegressionTrainer(_context, options with { NormalizeLabel = false });
    }

    internal sealed class InterleavedRow
    {
        public float Label { get; set; }

        [VectorType(Strokes.Height, Strokes.Width, Strokes.Channels)]
        public float[] Features { get; set; } = [];
    }
}
