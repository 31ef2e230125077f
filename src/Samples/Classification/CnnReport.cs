using System.Text.Json.Nodes;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Samples.Classification;

/// <summary>What a network of images does well and badly, and what it looks at: tables, and figures of errors, filters and maps.</summary>
/// <param name="Run">The run.</param>
/// <param name="MLContext">The context that trained.</param>
/// <param name="Test">The test rows.</param>
/// <param name="Model">The whole model.</param>
/// <param name="Network">The network in it; its first layer is a convolution.</param>
internal sealed record CnnReport(SampleRun Run, MLContext MLContext, IDataView Test, ITransformer Model, MulticlassNetworkModelParameters Network)
{
    /// <summary>The files that it writes.</summary>
    public static readonly string[] Files = ["errors.svg", "filters.svg", "maps.svg", "saliency.png", "occlusion.png"];

    private const int ShownErrors = 12;
    private const int Explained = 4;

    /// <summary>Prints and draws.</summary>
    /// <param name="metrics">The model's metrics on the test rows.</param>
    /// <returns>The SVG figures that were written.</returns>
    public IReadOnlyList<string> Write(MulticlassClassificationMetrics metrics)
    {
        PrintConfusion(metrics.ConfusionMatrix);
        PrintClasses(metrics.ConfusionMatrix);
        DigitImage[] first = [.. MLContext.Data.CreateEnumerable<DigitImage>(MLContext.Data.TakeRows(Test, Explained), reuseRowObject: false)];
        return [.. Errors(), Filters(), Maps(first)];
    }

    private void PrintConfusion(ConfusionMatrix matrix)
    {
        Run.Terminal.Heading("Confusion: a row for each digit, a column for what was predicted");
        var table = new TextTable(["digit", .. Enumerable.Range(0, matrix.NumberOfClasses).Select(i => $"{i}")]);
        for (int i = 0; i < matrix.NumberOfClasses; i++)
        {
            table.Add([$"{i}", .. matrix.Counts[i].Select(count => count == 0 ? "·" : Format.Text($"{count:0}"))]);
        }

        table.Print(Run.Terminal);
    }

    private void PrintClasses(ConfusionMatrix matrix)
    {
        Run.Terminal.Heading("Each digit");
        var table = new TextTable("digit", "images", "precision", "recall", "F1");
        for (int i = 0; i < matrix.NumberOfClasses; i++)
        {
            double precision = matrix.PerClassPrecision[i];
            double recall = matrix.PerClassRecall[i];
            double f1 = precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0;
            table.Add($"{i}", Format.Text($"{matrix.Counts[i].Sum():N0}"), Format.Text($"{precision:0.0000}"), Format.Text($"{recall:0.0000}"), Format.Text($"{f1:0.0000}"));
        }

        table.Print(Run.Terminal);
    }

    /// <summary>The first errors on the test images; no figure when there is none.</summary>
    private IEnumerable<string> Errors()
    {
        ScoredDigit[] wrong =
        [
            .. MLContext.Data.CreateEnumerable<ScoredDigit>(Model.Transform(Test), reuseRowObject: false)
                .Where(row => row.Label != row.PredictedLabel).Take(ShownErrors),
        ];
        if (wrong.Length == 0)
        {
            yield break;
        }

        string path = Run.File("errors.svg");
        new ImageSheet(
            "Misclassified test images",
            $"The first {wrong.Length}, with the probability of what was predicted",
            [.. wrong.Select(row => new CaptionedImage(row.Features, DigitImage.Size, DigitImage.Size, Format.Text($"{row.Label - 1} taken for {row.PredictedDigit} ({row.Score.Max():0.00})"), Theme.Red))]).Save(path);
        yield return path;
    }

    private string Filters()
    {
        var convolution = (Convolution2D)Network.Definition.Layers[0];
        ReadOnlySpan<float> weights = Network.Weights[0, "weight"];
        int taps = convolution.Kernel.Height * convolution.Kernel.Width;
        var images = new List<CaptionedImage>();
        for (int filter = 0; filter < convolution.Filters; filter++)
        {
            // The weights lie as [row, column, channel, filter], and there is one channel.
            float[] image = new float[taps];
            for (int tap = 0; tap < taps; tap++)
            {
                image[tap] = weights[(tap * convolution.Filters) + filter];
            }

            images.Add(new CaptionedImage(image, convolution.Kernel.Height, convolution.Kernel.Width, $"{filter + 1}"));
        }

        string path = Run.File("filters.svg");
        new ImageSheet("The first layer's filters", Format.Text($"{convolution.Filters} of {convolution.Kernel} weights, each from its smallest (light) to its largest (dark)"), images, Columns: 8).Save(path);
        return path;
    }

    /// <summary>Saliency and occlusion maps: a figure for people, and the first ones as PNG.</summary>
    private string Maps(DigitImage[] digits)
    {
        using var explainer = new ImageExplainer(Network);
        var images = new List<CaptionedImage>();
        var pictures = new JsonArray();
        foreach (DigitImage digit in digits)
        {
            // Covered by the value of an empty background, the smallest one.
            ImageMap saliency = explainer.Saliency(digit.Features);
            ImageMap occlusion = explainer.Occlusion(digit.Features, saliency.ClassIndex, fill: digit.Features.Min());
            images.Add(new CaptionedImage(digit.Features, DigitImage.Size, DigitImage.Size, $"{digit.Digit}, predicted {saliency.ClassIndex}"));
            images.Add(new CaptionedImage(saliency.Values.ToArray(), DigitImage.Size, DigitImage.Size, "saliency"));
            images.Add(new CaptionedImage([.. occlusion.Values.ToArray().Select(v => Math.Max(v, 0))], DigitImage.Size, DigitImage.Size, "occlusion"));
            if (pictures.Count == 0)
            {
                foreach (var (name, map) in new[] { ("saliency.png", saliency), ("occlusion.png", occlusion) })
                {
                    string png = Run.File(name);
                    map.SavePng(png);
                    pictures.Add(png);
                }
            }
        }

        Run.Result["pictures"] = pictures;
        string path = Run.File("maps.svg");
        new ImageSheet("What the network looks at", "Saliency: gradient of the digit's output. Occlusion: fall of its probability under a 5 × 5 square", images).Save(path);
        return path;
    }

    /// <summary>A test image with what the model says of it.</summary>
    private sealed class ScoredDigit
    {
        [VectorType(1, DigitImage.Size, DigitImage.Size)]
        public float[] Features { get; set; } = [];

        [KeyType(10)]
        public uint Label { get; set; }

        [KeyType(10)]
        public uint PredictedLabel { get; set; }

        public string PredictedDigit { get; set; } = "";

        public float[] Score { get; set; } = [];
    }
}
