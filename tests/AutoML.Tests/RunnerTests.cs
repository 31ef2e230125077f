using Microsoft.ML;
using Microsoft.ML.AutoML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML.Tests;

/// <summary>The runner in experiments: like AutoML's own, and what it adds.</summary>
[TestClass]
public sealed class RunnerTests
{
    private readonly MLContext _context = new(1);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void WithoutPruningItScoresAsAutoMLsOwnRunner(bool folds)
    {
        double[] Metrics(bool ours)
        {
            var heard = new Heard();
            var experiment = Small.Experiment(_context, Small.Perceptron(_context, epochs: 2), 3).SetMonitor(heard);
            experiment = folds ? experiment.SetDataset(Small.Rows(_context), 3) : experiment;
            (ours ? experiment.SetGradientTrialRunner() : experiment).Run();
            return [.. heard.Results.Select(result => result.Metric)];
        }

        double[] own = Metrics(true);
        Assert.HasCount(3, own);
        CollectionAssert.AreEqual(Metrics(false), own);
    }

    [TestMethod]
    public void CallsComeInTheOrderThatTunersAndMonitorsKnow()
    {
        var heard = new Heard();
        Small.Experiment(_context, Small.Perceptron(_context, epochs: 1), 3)
            .SetTuner(provider => heard.Tuner(new GradientTuner(((AutoMLExperiment.AutoMLExperimentSettings)provider.GetService(typeof(AutoMLExperiment.AutoMLExperimentSettings))!).SearchSpace, new RandomTuner())))
            .SetGradientTrialRunner()
            .SetMonitor(heard)
            .Run();
        Assert.HasCount(3, heard.Results);
        var expected = new List<string>();
        double best = double.MaxValue;
        foreach (var result in heard.Results)
        {
            int id = result.TrialSettings.TrialId;
            expected.AddRange([$"propose {id}", $"running {id}", $"completed {id}", $"update {id}"]);
            if (result.Loss < best)
            {
                best = result.Loss;
                expected.Add($"best {id}");
            }
        }

        CollectionAssert.AreEqual(expected, heard.Calls);
    }

    [TestMethod]
    public void HopelessTrialsArePrunedAndGiveTheirBestSoFar()
    {
        const int Epochs = 8;
        var heard = new Heard();
        var best = Small.Experiment(_context, Small.Perceptron(_context, Epochs), 10).SetGradientTuner(new RandomTuner()).SetGradientTrialRunner(new SuccessiveHalving()).SetMonitor(heard).Run();
        var results = heard.Results.Cast<GradientTrialResult>().ToArray();
        Assert.HasCount(10, results);
        var pruned = results.Where(result => result.IsPruned).ToArray();
        Assert.IsGreaterThan(2, pruned.Length);
        Assert.IsTrue(pruned.All(result => result.Epochs.Count < Epochs && result.Trial.Reason is not null));
        Assert.IsTrue(results.Except(pruned).All(result => result.Epochs.Count == Epochs));
        foreach (var result in pruned)
        {
            Assert.AreEqual(-result.Loss, _context.MulticlassClassification.Evaluate(result.Model.Transform(Small.Rows(_context, 60, 2))).MicroAccuracy);
        }

        Assert.AreEqual(results.Min(result => result.Loss), best.Loss);
    }

    [TestMethod]
    [DataRow("MicroAccuracy", true, 3.0, true)]
    [DataRow("LogLoss", false, 2.0, false)]
    [DataRow("RSquared", true, 3.0, false)]
    [DataRow("RootMeanSquaredError", false, 3.0, false)]
    [DataRow("F1Score", true, 2.0, false)]
    public void EpochsAreComparedByAFigureThatGoesWithTheMetric(string metric, bool isMaximize, double figure, bool higherIsBetter)
    {
        var figures = EpochFigures.Of(metric, isMaximize);
        Assert.AreEqual(figure, figures.OfEpoch(new EpochRecord(1, 0, 1, 2, 3, 0, 0.1)));
        Assert.AreEqual(higherIsBetter, figures.EpochHigherIsBetter);
    }

    [TestMethod]
    public async Task ATokenEndsTheTrainingAndTheBestSoFarIsTheResult()
    {
        using var source = new CancellationTokenSource();
        int epochs = 0;
        var endless = new MlpTrainer.Options
        {
            NumberOfEpochs = 1_000_000,
            OnEpoch = epoch =>
            {
                epochs = epoch.Epoch;
                if (epoch.Epoch == 5)
                {
                    source.Cancel();
                }
            },
        };
        var best = (GradientTrialResult)await Small.Experiment(_context, Small.Transforms(_context).Append(_context.Auto().Mlp(endless, Small.Narrow())), 3).SetGradientTrialRunner().RunAsync(source.Token);
        Assert.AreEqual(TrialState.Interrupted, best.Trial.State);
        Assert.IsLessThan(8, epochs);
        Assert.AreEqual(best.Metric, _context.MulticlassClassification.Evaluate(best.Model.Transform(Small.Rows(_context, 60, 2))).MicroAccuracy);
    }

    [TestMethod]
    public void TheTimeLimitOfTheExperimentEndsTheTraining()
    {
        var sweepable = _context.Auto().Mlp(new MlpTrainer.Options { NumberOfEpochs = 100_000_000 }, Small.Narrow());
        var best = (GradientTrialResult)_context.Auto().CreateExperiment()
            .SetPipeline(Small.Transforms(_context).Append(sweepable))
            .SetDataset(Small.Rows(_context), Small.Rows(_context, 60, 2))
            .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy, labelColumn: "Label")
            .SetGradientTuner(new RandomTuner())
            .SetGradientTrialRunner()
            .SetTrainingTimeInSeconds(2)
            .Run();
        Assert.AreEqual(TrialState.Interrupted, best.Trial.State);
        Assert.IsNotNull(best.Model);
    }

    [TestMethod]
    [Timeout(60_000)]
    public void WhatKnowsNoTokenIsStoppedByItsContext()
    {
        var heard = new Heard();
        var sweepable = _context.Auto().CreateSweepableEstimator((context, _) => new Endless(context), Small.Narrow());
        var experiment = Small.Experiment(_context, Small.Transforms(_context).Append(sweepable), 2).SetGradientTrialRunner(timePerTrial: TimeSpan.FromSeconds(0.2)).SetMonitor(heard);
        Assert.IsInstanceOfType<TimeoutException>(Assert.ThrowsExactly<AggregateException>(() => experiment.Run()).InnerException);
        Assert.HasCount(2, heard.Failures);
        Assert.IsTrue(heard.Failures.All(failure => failure is OperationCanceledException));
    }

    [TestMethod]
    public void ATrialsOwnLimitEndsThatTrialAlone()
    {
        var sweepable = _context.Auto().Mlp(new MlpTrainer.Options { NumberOfEpochs = 100_000_000 }, Small.Narrow());
        var heard = new Heard();
        Small.Experiment(_context, Small.Transforms(_context).Append(sweepable), 2).SetGradientTrialRunner(timePerTrial: TimeSpan.FromSeconds(0.5)).SetMonitor(heard).Run();
        Assert.HasCount(2, heard.Results);
        Assert.IsTrue(heard.Results.Cast<GradientTrialResult>().All(result => result.Trial is { State: TrialState.Completed, Reason: not null }));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Small.Experiment(_context, Small.Perceptron(_context), 1).SetGradientTrialRunner(timePerTrial: TimeSpan.Zero));
    }

    [TestMethod]
    public async Task ATokenOfBeforeLeavesNothingDone()
    {
        var experiment = Small.Experiment(_context, Small.Perceptron(_context), 3).SetGradientTrialRunner();
        await Assert.ThrowsExactlyAsync<TimeoutException>(() => experiment.RunAsync(new CancellationToken(true)));
    }

    [TestMethod]
    public async Task AFirstTrialThatFailsEndsTheExperimentAndALaterOneIsSkipped()
    {
        await Assert.ThrowsExactlyAsync<NotSupportedException>(() => Failing(0, new NotSupportedException("no such thing")).Experiment.RunAsync());

        var (experiment, heard) = Failing(1, new NotSupportedException("no such thing"));
        var best = await experiment.RunAsync();
        Assert.IsNotNull(best.Model);
        Assert.HasCount(2, heard.Results);
        CollectionAssert.Contains(heard.Calls, "failed 1");
        Assert.IsInstanceOfType<NotSupportedException>(heard.Failures.Single());
    }

    [TestMethod]
    public void ATrialThatDivergesIsSkippedEvenAsTheFirstOne()
    {
        var (experiment, heard) = Failing(0, new DivergenceException("the loss grew", 1, 1, 1, 0.1, 3));
        var best = experiment.Run();
        Assert.IsNotNull(best.Model);
        CollectionAssert.Contains(heard.Calls, "failed 0");
        Assert.HasCount(2, heard.Results);
        Assert.IsTrue(heard.Failures.Single() is OperationCanceledException { InnerException: DivergenceException });
    }

    [TestMethod]
    public void WhatAnExperimentLacksIsTold()
    {
        var experiment = _context.Auto().CreateExperiment().SetPipeline(Small.Perceptron(_context)).SetDataset(Small.Rows(_context), Small.Rows(_context)).SetRandomSearchTuner().SetGradientTrialRunner().SetMaxModelToExplore(1);
        Assert.Contains("SetMulticlassClassificationMetric", Assert.ThrowsExactly<AggregateException>(() => experiment.Run()).Message);
    }

    [TestMethod]
    public void OnlyTheBestModelIsKept()
    {
        var heard = new Heard();
        var monitor = new BestModelMonitor(heard);
        var best = Small.Experiment(_context, Small.Perceptron(_context, epochs: 1), 5).SetGradientTrialRunner().SetMonitor(monitor).Run();
        Assert.HasCount(5, monitor.Trials);
        Assert.HasCount(5, heard.Results);
        Assert.AreSame(best, monitor.Best);
        Assert.AreSame(best, monitor.Trials.Single(trial => trial.Model is not null));
        Assert.AreEqual(monitor.Trials.Min(trial => trial.Loss), best.Loss);
        Assert.IsEmpty(monitor.Failures);
    }

    /// <summary>Without its parts a pipeline is fitted, but nothing in it can be pruned: what AutoML calls its terms and keys is to be as it is here.</summary>
    [TestMethod]
    public void ThePartsOfAPipelineAreFoundInTheirOrder()
    {
        var pipeline = _context.Transforms.CopyColumns("Label", nameof(SmallRow.Distance)).Append(_context.Auto().Polynomial(), _context.Auto().MlpRegression(numberOfEpochs: 2)).Append(_context.Transforms.CopyColumns("Y", "Score"));
        var space = pipeline.SearchSpace;
        var terms = new HashSet<string>();
        for (int i = 0; i < 20; i++)
        {
            var parameter = space.SampleFromFeatureSpace([.. Enumerable.Repeat(i / 20.0, space.FeatureSpaceDim)]);
            terms.Add(parameter[PipelineParts.Schema].AsType<string>());
            var parts = PipelineParts.Of(pipeline, _context, parameter)!;
            Assert.HasCount(3, parts);
            Assert.IsInstanceOfType<Microsoft.ML.Transforms.ColumnCopyingEstimator>(parts[0]);
            Assert.AreEqual(i < 10 ? typeof(PolynomialTrainer) : typeof(MlpRegressionTrainer), parts[1].GetType());
            Assert.IsInstanceOfType<Microsoft.ML.Transforms.ColumnCopyingEstimator>(parts[2]);
        }

        Assert.HasCount(2, terms);
        var other = space.SampleFromFeatureSpace(space.Default);
        other[PipelineParts.Schema] = Microsoft.ML.SearchSpace.Parameter.FromString("e0 * (e1 + e2)");
        Assert.IsNull(PipelineParts.Of(pipeline, _context, other));
    }

    private (AutoMLExperiment Experiment, Heard Heard) Failing(int trial, Exception exception)
    {
        int made = 0;
        var sweepable = _context.Auto().CreateSweepableEstimator(
            (context, options) => made++ == trial ? throw exception : new MlpTrainer(context, options.Apply(new MlpTrainer.Options { NumberOfEpochs = 1 })), Small.Narrow());
        var heard = new Heard();
        return (Small.Experiment(_context, Small.Transforms(_context).Append(sweepable), 3).SetGradientTrialRunner().SetMonitor(heard), heard);
    }

    /// <summary>Ends when its context is cancelled.</summary>
    private sealed class Endless(MLContext context) : IEstimator<ITransformer>
    {
        public ITransformer Fit(IDataView input)
        {
            var host = ((Microsoft.ML.Runtime.IHostEnvironment)context).Register("Endless");
            while (!Bridge.Hosts.IsCancelled(host))
            {
                Thread.Sleep(10);
            }

            throw new InvalidOperationException("Cancelled.");
        }

        public SchemaShape GetOutputSchema(SchemaShape inputSchema) => inputSchema;
    }
}
