using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Tests.Data;

namespace MLNet.GradientTrainers.Tests.Scoring;

/// <summary>A disposed cursor stands on no row and finds no further one, as ML.NET's own.</summary>
[TestClass]
public sealed class DisposedCursorTests
{
    private static readonly MLContext Context = new(seed: 1);

    [TestMethod]
    public void OfScoredRows()
    {
        var scored = Scored();
        AssertEnds(scored, scored.Schema);
    }

    [TestMethod]
    public void OfScoredRowsWithoutTheScores()
    {
        var scored = Scored();
        AssertEnds(scored, scored.Schema["Label"]);
    }

    [TestMethod]
    public void OfScoredRowsOverAViewThatDoesNotCare()
    {
        var data = Surface.Load(Context, 30);
        var scored = new MlpRegressionTrainer(Context, hiddenLayers: [4], numberOfEpochs: 1).Fit(data).Transform(new Endless(data));
        AssertEnds(scored, scored.Schema);
        AssertEnds(scored, scored.Schema["Label"]);
    }

    [TestMethod]
    public void OfImages()
    {
        using var folder = new TemporaryFolder();
        var images = LoadFromIdxTests.Write(folder, 5, 3, 4);
        AssertEnds(images, images.Schema);
    }

    private static IDataView Scored()
    {
        var data = Surface.Load(Context, 30);
        return new MlpRegressionTrainer(Context, hiddenLayers: [4], numberOfEpochs: 1).Fit(data).Transform(data);
    }

    private static void AssertEnds(IDataView view, params IEnumerable<DataViewSchema.Column> columns)
    {
        foreach (int rows in new[] { 0, 1, 2 })
        {
            var cursor = view.GetRowCursor(columns);
            for (int i = 0; i < rows; i++)
            {
                Assert.IsTrue(cursor.MoveNext());
            }

            cursor.Dispose();
            Assert.AreEqual(-1, cursor.Position);
            Assert.IsFalse(cursor.MoveNext());
            Assert.IsFalse(cursor.MoveNext());
            Assert.AreEqual(-1, cursor.Position);
            cursor.Dispose();
        }
    }

    /// <summary>A view whose cursors go on after they were disposed.</summary>
    private sealed class Endless(IDataView inner) : IDataView
    {
        public bool CanShuffle => false;

        public DataViewSchema Schema => inner.Schema;

        public long? GetRowCount() => null;

        public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null) => new Cursor(inner.GetRowCursor(columnsNeeded));

        public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) => [GetRowCursor(columnsNeeded, rand)];

        private sealed class Cursor(DataViewRowCursor inner) : DataViewRowCursor
        {
            public override long Position => inner.Position;

            public override long Batch => inner.Batch;

            public override DataViewSchema Schema => inner.Schema;

            public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) => inner.GetGetter<TValue>(column);

            public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

            public override bool IsColumnActive(DataViewSchema.Column column) => inner.IsColumnActive(column);

            public override bool MoveNext() => inner.MoveNext();
        }
    }
}
