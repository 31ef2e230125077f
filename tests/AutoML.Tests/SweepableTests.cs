using Microsoft.ML;
using Microsoft.ML.AutoML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML.Tests;

/// <summary>Each sweepable trainer in an experiment.</summary>
[TestClass]
public sealed class SweepableTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void PerceptronsAreSwept(bool withOurRunner)
    {
        var experiment = Small.Experiment(_context, Small.Perceptron(_context), 3);
        var best = (withOurRunner ? experiment.SetGradientTrialRunner() : experiment).Run();
        Assert.AreEqual(-best.Metric, best.Loss);
        Assert.AreEqual(best.Metric, _context.MulticlassClassification.Evaluate(best.Model.Transform(Small.Rows(_context, 60, 2))).MicroAccuracy);
        Assert.AreEqual(withOurRunner, best is GradientTrialResult);
        Assert.IsTrue(best is not GradientTrialResult ours || ours is { IsPruned: false, IsFromJournal: false, Epochs.Count: 4 });
    }

    [TestMethod]
    public void ConvolutionalNetworksAreSwept()
    {
        var space = new Microsoft.ML.SearchSpace.SearchSpace<CnnSweepOptions>();
        space[nameof(CnnSweepOptions.Filters)] = new Microsoft.ML.SearchSpace.Option.UniformIntOption(2, 4, false, 2);
        var pipeline = Small.Transforms(_context).Append(_context.Auto().Cnn(new CnnTrainer.Options { FeatureColumnName = nameof(SmallRow.Image), NumberOfEpochs = 2 }, space));
        var best = Small.Experiment(_context, pipeline, 2).SetGradientTuner(new RandomTuner()).SetGradientTrialRunner().Run();
        Assert.IsGreaterThan(0.3, best.Metric);
    }

    [TestMethod]
    public void RegressionsAreSweptAsAlternativesOfEachOther()
    {
        var pipeline = _context.Transforms.CopyColumns("Label", nameof(SmallRow.Distance)).Append(
            _context.Auto().Polynomial(), _context.Auto().GradientRegression(numberOfEpochs: 2), _context.Auto().MlpRegression(numberOfEpochs: 2));
        var heard = new Heard();
        var best = _context.Auto().CreateExperiment()
            .SetPipeline(pipeline)
            .SetDataset(Small.Rows(_context), Small.Rows(_context, 60, 2))
            .SetRegressionMetric(RegressionMetric.RootMeanSquaredError)
            .SetGradientTuner(new RandomTuner(), seed: 4)
            .SetGradientTrialRunner(new SuccessiveHalving())
            .SetMonitor(heard)
            .SetMaxModelToExplore(12)
            .Run();
        Assert.AreEqual(best.Metric, best.Loss);
        Assert.AreEqual(heard.Results.Min(result => result.Loss), best.Loss);
        var schemas = heard.Results.Cast<GradientTrialResult>().GroupBy(result => result.Trial.Values.Get<string>("_SCHEMA_")).ToArray();
        Assert.HasCount(3, schemas);

        // What belongs to another alternative is out of play.
        Assert.IsTrue(schemas.SelectMany(one => one).All(result => result.Trial.Values.Keys.Count(key => key.EndsWith("Degree", StringComparison.Ordinal)) + result.Trial.Values.Keys.Count(key => key.EndsWith("BatchSize", StringComparison.Ordinal)) == 1));
    }

    [TestMethod]
    public void TrainersOfOnesOwnSweepablesAreNotConnectedButRun()
    {
        var own = _context.Auto().CreateSweepableEstimator(
            (context, options) => new MlpTrainer(context, options.Apply(new MlpTrainer.Options { NumberOfEpochs = 2 })), Small.Narrow());
        var best = (GradientTrialResult)Small.Experiment(_context, Small.Transforms(_context).Append(own), 2).SetGradientTrialRunner(new SuccessiveHalving()).Run();
        Assert.IsEmpty(best.Epochs);
        Assert.IsFalse(best.IsPruned);
    }

    [TestMethod]
    public void TheOptionsOfACallerStayAsTheyAre()
    {
        var options = new MlpTrainer.Options { NumberOfEpochs = 1 };
        var sweepable = _context.Auto().Mlp(options, Small.Narrow());
        options.NumberOfEpochs = 100;
        var best = (GradientTrialResult)Small.Experiment(_context, Small.Transforms(_context).Append(sweepable), 1).SetGradientTrialRunner().Run();
        Assert.HasCount(1, best.Epochs);
        Assert.IsTrue(options is { OnEpoch: null, ValidationSet: null, Optimizer: null, CancellationBehavior: CancellationBehavior.Throw });
    }
}
