using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;

namespace MLNet.GradientTrainers.Pipelines.Tests;

/// <summary>Our trainers beside ML.NET's trees in one program: on the same split, behind them, and on the features that they make.</summary>
[TestClass]
public sealed class TreeTests
{
    [TestMethod]
    public void AllAreComparedOnTheSameSplit()
    {
        var context = new MLContext(seed: 1);
        var features = HomePipelines.AllFeatures(context).Fit(HomePipelines.Load(context));
        var split = context.Data.TrainTestSplit(context.Data.Cache(features.Transform(HomePipelines.Load(context))), testFraction: 0.25);
        double RSquared(IEstimator<ITransformer> trainer) => context.Regression.Evaluate(trainer.Fit(split.TrainSet).Transform(split.TestSet), "Price").RSquared;

        Assert.IsGreaterThan(0.8, RSquared(context.Regression.Trainers.FastTree("Price", numberOfLeaves: 8, numberOfTrees: 50, minimumExampleCountPerLeaf: 5)));
        Assert.IsGreaterThan(0.7, RSquared(HomePipelines.Trainer(context, "Mlp")));
        Assert.IsGreaterThan(0.9, RSquared(HomePipelines.Trainer(context, "Sgd")));
        SkipWithoutLightGbm(() => Assert.IsGreaterThan(0.8, RSquared(context.Regression.Trainers.LightGbm(
            new LightGbmRegressionTrainer.Options { LabelColumnName = "Price", NumberOfLeaves = 8, NumberOfIterations = 50, MinimumExampleCountPerLeaf = 5, NumberOfThreads = 1 }))));
    }

    [TestMethod]
    public void TheScoreOfAFastTreeIsAFeatureOfOurLinearTrainers()
    {
        var context = new MLContext(seed: 1);
        var split = context.Data.TrainTestSplit(HomePipelines.Load(context), testFraction: 0.25);
        var model = Stacked(context).Fit(split.TrainSet);
        var scored = model.Transform(split.TestSet);
        Assert.IsGreaterThan(0.9, context.Regression.Evaluate(scored, "Price").RSquared);

        // Two columns named Score: the last one is ours, as the one that a user reads.
        Assert.HasCount(2, scored.Schema.Where(column => column.Name == "Score"));
        CheckRoundTrip(context, model, split.TestSet);
    }

    [TestMethod]
    public void TheClassesOfALightGbmAreFeaturesOfOurNetworks()
    {
        SkipWithoutLightGbm(() =>
        {
            var context = new MLContext(seed: 1);
            var split = context.Data.TrainTestSplit(HomePipelines.Load(context), testFraction: 0.25);
            var pipeline = context.Transforms.Conversion.MapValueToKey("Label", "Kind")
                .Append(HomePipelines.AllFeatures(context))
                .Append(context.MulticlassClassification.Trainers.LightGbm(
                    new LightGbmMulticlassTrainer.Options { NumberOfLeaves = 8, NumberOfIterations = 20, MinimumExampleCountPerLeaf = 5, NumberOfThreads = 1 }))
                .Append(context.Transforms.CopyColumns("TreeScore", "Score"))
                .Append(context.Transforms.Concatenate("Stacked", "TreeScore", "Features"))
                .Append(context.MulticlassClassification.Trainers.Mlp(featureColumnName: "Stacked", hiddenLayers: [8], learningRate: 0.02, numberOfEpochs: 15, batchSize: 16));
            var model = pipeline.Fit(split.TrainSet);
            Assert.IsGreaterThan(0.9, context.MulticlassClassification.Evaluate(model.Transform(split.TestSet)).MicroAccuracy);
            CheckRoundTrip(context, model, split.TestSet);
        });
    }

    [TestMethod]
    public void TheLeavesOfAFastTreeAreFeaturesOfOurLinearTrainers()
    {
        var context = new MLContext(seed: 1);
        var split = context.Data.TrainTestSplit(HomePipelines.Load(context), testFraction: 0.25);
        var trees = new FastTreeRegressionFeaturizationEstimator.Options
        {
            InputColumnName = "Features",
            LeavesColumnName = "Leaves",
            TrainerOptions = new FastTreeRegressionTrainer.Options { LabelColumnName = "Price", NumberOfTrees = 10, NumberOfLeaves = 8, MinimumExampleCountPerLeaf = 5 },
        };
        var model = HomePipelines.AllFeatures(context)
            .Append(context.Transforms.FeaturizeByFastTreeRegression(trees))
            .Append(context.Regression.Trainers.GradientDescent("Price", "Leaves", learningRate: 0.3, numberOfEpochs: 500))
            .Fit(split.TrainSet);
        Assert.IsGreaterThan(0.7, context.Regression.Evaluate(model.Transform(split.TestSet), "Price").RSquared);
        CheckRoundTrip(context, model, split.TestSet);
    }

    /// <summary>A linear model of the features and of the score that a FastTree gives them.</summary>
    internal static IEstimator<ITransformer> Stacked(MLContext context) =>
        HomePipelines.AllFeatures(context)
            .Append(context.Regression.Trainers.FastTree("Price", numberOfLeaves: 8, numberOfTrees: 50, minimumExampleCountPerLeaf: 5))
            .Append(context.Transforms.NormalizeMinMax("TreeScore", "Score"))
            .Append(context.Transforms.Concatenate("Stacked", "Features", "TreeScore"))
            .Append(context.Regression.Trainers.Sgd("Price", "Stacked", learningRate: 0.03, numberOfEpochs: 30));

    private static void CheckRoundTrip(MLContext context, ITransformer model, IDataView data)
    {
        using var file = new MemoryStream();
        context.Model.Save(model, data.Schema, file);
        file.Position = 0;
        CollectionAssert.AreEqual(HomePipelines.Scores(model, data), HomePipelines.Scores(new MLContext().Model.Load(file, out _), data));
    }

    /// <summary>LightGBM's native library wants OpenMP (libgomp) and does not exist for all processors.</summary>
    private static void SkipWithoutLightGbm(Action test)
    {
        try
        {
            test();
        }
        catch (DllNotFoundException e)
        {
            Assert.Inconclusive($"LightGBM can't run on this machine: {e.Message}");
        }
    }
}
