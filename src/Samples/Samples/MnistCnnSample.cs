using System.CommandLine;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Classification;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>A convolutional network in an ML.NET pipeline on the digits that come with the program or on MNIST.</summary>
internal sealed class MnistCnnSample : Sample
{
    private readonly TrainingArguments _arguments = new(10, [.. DigitReport.Files, .. CnnReport.Files]);
    private readonly Option<string?> _data = SampleOptions.Text("--data", "DIR", "Folder with the four files of MNIST, packed (.gz) or unpacked. [default: the digits that come with the program]");

    public override string Name => "mnist-cnn";

    public override string Summary => "Train a convolutional network on digits, and show what it looks at.";

    public override OutputFolder Output => _arguments.Output;

    public override bool IsShared => true;

    public override IEnumerable<Option> Options => [_data, .. _arguments.Options];

    public override Task RunAsync(SampleRun run)
    {
        string? folder = run.Value(_data);
        MnistPaths files = folder is not null
            ? MnistMlpSample.Find(folder, Name)
            : new MnistPaths(DigitFiles.Default.TrainImages, DigitFiles.Default.TrainLabels, DigitFiles.Default.TestImages, DigitFiles.Default.TestLabels);
        string name = folder is null ? "Embedded digits" : "MNIST";

        // The files tell the images' shape, 1 × 28 × 28, and the scaling keeps it.
        var mlContext = new MLContext(_arguments.Seed(run));
        IDataView train = mlContext.Data.LoadFromIdx(files.TrainImages, files.TrainLabels, scaling: PixelScaling.Mnist);
        IDataView test = mlContext.Data.LoadFromIdx(files.TestImages, files.TestLabels, scaling: PixelScaling.Mnist);
        var monitor = new TrainingMonitor(run.Terminal);
        var options = new CnnTrainer.Options
        {
            FeatureScaling = FeatureScaling.None,
            Layers = Cnn.Small,
            Optimizer = new Adam(),
            NumberOfEpochs = _arguments.Epochs(run),
            BatchSize = 64,
            Augmentation = ImageAugmentation.None,
            Seed = _arguments.Seed(run),
            NumberOfThreads = _arguments.Threads(run),
            Device = _arguments.Device(run),
            Communicator = run.Processes,
            CancellationToken = run.CancellationToken,
            OnBatch = monitor.OnBatch,
            OnEpoch = monitor.OnEpoch,
        };
        var pipeline = mlContext.MulticlassClassification.Trainers.Cnn(options)
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedDigit", "PredictedLabel"));

        run.Terminal.Heading("A convolutional network learns digits");
        run.Terminal.Fact("images", Format.Text($"{name}: {train.GetRowCount():N0} to train, {test.GetRowCount():N0} to test"));
        run.Terminal.Fact("training", Format.Text($"cross-entropy; Adam with cosine decay; batches of {options.BatchSize}"));
        SharedRuns.Tell(run);

        run.Terminal.Heading("Training");
        var model = monitor.Watch(_arguments.Epochs(run), () => pipeline.Fit(train));
        if (!run.Reports)
        {
            return Task.CompletedTask;
        }

        MulticlassNetworkTransformer network = model.OfType<MulticlassNetworkTransformer>().Single();

        run.Terminal.Heading("The network");
        run.Terminal.Lines(network.Summary().TrimEnd('\n').Split('\n').Select(line => "  " + Spectre.Console.Markup.Escape(line)));
        var report = new CnnReport(run, mlContext, test, model, network.Model);
        new DigitReport(run, mlContext, train, test, monitor)
            .Write(model, "cross-entropy", Format.Text($"{name} · three convolutions, batch normalization, dropout · Adam · batches of {options.BatchSize}"), report.Write);
        run.Result["parameters"] = network.Model.Definition.ParameterCount;
        return Task.CompletedTask;
    }
}
