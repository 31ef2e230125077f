using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Evaluation;

[TestClass]
public sealed class EvaluateOutputsTests
{
    private readonly MLContext _context = new(seed: 1);

    /// <summary>Each output's figures are those that ML.NET gives for it alone.</summary>
    [TestMethod]
    public void AgreesWithMLNetsEvaluatorOutputByOutput()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 50).Select(i =>
        {
            float a = random.NextSingle(), b = 5 + random.NextSingle();
            return new Row { Label = [a, b], Score = [a + (0.1f * random.NextSingle()), b - random.NextSingle()], Weight = 1 + (i % 3) };
        }).ToList();
        var metrics = _context.Regression.EvaluateOutputs(_context.Data.LoadFromEnumerable(rows));
        var weighted = _context.Regression.EvaluateOutputs(_context.Data.LoadFromEnumerable(rows), exampleWeightColumnName: "Weight");
        for (int j = 0; j < 2; j++)
        {
            var alone = _context.Data.LoadFromEnumerable(rows.Select(row => new Alone { Label = row.Label[j], Score = row.Score[j] }).ToList());
            var theirs = _context.Regression.Evaluate(alone);
            Assert.AreEqual(theirs.RSquared, metrics.Outputs[j].RSquared, 1e-4);
            Assert.AreEqual(theirs.RootMeanSquaredError, metrics.Outputs[j].RootMeanSquaredError, 1e-6);
            Assert.AreEqual(theirs.MeanAbsoluteError, metrics.Outputs[j].MeanAbsoluteError, 1e-6);
            Assert.AreEqual(metrics.Outputs[j], _context.Regression.EvaluateOutputs(alone).Outputs[0] with { Name = $"{j}" });
        }

        // A weight of 2 is a row that is there twice.
        var repeated = _context.Regression.EvaluateOutputs(_context.Data.LoadFromEnumerable(rows.SelectMany(row => Enumerable.Repeat(row, (int)row.Weight)).ToList()));
        Assert.AreEqual(repeated.MeanRSquared, weighted.MeanRSquared, 1e-9);
        Assert.AreEqual(metrics.Outputs.Average(output => output.MeanAbsoluteError), metrics.MeanAbsoluteError);
        Assert.AreEqual(50, metrics.Rows);
    }

    [TestMethod]
    public void SkipsAndTellsWhatCanNotBeEvaluated()
    {
        Row[] rows = [new() { Label = [1, 5], Score = [2, 5] }, new() { Label = [float.NaN, 5], Score = [2, 5] }, new() { Label = [3, 5], Score = [3, 6] }];
        var metrics = _context.Regression.EvaluateOutputs(_context.Data.LoadFromEnumerable(rows));
        Assert.AreEqual((2, 1), (metrics.Rows, metrics.SkippedRows));
        Assert.AreEqual(0.5, metrics.Outputs[0].RSquared, 1e-12);
        Assert.IsTrue(double.IsNaN(metrics.Outputs[1].RSquared));
        Assert.AreEqual(0.5, metrics.MeanRSquared, 1e-12);
        string[] lines = metrics.ToString().Split(Environment.NewLine);
        Assert.HasCount(4, lines);
        StringAssert.StartsWith(lines[0], "output");
        StringAssert.StartsWith(lines[3], "mean");

        Assert.ThrowsExactly<InvalidOperationException>(() => _context.Regression.EvaluateOutputs(_context.Data.LoadFromEnumerable(rows[1..2])));
        Assert.Contains("no column 'Nothing'", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Regression.EvaluateOutputs(_context.Data.LoadFromEnumerable(rows), "Nothing")).Message);
        Assert.Contains("has 1 values a row", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _context.Regression.EvaluateOutputs(_context.Data.LoadFromEnumerable(rows), "Label", "Weight")).Message);
    }

    private sealed class Row
    {
        [VectorType(2)]
        public float[] Label { get; set; } = [];

        [VectorType(2)]
        public float[] Score { get; set; } = [];

        public float Weight { get; set; } = 1;
    }

    private sealed class Alone
    {
        public float Label { get; set; }

        public float Score { get; set; }
    }
}
