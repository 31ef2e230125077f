using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Classification;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>
/// Real MNIST with a classic recipe: pixels scaled to [0, 1] and standardised with 0.1307 and 0.3081, 784-256-64-10 with ReLU and PyTorch's default
/// initial weights, mean squared error against one-hot labels, SGD with rate 0.01 and momentum 0.9, batches of 512, three epochs.
/// </summary>
internal sealed class MnistMlpSample : Sample
{
    private readonly TrainingArguments _arguments = new(defaultEpochs: 3, [.. DigitReport.Files]);
    private readonly Option<string> _data = SampleOptions.Folder("--data", "Folder with the four files of MNIST, packed (.gz) or unpacked.", "mnist");

    public override string Name => "mnist-mlp";

    public override string Summary => "Train a multilayer perceptron on the real MNIST, printing the loss every 10 batches.";

    public override OutputFolder Output => _arguments.Output;

    public override bool IsShared => true;

    public override IEnumerable<Option> Options => [_data, .. _arguments.Options];

    public override Task RunAsync(SampleRun run)
    {
        MnistPaths files = Find(run.Value(_data), Name);
        var mlContext = new MLContext(_arguments.Seed(run));
        IDataView train = mlContext.Data.LoadFromIdx(files.TrainImages, files.TrainLabels, scaling: PixelScaling.Mnist);
        IDataView test = mlContext.Data.LoadFromIdx(files.TestImages, files.TestLabels, scaling: PixelScaling.Mnist);

        var monitor = new TrainingMonitor(run.Terminal, batchesPerLine: 10);
        MlpTrainer.Options options = Recipe();
        options.NumberOfEpochs = _arguments.Epochs(run);
        options.Seed = _arguments.Seed(run);
        options.NumberOfThreads = _arguments.Threads(run);
        options.Device = _arguments.Device(run);
        options.Communicator = run.Processes;
        options.CancellationToken = run.CancellationToken;
        (options.OnBatch, options.OnEpoch) = (monitor.OnBatch, monitor.OnEpoch);
        var pipeline = new MlpTrainer(mlContext, options)
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedDigit", "PredictedLabel"));

        (float low, float high) = Span(mlContext, train);
        run.Terminal.Heading("A multilayer perceptron learns MNIST");
        run.Terminal.Fact("images", Text($"{train.GetRowCount():N0} to train, {test.GetRowCount():N0} to test, 28 × 28 pixels"));
        run.Terminal.Fact("pixels", Text($"(byte / 255 − 0.1307) / 0.3081: from {low:0.0000} to {high:0.0000}"));
        run.Terminal.Fact("network", "784 inputs, 256 ReLU, 64 ReLU, 10 outputs");
        run.Terminal.Fact("training", "mean squared error; SGD 0.01, momentum 0.9; batches of 512");
        SharedRuns.Tell(run);

        run.Terminal.Heading("Training");
        ITransformer model = monitor.Watch(_arguments.Epochs(run), () => pipeline.Fit(train));

        if (!run.Reports)
        {
            return Task.CompletedTask;
        }

        new DigitReport(run, mlContext, train, test, monitor)
            .Write(model, "mean squared error", "MNIST · 784-256-64-10 · mean squared error · SGD 0.01, momentum 0.9 · batches of 512");
        run.Result["pixelRange"] = new JsonArray(low, high);
        return Task.CompletedTask;
    }

    /// <summary>The network, loss and optimizer, without what the command line decides.</summary>
    internal static MlpTrainer.Options Recipe() => new()
    {
        FeatureScaling = FeatureScaling.None,
        HiddenLayers = [256, 64],
        Activation = new ReLU(),
        Dropout = 0,
        WeightInitializer = new PyTorchUniform(),
        BiasInitializer = new PyTorchUniform(),
        Loss = new MeanSquaredError(),
        Optimizer = new Sgd { LearningRate = 0.01, Momentum = 0.9 },
        Schedule = LearningRateSchedule.Constant,
        Members = 1,
        BatchSize = 512,
        Shuffle = true,
        NumberOfEpochs = 3,
    };

    /// <summary>The four files in a folder; the message tells how to fetch them for a sample.</summary>
    internal static MnistPaths Find(string folder, string sample)
    {
        try
        {
            return Mnist.Find(folder);
        }
        catch (FileNotFoundException)
        {
            throw new SampleException(
                $"""
                The folder '{Path.GetFullPath(folder)}' lacks MNIST. It must hold these files, as they are or unpacked:
                {string.Join(Environment.NewLine, Mnist.Files.Select(file => "  " + file.Name))}
                Fetch them with: ./run.sh download-mnist --output {folder}
                or by hand from {Mnist.Mirrors[0]}; then: ./run.sh {sample} --data {folder}
                """);
        }
    }

    private static (float Low, float High) Span(MLContext mlContext, IDataView data)
    {
        float low = float.PositiveInfinity;
        float high = float.NegativeInfinity;
        foreach (var image in mlContext.Data.CreateEnumerable<DigitImage>(data, reuseRowObject: true))
        {
            low = Math.Min(low, image.Features.Min());
            high = Math.Max(high, image.Features.Max());
        }

        return (low, high);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
