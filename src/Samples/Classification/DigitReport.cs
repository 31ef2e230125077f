using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Classification;

/// <summary>What a digit sample does after training: evaluate, save and reload, predict single images, draw, sum up.</summary>
/// <param name="Run">The run.</param>
/// <param name="MLContext">The context that trained.</param>
/// <param name="Train">The training rows.</param>
/// <param name="Test">The test rows.</param>
/// <param name="Monitor">What was seen of the training.</param>
internal sealed record DigitReport(SampleRun Run, MLContext MLContext, IDataView Train, IDataView Test, TrainingMonitor Monitor)
{
    /// <summary>The files that it writes.</summary>
    public static readonly string[] Files = ["model.zip", "loss.svg", "images.svg", "predictions.svg"];

    private const int Shown = 6;

    /// <summary>Does all of it.</summary>
    /// <param name="model">The trained model.</param>
    /// <param name="lossName">The axis of the loss curve.</param>
    /// <param name="settings">The trainer's settings in a line, under the loss curve's title.</param>
    /// <param name="details">Prints and draws more before the result; returns the paths of its SVG figures.</param>
    /// <returns>The metrics on the test rows.</returns>
    public MulticlassClassificationMetrics Write(ITransformer model, string lossName, string settings, Func<MulticlassClassificationMetrics, IReadOnlyList<string>>? details = null)
    {
        Terminal terminal = Run.Terminal;
        bool logarithmic = LineChart.IsWide(Monitor.RunningMean);
        terminal.Heading($"Loss: {lossName}, running mean{(logarithmic ? ", on a logarithmic axis" : "")}");
        terminal.Lines(BrailleChart.Lines([new Series("", Monitor.RunningMean, "dodgerblue1")], "batches", terminal.Width, logarithmicY: logarithmic));

        MulticlassClassificationMetrics metrics = MLContext.MulticlassClassification.Evaluate(model.Transform(Test));
        string modelPath = Run.File("model.zip");
        ModelFile reloaded = ModelFile.SaveAndReload(MLContext, model, Test, modelPath);

        DigitImage[] trainImages = First(Train);
        DigitImage[] testImages = First(Test);
        IReadOnlyList<DigitPrediction> predictions = reloaded.Predict(testImages);

        string lossPath = Run.File("loss.svg");
        string imagesPath = Run.File("images.svg");
        string predictionsPath = Run.File("predictions.svg");
        string accuracy = metrics.MicroAccuracy.ToString("0.0000", CultureInfo.InvariantCulture);
        DigitFigures.SaveLossCurve(lossPath, lossName, settings, Monitor);
        DigitFigures.SaveLabelled(imagesPath, "The first six, with their labels", trainImages);
        DigitFigures.SavePredicted(predictionsPath, $"The first six, predicted by the reloaded model; accuracy on all test images {accuracy}", testImages, predictions);

        terminal.Heading("Test images, predicted by the model loaded from its file");
        foreach (string line in BrailleImage.Row(testImages.Select(image => image.Features), DigitImage.Size))
        {
            terminal.Line("  " + line);
        }

        terminal.Line("  " + string.Concat(testImages.Zip(predictions, Caption)));

        IReadOnlyList<string> more = details?.Invoke(metrics) ?? [];

        double seconds = Monitor.Epochs.Sum(e => e.Seconds);
        terminal.Heading("Result");
        terminal.Fact("test accuracy", Text($"{metrics.MicroAccuracy:0.0000} ({Math.Round(metrics.MicroAccuracy * reloaded.RowsCompared):N0} of {reloaded.RowsCompared:N0} images)"));
        terminal.Fact("training", Text($"{Format.Count(Monitor.Epochs.Count, "epoch")} in {seconds:0.00} s"));
        terminal.Fact("model", Text($"{Terminal.Shown(modelPath)} ({new FileInfo(modelPath).Length / 1024.0:N0} KiB)"));
        terminal.Fact("reloaded", Text($"in a fresh MLContext: all {reloaded.RowsCompared:N0} predictions are equal"));
        terminal.Files("figures", [lossPath, imagesPath, predictionsPath, .. more]);

        JsonObject result = Run.Result;
        result["testAccuracy"] = metrics.MicroAccuracy;
        result["epochSeconds"] = Numbers(Monitor.Epochs.Select(e => e.Seconds));
        result["trainLoss"] = Numbers(Monitor.Epochs.Select(e => e.TrainingLoss));
        if (Monitor.ValidationLoss.Count > 0)
        {
            result["validationLoss"] = Numbers(Monitor.ValidationLoss.Select(v => v.Y));
        }

        result["modelPath"] = modelPath;
        result["reloadedEqual"] = true;
        result["figures"] = new JsonArray([lossPath, imagesPath, predictionsPath, .. more]);
        return metrics;
    }

    private static string Caption(DigitImage image, DigitPrediction prediction)
    {
        bool right = image.Label == prediction.PredictedLabel;
        string text = right ? prediction.PredictedDigit : $"{prediction.PredictedDigit} (not {image.Digit})";
        return $"[{(right ? "green" : "red")}]{BrailleImage.Center(text, DigitImage.Size)}[/]";
    }

    private static JsonArray Numbers(IEnumerable<double> values) => new([.. values.Select(v => JsonValue.Create(v))]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private DigitImage[] First(IDataView data) =>
        [.. MLContext.Data.CreateEnumerable<DigitImage>(MLContext.Data.TakeRows(data, Shown), reuseRowObject: false)];
}
