using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>Tables with categories, text and gaps: OneHotEncoding, FeaturizeText and ReplaceMissingValues before our trainers, and all that is done with such a chain.</summary>
[TestClass]
public sealed class TableTests
{
    public static IEnumerable<object[]> RegressionTrainers => HomePipelines.RegressionTrainers.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(RegressionTrainers))]
    public void NumbersAreLearnedFromASplitAndTestedOnTheRest(string trainer)
    {
        var context = new MLContext(seed: 1);
        var split = context.Data.TrainTestSplit(HomePipelines.Load(context), testFraction: 0.2);
        var model = HomePipelines.Regression(context, trainer).Fit(split.TrainSet);
        var metrics = context.Regression.Evaluate(model.Transform(split.TestSet), "Price");

        Assert.IsGreaterThan(LeastRSquared(trainer), metrics.RSquared);
    }

    [TestMethod]
    public void ClassesAreLearnedFromTextAndNamedAgain()
    {
        var context = new MLContext(seed: 1);
        var split = context.Data.TrainTestSplit(HomePipelines.Load(context), testFraction: 0.2);
        var model = HomePipelines.Classifier(context).Fit(split.TrainSet);
        Assert.IsGreaterThan(0.95, context.MulticlassClassification.Evaluate(model.Transform(split.TestSet)).MicroAccuracy);
        using var engine = context.Model.CreatePredictionEngine<Home, NamedKind>(model);
        Assert.AreEqual("villa", engine.Predict(new Home { District = "Hill", Area = float.NaN, Rooms = 3, Note = "quiet with pool near park" }).PredictedKind);
        Assert.AreEqual("flat", engine.Predict(new Home { District = "nobody knows it", Area = 60, Rooms = 2, Note = "the lift" }).PredictedKind);
    }

    [TestMethod]
    [DynamicData(nameof(RegressionTrainers))]
    public void NumbersCrossValidate(string trainer)
    {
        var context = new MLContext(seed: 1);
        var folds = context.Regression.CrossValidate(HomePipelines.Load(context), HomePipelines.Regression(context, trainer), numberOfFolds: 2, labelColumnName: "Price");
        Assert.HasCount(2, folds);
        foreach (var fold in folds)
        {
            Assert.IsGreaterThan(LeastRSquared(trainer), fold.Metrics.RSquared);
        }
    }

    [TestMethod]
    public void ClassesCrossValidateInFoldsThatKeepGroupsTogether()
    {
        var context = new MLContext(seed: 1);
        var folds = context.MulticlassClassification.CrossValidate(HomePipelines.Load(context), HomePipelines.Classifier(context), numberOfFolds: 2, samplingKeyColumnName: "District");
        Assert.HasCount(2, folds);
        foreach (var fold in folds)
        {
            Assert.IsGreaterThan(0.9, fold.Metrics.MicroAccuracy);
        }
    }

    [TestMethod]
    [DynamicData(nameof(RegressionTrainers))]
    public void ACacheChangesNoScore(string trainer)
    {
        var context = new MLContext(seed: 1);
        var data = HomePipelines.Load(context);
        float[] expected = HomePipelines.Scores(HomePipelines.Regression(context, trainer).Fit(data), data);
        CollectionAssert.AreEqual(expected, HomePipelines.Scores(HomePipelines.Regression(new MLContext(seed: 1), trainer).Fit(context.Data.Cache(data)), data));
    }

    [TestMethod]
    public void ACacheCheckpointBeforeTheTrainerChangesNoScore()
    {
        float[] Train(bool checkpoint)
        {
            var context = new MLContext(seed: 1);
            var data = HomePipelines.Load(context);
            var features = new EstimatorChain<ITransformer>().Append(HomePipelines.AllFeatures(context));
            var model = (checkpoint ? features.AppendCacheCheckpoint(context) : features)
                .Append(HomePipelines.Trainer(context, "Mlp")).Fit(data);
            return HomePipelines.Scores(model, data);
        }

        CollectionAssert.AreEqual(Train(checkpoint: false), Train(checkpoint: true));
    }

    /// <summary>The price is linear in the features. The polynomial does not see the note's words; the network learns some of their letters by heart.</summary>
    private static double LeastRSquared(string trainer) => trainer switch
    {
        "Polynomial" => 0.5,
        "Mlp" => 0.7,
        _ => 0.9,
    };

    internal sealed class NamedKind
    {
        public string PredictedKind { get; set; } = "";
    }
}
