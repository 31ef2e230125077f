using System.Globalization;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Classification;

/// <summary>The figures of a digit sample: the loss curve and two sheets of images.</summary>
internal static class DigitFigures
{
    /// <summary>The loss of each batch, its running mean, and the validation loss where there is one.</summary>
    public static void SaveLossCurve(string path, string loss, string subtitle, TrainingMonitor monitor)
    {
        var series = new List<Series>
        {
            new("each batch", monitor.BatchLoss, Theme.PaleBlue, SeriesStyle.Thin),
            new("running mean", monitor.RunningMean, Theme.Blue),
        };
        if (monitor.ValidationLoss.Count > 0)
        {
            series.Add(new Series("validation, after each epoch", monitor.ValidationLoss, Theme.Orange, SeriesStyle.Dots));
        }

        new LineChart("Loss over training", subtitle, "batches", loss, series) { LogarithmicY = true }.Save(path);
    }

    /// <summary>Images under their labels.</summary>
    public static void SaveLabelled(string path, string subtitle, IEnumerable<DigitImage> images) =>
        new ImageSheet("Training images", subtitle, [.. images.Select(image => Captioned(image, $"label {image.Digit}", Theme.Text))]).Save(path);

    /// <summary>Images under what a model says of them; in red where it errs.</summary>
    public static void SavePredicted(string path, string subtitle, IReadOnlyList<DigitImage> images, IReadOnlyList<DigitPrediction> predictions) =>
        new ImageSheet("Test images and predictions", subtitle, [.. images.Zip(predictions, Captioned)]).Save(path);

    private static CaptionedImage Captioned(DigitImage image, DigitPrediction prediction) =>
        prediction.PredictedLabel == image.Label
            ? Captioned(image, $"predicted {prediction.PredictedDigit}", Theme.Green)
            : Captioned(image, string.Create(CultureInfo.InvariantCulture, $"predicted {prediction.PredictedDigit}, label {image.Digit}"), Theme.Red);

    private static CaptionedImage Captioned(DigitImage image, string caption, string color) =>
        new(image.Features, DigitImage.Size, DigitImage.Size, caption, color);
}
