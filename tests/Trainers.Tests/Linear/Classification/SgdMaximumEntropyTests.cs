using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Linear.Classification;

[TestClass]
public sealed class SgdMaximumEntropyTests
{
    private readonly MLContext _context = new(seed: 1);

    /// <summary>With nothing set it is as good as ML.NET's own, whose rows were normalised for it.</summary>
    [TestMethod]
    [DataRow("iris")]
    [DataRow("wine")]
    public void IsAsGoodAsTheClosest(string table)
    {
        var (training, test) = RealTable.Load(_context, table, isClass: true);
        var ours = _context.MulticlassClassification.Evaluate(_context.MulticlassClassification.Trainers.SgdMaximumEntropy().Fit(training).Transform(test));
        var theirs = _context.MulticlassClassification.Evaluate(
            _context.Transforms.NormalizeMeanVariance("Features", fixZero: false).Append(_context.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(training).Transform(test));
        Assert.IsGreaterThanOrEqualTo(theirs.MicroAccuracy - 0.03, ours.MicroAccuracy);
        Assert.IsLessThan(theirs.LogLoss + 0.05, ours.LogLoss);
    }

    [TestMethod]
    public void TheModelIsMLNetsOwnAndKnowsItsClasses()
    {
        var data = Blobs.Load(_context);
        var trainer = _context.MulticlassClassification.Trainers.SgdMaximumEntropy(numberOfEpochs: 20);
        var model = trainer.Fit(data);
        VBuffer<ReadOnlyMemory<char>> names = default;
        model.Transform(data).Schema["Score"].GetSlotNames(ref names);
        CollectionAssert.AreEqual(Blobs.Classes, names.DenseValues().Select(name => name.ToString()).ToArray());
        Assert.IsGreaterThan(0.95, _context.MulticlassClassification.Evaluate(model.Transform(Blobs.Load(_context, seed: 2))).MicroAccuracy);
        Assert.HasCount(Blobs.Width, _context.MulticlassClassification.PermutationFeatureImportance(model, data));
        Assert.IsGreaterThan(0.95, _context.MulticlassClassification.Evaluate(trainer.Fit(data, model.Model).Transform(data)).MicroAccuracy);
        string message = Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(Blobs.Load(_context, Blobs.Rows(60).Where(row => row.Species != "ash")), model.Model)).Message;
        Assert.Contains("its 3 classes are not the 2", message);
    }
}
