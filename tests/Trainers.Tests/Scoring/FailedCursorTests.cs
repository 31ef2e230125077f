using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Tests.Scoring;

/// <summary>Rows are read ahead and scored in blocks: a block that failed halfway is never handed out with the scores of the one before.</summary>
[TestClass]
public sealed class FailedCursorTests
{
    [TestMethod]
    public void GoesNoFurtherAfterAFailure()
    {
        var context = new MLContext(seed: 1);
        var model = new MlpRegressionTrainer(context, hiddenLayers: [4], numberOfEpochs: 1).Fit(context.Data.LoadFromEnumerable(Rows(-1)));
        float[] expected = EstimatorContract.Scores(model, context.Data.LoadFromEnumerable(Rows(-1)));
        var scored = model.Transform(context.Data.LoadFromEnumerable(Rows(failing: 20)));
        using var cursor = scored.GetRowCursor(scored.Schema);
        var score = cursor.GetGetter<float>(scored.Schema["Score"]);
        float value = 0;
        Exception? failure = null;
        for (int row = 0; failure is null; row++)
        {
            try
            {
                Assert.IsTrue(cursor.MoveNext());
                score(ref value);
                Assert.AreEqual(expected[row], value);
            }
            catch (Exception e) when (e is not UnitTestAssertException)
            {
                failure = e;
            }
        }

        StringAssert.Contains(failure.ToString(), "the disk is gone");
        for (int i = 0; i < 2; i++)
        {
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => cursor.MoveNext()).Message, "Make a new cursor");
        }

        Assert.ThrowsExactly<InvalidOperationException>(() => score(ref value));
        cursor.Dispose();
        Assert.IsFalse(cursor.MoveNext());
    }

    private static List<Row> Rows(int failing) => [.. Enumerable.Range(0, 60).Select(i => new Row { Label = i, Number = i, Fails = i == failing })];

    private sealed class Row
    {
        public float Label { get; set; }

        [NoColumn]
        public float Number { get; set; }

        /// <summary>Whether the features can't be read, once.</summary>
        [NoColumn]
        public bool Fails { get; set; }

        [VectorType(2)]
        public float[] Features
        {
            get
            {
                bool fails = Fails;
                Fails = false;
                return fails ? throw new IOException("the disk is gone") : [Number / 60, 1];
            }
            set => Number = value[0] * 60;
        }
    }
}
