using System.Diagnostics;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>784-256-64-10 on 10,000 rows of MNIST: its sample's own setting, and sweeps over optimizer, schedule, rate and batch size with and without pruning, one and two trials at a time.</summary>
internal static class SweepOfDigits
{
    private const int TrainRows = 10_000;
    private const int ValidationRows = 2_000;
    private const int Epochs = 9;

    public static IEnumerable<SweepFigure> Measure(MnistPaths files, int trials)
    {
        var context = new MLContext(1);
        IDataView all = context.Data.LoadFromIdx(files.TrainImages, files.TrainLabels, scaling: PixelScaling.Mnist);
        IDataView train = context.Data.Cache(context.Data.TakeRows(all, TrainRows));
        IDataView validation = context.Data.Cache(context.Data.TakeRows(context.Data.SkipRows(all, TrainRows), ValidationRows));
        IDataView test = context.Data.LoadFromIdx(files.TestImages, files.TestLabels, scaling: PixelScaling.Mnist);

        // The sample's setting, three epochs.
        var watch = Stopwatch.StartNew();
        var own = Options() with { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01, Momentum = 0.9 }, Schedule = LearningRateSchedule.Constant, BatchSize = 512, NumberOfEpochs = 3, Seed = 1 };
        var model = new MlpTrainer(context, own).Fit(train);
        yield return new("S8's own setting, 3 epochs", Accuracy(context, model, validation), Accuracy(context, model, test), 3, watch.Elapsed.TotalSeconds);

        // Drawn at random, trials are the same however many run at once, so that their times can be compared.
        foreach (var (name, tuner, pruner, parallel) in new (string, Tuner, Pruner?, int)[]
        {
            ("all epochs", new TreeParzenTuner(), null, 1),
            ("pruned", new TreeParzenTuner(), new SuccessiveHalving(), 1),
            ("random, two threads", new RandomTuner(), null, 1),
            ("random, two at once", new RandomTuner(), null, 2),
        })
        {
            var trainer = SweepTrainer.Mlp(Options());
            var result = context.GradientSweep()
                .Over(trainer.Space.Without(nameof(MlpOptions.Activation)).Without(nameof(MlpOptions.Dropout)).Without("Depth").Without("Width"))
                .Of(trainer).Tuner(tuner).Pruning(pruner).Seed(1).Trials(trials).Threads(2).Parallel(parallel).Run(train, validation);
            yield return new($"{trials} trials, {name}", result.Best!.Score!.Value, Accuracy(context, result.Model, test), result.EpochsTrained, result.Duration.TotalSeconds);
        }
    }

    private static MlpTrainer.Options Options() => new()
    {
        FeatureScaling = FeatureScaling.None,
        HiddenLayers = [256, 64],
        Activation = new ReLU(),
        Dropout = 0,
        Members = 1,
        WeightInitializer = new PyTorchUniform(),
        BiasInitializer = new PyTorchUniform(),
        NumberOfEpochs = Epochs,
        Device = ComputeDevice.Cpu,
    };

    private static double Accuracy(MLContext context, ITransformer model, IDataView rows) => context.MulticlassClassification.Evaluate(model.Transform(rows)).MicroAccuracy;
}
