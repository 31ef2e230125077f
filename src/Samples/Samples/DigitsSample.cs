using System.CommandLine;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Classification;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>
/// The main job: a multilayer perceptron in an ML.NET pipeline, on digits that come with the program. Load, normalise, train, evaluate, save,
/// reload, predict.
/// </summary>
internal sealed class DigitsSample : Sample
{
    private readonly TrainingArguments _arguments = new(defaultEpochs: 15, [.. DigitReport.Files]);

    public override string Name => "digits";

    public override string Summary => "Train a multilayer perceptron on 6,000 handwritten-like digits that come with the program.";

    public override OutputFolder Output => _arguments.Output;

    public override bool IsShared => true;

    public override IEnumerable<Option> Options => _arguments.Options;

    public override Task RunAsync(SampleRun run)
    {
        var mlContext = new MLContext(_arguments.Seed(run));
        IDataView train = mlContext.Data.LoadFromIdx(DigitFiles.Default.TrainImages, DigitFiles.Default.TrainLabels);
        IDataView test = mlContext.Data.LoadFromIdx(DigitFiles.Default.TestImages, DigitFiles.Default.TestLabels);

        var monitor = new TrainingMonitor(run.Terminal);
        var options = new MlpTrainer.Options
        {
            FeatureScaling = FeatureScaling.None,
            HiddenLayers = [256, 128],
            Activation = new ReLU(),
            Dropout = 0.3,
            Optimizer = new Adam(),
            Schedule = LearningRateSchedule.Constant,
            Members = 1,
            NumberOfEpochs = _arguments.Epochs(run),
            BatchSize = 128,
            ValidationFraction = 0.1,
            Seed = _arguments.Seed(run),
            NumberOfThreads = _arguments.Threads(run),
            Device = _arguments.Device(run),
            Communicator = run.Processes,
            CancellationToken = run.CancellationToken,
            OnBatch = monitor.OnBatch,
            OnEpoch = monitor.OnEpoch,
        };
        var pipeline = mlContext.Transforms.NormalizeMinMax("Features")
            .Append(new MlpTrainer(mlContext, options))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedDigit", "PredictedLabel"));

        run.Terminal.Heading("A multilayer perceptron learns digits");
        run.Terminal.Fact("images", "6,000 to train, 1,000 to test, drawn by 'generate-digits'");
        run.Terminal.Fact("pipeline", "NormalizeMinMax, MlpTrainer, MapKeyToValue");
        run.Terminal.Fact("network", "784 inputs, 256 ReLU, 128 ReLU, 10 outputs, dropout 0.3");
        run.Terminal.Fact("training", "cross-entropy; Adam; batches of 128; a tenth validates");
        SharedRuns.Tell(run);

        run.Terminal.Heading("Training");
        ITransformer model = monitor.Watch(_arguments.Epochs(run), () => pipeline.Fit(train));

        if (!run.Reports)
        {
            return Task.CompletedTask;
        }

        new DigitReport(run, mlContext, train, test, monitor)
            .Write(model, "cross-entropy", "Embedded digits · 784-256-128-10 · dropout 0.3 · cross-entropy · Adam · batches of 128");
        return Task.CompletedTask;
    }
}
