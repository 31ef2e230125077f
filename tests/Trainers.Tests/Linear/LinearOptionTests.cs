using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>Each option of the linear trainers does in ML.NET what it does in the engine, whose own tests say what that is.</summary>
[TestClass]
public sealed class LinearOptionTests
{
    private static readonly Dictionary<string, (Action<LinearTrainerOptions> Option, Func<LinearOptions, LinearOptions> Engine)> Options = new()
    {
        ["learning rate"] = (o => o.LearningRate = 0.03, e => e with { Optimizer = new Sgd { LearningRate = 0.03 } }),
        ["epochs"] = (o => o.NumberOfEpochs = 7, e => e with { NumberOfEpochs = 7 }),
        ["optimizer"] = (o => (o.Optimizer, o.LearningRate) = (new Adam { LearningRate = 0.05 }, null), e => e with { Optimizer = new Adam { LearningRate = 0.05 } }),
        ["schedule"] = (o => o.Schedule = new ExponentialDecay { Factor = 0.5 }, e => e with { Schedule = new ExponentialDecay { Factor = 0.5 } }),
        ["loss"] = (o => o.Loss = new Huber { Delta = 0.3 }, e => e with { Loss = new Huber { Delta = 0.3 } }),
        ["L1"] = (o => o.L1Regularization = 0.2, e => e with { L1Regularization = 0.2 }),
        ["L2"] = (o => o.L2Regularization = 0.2, e => e with { L2Regularization = 0.2 }),
        ["clip value"] = (o => o.ClipValue = 0.1, e => e with { ClipValue = 0.1 }),
        ["clip norm"] = (o => o.ClipNorm = 0.1, e => e with { ClipNorm = 0.1 }),
        ["intercept"] = (o => o.FitIntercept = false, e => e with { FitIntercept = false }),
        ["average"] = (o => o.AverageFromEpoch = 2, e => e with { AverageFromEpoch = 2 }),
        ["tolerance"] = (o => o.Tolerance = 0.5, e => e with { Tolerance = 0.5 }),
        ["early stopping"] = (o => o.EarlyStopping = new EarlyStopping { Patience = 1, MinDelta = 10 }, e => e with { EarlyStopping = new EarlyStopping { Patience = 1, MinDelta = 10 } }),
        ["validation"] = (o => o.ValidationFraction = 0.25, e => e with { ValidationFraction = 0.25 }),
        ["seed"] = (o => o.Seed = 8, e => e with { Seed = 8 }),
    };

    public static IEnumerable<object[]> Cases =>
        from option in Options.Keys
        from kind in Enumerable.Range(0, 3)
        where option != "seed" || kind > 0
        select new object[] { option, kind };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void DoesWhatTheEngineDoes(string option, int kind)
    {
        double[] plain = Train(kind, _ => { });
        double[] changed = Train(kind, Options[option].Option);
        CollectionAssert.AreNotEqual(plain, changed, "the option makes a difference");
        CollectionAssert.AreEqual(Run(Options[option].Engine(Engine(kind))), changed);
    }

    [TestMethod]
    public void TheNumberOfThreadsChangesNothing()
    {
        // Enough rows for two pieces, which are what threads take.
        var context = new MLContext(seed: 1);
        var data = context.Data.LoadFromEnumerable(Plane.Rows(33_000));
        double[] Weights(int? threads) =>
            new GradientDescentTrainer(context, new GradientDescentTrainer.Options { NumberOfThreads = threads, NumberOfEpochs = 3 }).Fit(data).GetTrainingResult()!.Model.Weights.ToArray();
        double[] expected = Weights(null);
        CollectionAssert.AreEqual(expected, Weights(1));
        CollectionAssert.AreEqual(expected, Weights(3));
        CollectionAssert.AreEqual(expected, Weights(20_000));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new GradientDescentTrainer(context, new GradientDescentTrainer.Options { NumberOfThreads = 0 }));
    }

    [TestMethod]
    public void OptionsOfOneTrainerDoToo()
    {
        var context = new MLContext(seed: 1);
        MiniBatchSgdTrainer.Options Batches(int size) => new() { FeatureScaling = FeatureScaling.None, LearningRate = 0.01, BatchSize = size, Shuffle = false, NumberOfEpochs = 12, Seed = 7 };
        double[] expected = Run(Engine(2) with { BatchSize = 5, Shuffle = false });
        CollectionAssert.AreEqual(expected, Weights(new MiniBatchSgdTrainer(context, Batches(5))));
        CollectionAssert.AreNotEqual(expected, Weights(new MiniBatchSgdTrainer(context, Batches(6))));
        CollectionAssert.AreEqual(
            Run(Engine(1) with { Shuffle = false }), Weights(new SgdTrainer(context, new SgdTrainer.Options { FeatureScaling = FeatureScaling.None, LearningRate = 0.01, Shuffle = false, NumberOfEpochs = 12, Seed = 7 })));
        var result = new GradientDescentTrainer(context, new GradientDescentTrainer.Options { LearningRate = 0.01, GradientTolerance = 0.5, NumberOfEpochs = 1000 }).Fit(Plane.Load(context)).GetTrainingResult()!;
        Assert.AreEqual(StopReason.Converged, result.StopReason);
        Assert.IsLessThan(1000, result.Epochs);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    public void TheStartAndTheWeightsOfRowsDoToo(int kind)
    {
        double[] start = [0.5, 0.25, -1];
        CollectionAssert.AreEqual(Run(Engine(kind), new LinearModel(start, 3)), Train(kind, o => (o.InitialWeights, o.InitialBias) = (start, 3)));
        CollectionAssert.AreEqual(Run(Engine(kind), weighted: true), Train(kind, o => o.ExampleWeightColumnName = "Weight"));
    }

    private static List<PlaneRow> Rows()
    {
        var rows = Plane.Rows(60);
        for (int i = 0; i < rows.Count; i++)
        {
            rows[i].Weight = i % 3;
        }

        return rows;
    }

    private static LinearOptions Engine(int kind) => new()
    {
        Optimizer = new Sgd { LearningRate = 0.01 },
        NumberOfEpochs = 12,
        BatchSize = kind switch { 0 => int.MaxValue, 1 => 1, _ => 32 },
        Seed = 7,
    };

    private static double[] Run(LinearOptions options, LinearModel? start = null, bool weighted = false)
    {
        var rows = Rows();
        var features = new DenseRows([.. rows.SelectMany(r => r.Features)], Plane.Width);
        var data = new LinearData(features, [.. rows.Select(r => (double)r.Label)], weighted ? [.. rows.Select(r => (double)r.Weight)] : null);
        var model = new LinearRegression(options).Run(data, start).Model;
        return [.. model.Weights, model.Bias];
    }

    private static double[] Train(int kind, Action<LinearTrainerOptions> change)
    {
        var context = new MLContext(seed: 1);
        TOptions With<TOptions>(TOptions options)
            where TOptions : LinearTrainerOptions
        {
            (options.FeatureScaling, options.LearningRate, options.NumberOfEpochs, options.Seed) = (FeatureScaling.None, 0.01, 12, 7);
            change(options);
            return options;
        }

        return Weights(kind switch
        {
            0 => new GradientDescentTrainer(context, With(new GradientDescentTrainer.Options())),
            1 => new SgdTrainer(context, With(new SgdTrainer.Options())),
            _ => new MiniBatchSgdTrainer(context, With(new MiniBatchSgdTrainer.Options())),
        });
    }

    private static double[] Weights(LinearTrainer trainer)
    {
        var model = trainer.Fit(new MLContext(seed: 1).Data.LoadFromEnumerable(Rows())).GetTrainingResult()!.Model;
        return [.. model.Weights, model.Bias];
    }
}
