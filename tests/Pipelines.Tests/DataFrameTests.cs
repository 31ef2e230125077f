using Microsoft.Data.Analysis;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>A DataFrame is a data view: it is trained on and scored as it is, its gaps included.</summary>
[TestClass]
public sealed class DataFrameTests
{
    public static IEnumerable<object[]> RegressionTrainers => HomePipelines.RegressionTrainers.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(RegressionTrainers))]
    public void ADataFrameGivesTheScoresOfTheSameRowsAsObjects(string trainer)
    {
        float[] Scores(Func<MLContext, IDataView> load)
        {
            var context = new MLContext(seed: 1);
            var data = load(context);
            return HomePipelines.Scores(HomePipelines.Regression(context, trainer).Fit(data), data);
        }

        CollectionAssert.AreEqual(Scores(context => HomePipelines.Load(context)), Scores(_ => Frame(Home.List())));
    }

    [TestMethod]
    public void ClassesAreLearnedFromADataFrameAndScoresBecomeOne()
    {
        var context = new MLContext(seed: 1);
        DataFrame frame = Frame(Home.List());
        var model = HomePipelines.Classifier(context).Fit(frame);
        DataFrame scored = context.Transforms.SelectColumns("Kind", "PredictedKind").Fit(model.Transform(frame)).Transform(model.Transform(frame)).ToDataFrame(maxRows: -1);
        Assert.AreEqual(frame.Rows.Count, scored.Rows.Count);
        Assert.IsGreaterThan(0.95, scored.Rows.Count(row => row[0].ToString() == row[1].ToString()) / (double)scored.Rows.Count);
    }

    /// <summary>The homes as columns; an unknown area is a null, as a CSV reader leaves it.</summary>
    private static DataFrame Frame(IReadOnlyList<Home> homes) => new(
        new StringDataFrameColumn("District", homes.Select(h => h.District)),
        new SingleDataFrameColumn("Area", homes.Select(h => float.IsNaN(h.Area) ? (float?)null : h.Area)),
        new SingleDataFrameColumn("Rooms", homes.Select(h => h.Rooms)),
        new StringDataFrameColumn("Note", homes.Select(h => h.Note)),
        new SingleDataFrameColumn("Price", homes.Select(h => h.Price)),
        new StringDataFrameColumn("Kind", homes.Select(h => h.Kind)));
}
