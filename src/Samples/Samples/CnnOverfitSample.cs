using System.CommandLine;
using System.Diagnostics;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Samples;

/// <summary>
/// A convolutional network by the engine's own API, end to end: an image of ones must give 1, 2, …, 10. Three convolutions of 5 × 5, each with max-pooling, and two dense layers,
/// none with an activation; mean squared error; RMSprop.
/// </summary>
internal sealed class CnnOverfitSample : Sample
{
    private const double LearningRate = 1e-4;

    private readonly Option<int> _steps = SampleOptions.WholeNumber("--steps", "Updates.", 1, 100);
    private readonly Option<int> _seed = SampleOptions.WholeNumber("--seed", "Decides the initial weights.", 0, 1);

    public override string Name => "cnn-overfit";

    public override string Summary => "Let a convolutional network learn one image by heart, with the engine alone.";

    public override OutputFolder Output { get; } = OutputFolder.Of("Folder for the figure.", "loss.svg");

    public override IEnumerable<Option> Options => [_steps, _seed, Output.Option];

    public override Task RunAsync(SampleRun run)
    {
        int steps = run.Value(_steps);
        NetworkDefinition definition = Definition();
        float[] target = [.. Enumerable.Range(1, definition.OutputShape.Size).Select(i => (float)i)];
        float[] image = new float[definition.InputShape.Size];
        Array.Fill(image, 1);

        Terminal terminal = run.Terminal;
        terminal.Heading("A convolutional network learns one image by heart");
        terminal.Lines(NetworkSummary.Of(definition).TrimEnd('\n').Split('\n').Select(line => "  " + Spectre.Console.Markup.Escape(line)));
        terminal.Fact("input", "3 × 32 × 32 ones");
        terminal.Fact("target", string.Join(", ", target));
        terminal.Fact("training", Format.Text($"mean squared error; RMSprop, rate {LearningRate}; {steps} steps"));

        using IBackend<float> backend = Backend.Create();
        using var network = new Network<float>(definition, backend, maxRows: 1, training: true);
        network.Load(NetworkWeights.Initialize(definition, (ulong)run.Value(_seed)));
        var losses = new List<(double X, double Y)>();
        var loop = new TrainingLoop<float>(network, new TrainingOptions
        {
            Loss = new MeanSquaredError(),
            Optimizer = new RMSprop { LearningRate = LearningRate },
            NumberOfEpochs = steps,
            BatchSize = 1,
            OnBatch = progress => losses.Add((losses.Count + 1, progress.Loss)),
            CancellationToken = run.CancellationToken,
        });
        long started = Stopwatch.GetTimestamp();
        loop.Run(new TrainingData(new DenseRows(image, image.Length), new DenseRows(target, target.Length)));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;

        float[] outputs = new float[target.Length];
        backend.Write(image, network.Input);
        backend.Read(network.Forward(network.Input, 1), outputs);

        terminal.Heading("Training");
        var table = new TextTable("step", "loss");
        foreach (var (step, loss) in losses.Where(l => l.X == 1 || l.X % 10 == 0 || l.X == steps))
        {
            table.Add(Format.Text($"{step:0}"), Format.Text($"{loss:0.0000}"));
        }

        table.Print(terminal);
        terminal.Heading("Loss over steps, on a logarithmic axis");
        terminal.Lines(BrailleChart.Lines([new Series("", losses, "dodgerblue1")], "steps", terminal.Width, logarithmicY: true));

        string path = run.File("loss.svg");
        new LineChart("Learning one image by heart", Format.Text($"{definition.ParameterCount:N0} weights · mean squared error · RMSprop {LearningRate}"), "steps", "mean squared error", [new Series("loss", losses, Theme.Blue)]) { LogarithmicY = true }.Save(path);

        terminal.Heading("Result");
        terminal.Fact("loss", Format.Text($"{losses[0].Y:0.000} at step 1, {losses[^1].Y:0.000} at step {steps}"));
        terminal.Fact("outputs", string.Join(", ", outputs.Select(o => Format.Text($"{o:0.00}"))));
        terminal.Fact("time", Format.Text($"{seconds:0.00} s, {1000 * seconds / steps:0.00} ms a step"));
        terminal.Files("figure", path);

        run.Result["steps"] = steps;
        run.Result["parameters"] = definition.ParameterCount;
        run.Result["firstLoss"] = losses[0].Y;
        run.Result["lastLoss"] = losses[^1].Y;
        run.Result["outputs"] = Format.Array(outputs.Select(o => (double)o));
        run.Result["millisecondsPerStep"] = 1000 * seconds / steps;
        run.Result["figures"] = new System.Text.Json.Nodes.JsonArray(path);
        return Task.CompletedTask;
    }

    /// <summary>The layers, with PyTorch's default initial weights.</summary>
    private static NetworkDefinition Definition()
    {
        var initial = new PyTorchUniform();
        Layer Convolution(int filters) => new Convolution2D(filters, 5, padding: 2, weightInitializer: initial, biasInitializer: initial);
        Layer Dense(int units) => new Dense(units, weightInitializer: initial, biasInitializer: initial);
        return new NetworkDefinition(
            new TensorShape(3, 32, 32),
            [
                Convolution(32), new MaxPooling2D(2),
                Convolution(32), new MaxPooling2D(2),
                Convolution(64), new MaxPooling2D(2),
                new Flatten(), Dense(64), Dense(10),
            ]);
    }
}
