using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.MLNet.Tests;

[TestClass]
public class EvaluateMulticlassTests
{
    private static readonly MLContext Context = new(seed: 1);
    private static readonly double Ln2 = Math.Log(2);

    private sealed class Row
    {
        [KeyType(3)]
        public uint Label { get; set; }

        public float Number { get; set; }

        [VectorType(3)]
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }

        public string Text { get; set; } = "";

        public float First => Score[0];
        public float Second => Score[1];
        public float Third => Score[2];
    }

    private static IDataView View(params (float Class, float A, float B, float C)[] rows)
        => Context.Data.LoadFromEnumerable(rows.Select(r => new Row
        {
            // A key is zero-based in the object; beyond its count it is missing.
            Label = r.Class is >= 0 and < 3 ? (uint)r.Class : 3,
            Number = r.Class,
            Score = [r.A, r.B, r.C],
        }).ToArray());

    /// <summary>Class 0: right, wrong, right; class 1: right; class 2: wrong and ranked last.</summary>
    private static readonly (float Class, float A, float B, float C)[] Five =
    [
        (0, 0.5f, 0.25f, 0.25f), (0, 0.25f, 0.5f, 0.25f), (1, 0.25f, 0.5f, 0.25f), (2, 0.5f, 0.25f, 0.25f), (0, 0.5f, 0.25f, 0.25f),
    ];

    [TestMethod]
    [DataRow("Label")]
    [DataRow("Number")]
    public void MetricsAgreeWithHandComputation(string label)
    {
        var metrics = Context.MulticlassClassification.Evaluate(View(Five), label, topKPredictionCount: 3);
        Assert.AreEqual(3 / 5.0, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual((2 / 3.0 + 1 + 0) / 3, metrics.MacroAccuracy, 1e-12);
        // −log p of the true class: ln 2, 2 ln 2, ln 2, 2 ln 2, ln 2.
        Assert.AreEqual(7 * Ln2 / 5, metrics.LogLoss, 1e-12);
        AreEqual([4 * Ln2 / 3, Ln2, 2 * Ln2], metrics.PerClassLogLoss);
        var prior = -(0.6 * Math.Log(0.6) + 0.4 * Math.Log(0.2));
        Assert.AreEqual((prior - 7 * Ln2 / 5) / prior, metrics.LogLossReduction, 1e-12);
        // Of equal scores the earlier class ranks first: ranks of the true class are 0, 1, 0, 2, 0.
        AreEqual([0.6, 0.8, 1], metrics.TopKAccuracyForAllK);
        Assert.AreEqual(1, metrics.TopKAccuracy, 1e-12);
        Assert.AreEqual(3, metrics.TopKPredictionCount);
    }

    [TestMethod]
    public void TopKIsAbsentUnlessAskedFor()
    {
        var metrics = Context.MulticlassClassification.Evaluate(View(Five));
        Assert.AreEqual(0, metrics.TopKPredictionCount);
        Assert.AreEqual(0, metrics.TopKAccuracy);
        Assert.IsNull(metrics.TopKAccuracyForAllK);
    }

    [TestMethod]
    public void ConfusionMatrixCountsPairs()
    {
        var matrix = Context.MulticlassClassification.Evaluate(View(Five)).ConfusionMatrix;
        Assert.AreEqual(3, matrix.NumberOfClasses);
        AreEqual([2, 1, 0], matrix.Counts[0]);
        AreEqual([0, 1, 0], matrix.Counts[1]);
        AreEqual([1, 0, 0], matrix.Counts[2]);
        AreEqual([2 / 3.0, 1 / 2.0, 0], matrix.PerClassPrecision);
        AreEqual([2 / 3.0, 1, 0], matrix.PerClassRecall);
        Assert.AreEqual(1, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 1, actualClassIndicatorIndex: 0));
        Assert.AreEqual(0, matrix.GetCountForClassPair(predictedClassIndicatorIndex: 0, actualClassIndicatorIndex: 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => matrix.GetCountForClassPair(3, 0));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => matrix.GetCountForClassPair(0, -1));
    }

    [TestMethod]
    public void ConfusionTableIsText()
    {
        var table = Context.MulticlassClassification.Evaluate(View(Five)).ConfusionMatrix.GetFormattedConfusionTable();
        AreEqual(
            """

            Confusion table
                      ||========================
            PREDICTED ||     0 |     1 |     2 | Recall
            TRUTH     ||========================
                    0 ||     2 |     1 |     0 | 0.6667
                    1 ||     0 |     1 |     0 | 1.0000
                    2 ||     1 |     0 |     0 | 0.0000
                      ||========================
            Precision ||0.6667 |0.5000 |0.0000 |

            """, table);
    }

    [TestMethod]
    public void ConfusionTableNumbersLongClassNames()
    {
        // Concatenate names the slots of its output after its inputs.
        var data = Context.Transforms.Concatenate("Named", "Second", "First").Fit(View(Five)).Transform(View(Five));
        var table = Context.MulticlassClassification.Evaluate(data, scoreColumnName: "Named").ConfusionMatrix.GetFormattedConfusionTable();
        AreEqual(
            """

            Confusion table
                      ||======================
            PREDICTED ||   Second |    First | Recall
            TRUTH     ||======================
               Second ||        1 |        2 | 0.3333
                First ||        1 |        0 | 0.0000
                      ||======================
            Precision ||   0.5000 |   0.0000 |

            """, table);

        data = Context.Transforms.Concatenate("Named", "Second", "First", "Third").Fit(View(Five)).Transform(View(Five));
        table = Context.MulticlassClassification.Evaluate(data, scoreColumnName: "Named").ConfusionMatrix.GetFormattedConfusionTable();
        AreEqual(
            """

            Confusion table
                      ||========================
            PREDICTED ||     0 |     1 |     2 | Recall
            TRUTH     ||========================
            0. Second ||     1 |     2 |     0 | 0.3333
            1.  First ||     1 |     0 |     0 | 0.0000
            2.  Third ||     0 |     1 |     0 | 0.0000
                      ||========================
            Precision ||0.5000 |0.0000 |0.0000 |

            """, table);
    }

    [TestMethod]
    public void UnusableRowsAreLeftOut()
    {
        var rows = Five.Concat([(float.NaN, 1f, 0f, 0f), (-1f, 1f, 0f, 0f), (0.5f, 1f, 0f, 0f), (1f, float.NaN, 0f, 0f), (1f, 0f, 0f, float.PositiveInfinity)]).ToArray();
        var metrics = Context.MulticlassClassification.Evaluate(View(rows), "Number");
        Assert.AreEqual(0.6, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual(7 * Ln2 / 5, metrics.LogLoss, 1e-12);
    }

    [TestMethod]
    public void MissingKeysAreLeftOut()
        => Assert.AreEqual(0.6, Context.MulticlassClassification.Evaluate(View([.. Five, (-1f, 1f, 0f, 0f)])).MicroAccuracy, 1e-12);

    [TestMethod]
    public void UnknownClassIsWrongWithTheGreatestLogLoss()
    {
        var metrics = Context.MulticlassClassification.Evaluate(View([.. Five, (7f, 1f, 0f, 0f)]), "Number", topKPredictionCount: 2);
        Assert.AreEqual(3 / 6.0, metrics.MicroAccuracy, 1e-12);
        Assert.AreEqual((2 / 3.0 + 1 + 0) / 3, metrics.MacroAccuracy, 1e-12);
        Assert.AreEqual((7 * Ln2 - Math.Log(1e-15f)) / 6, metrics.LogLoss, 1e-12);
        AreEqual([3 / 6.0, 4 / 6.0], metrics.TopKAccuracyForAllK);
        Assert.AreEqual(5, metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()));
    }

    [TestMethod]
    public void LogLossIsBoundedForScoresThatAreNoProbabilities()
    {
        var metrics = Context.MulticlassClassification.Evaluate(View((0, 5, 0, -3), (2, 5, 0, -3)));
        AreEqual([0, 0, -Math.Log(1e-15f)], metrics.PerClassLogLoss);
    }

    [TestMethod]
    public void NoRowGivesZeros()
    {
        var metrics = Context.MulticlassClassification.Evaluate(View((float.NaN, 1, 0, 0)), "Number");
        Assert.AreEqual(0, metrics.MicroAccuracy);
        Assert.AreEqual(0, metrics.MacroAccuracy);
        Assert.AreEqual(0, metrics.LogLoss);
        Assert.AreEqual(double.NaN, metrics.LogLossReduction);
    }

    [TestMethod]
    [DataRow("Gone", "Score", "PredictedLabel", "Gone")]
    [DataRow("Label", "Gone", "PredictedLabel", "Gone")]
    [DataRow("Label", "Score", "Gone", "Gone")]
    [DataRow("Text", "Score", "PredictedLabel", "label column 'Text': expected Single or Key, got String")]
    [DataRow("Label", "Number", "PredictedLabel", "score column 'Number': expected vector of two or more items of type Single, got Single")]
    [DataRow("", "Score", "PredictedLabel", "labelColumnName")]
    [DataRow("Label", "", "PredictedLabel", "scoreColumnName")]
    [DataRow("Label", "Score", "", "predictedLabelColumnName")]
    public void WrongColumnsAreNamed(string label, string score, string predicted, string expected)
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Context.MulticlassClassification.Evaluate(View(Five), label, score, predicted));
        StringAssert.Contains(error.Message, expected);
    }

    [TestMethod]
    public void NegativeTopKIsRefused()
        => Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Context.MulticlassClassification.Evaluate(View(Five), topKPredictionCount: -1));

    private static void AreEqual(string expected, string actual) => Assert.AreEqual(expected.ReplaceLineEndings(), actual.ReplaceLineEndings());

    private static void AreEqual(double[] expected, IReadOnlyList<double> actual)
    {
        Assert.AreEqual(expected.Length, actual.Count);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-12, $"at {i}");
    }
}
