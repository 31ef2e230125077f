using Microsoft.ML;
using MLNet.GradientTrainers.Samples.Digits;
using MLNet.GradientTrainers.Samples.Output;
using MLNet.GradientTrainers.Samples.Samples;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.Samples.Sweeping;

/// <summary>Images of digits: those that come with the program, or the first ones of the real MNIST.</summary>
internal static class ImageTask
{
    private const int DefaultEpochs = 12;

    /// <summary>Images of a large set that are swept over: enough to tell settings apart in minutes.</summary>
    private const int MostImages = 12_000;

    /// <summary>The share of images that validate.</summary>
    private const double Validation = 1.0 / 6;

    /// <param name="mlContext">The context.</param>
    /// <param name="folder">A folder with MNIST's files; null for the digits of the program.</param>
    /// <param name="epochs">Epochs; null for as many as suit.</param>
    /// <param name="device">Where to train.</param>
    /// <param name="seed">Decides which rows validate.</param>
    public static SweepTask Of(MLContext mlContext, string? folder, int? epochs, ComputeDevice device, int seed)
    {
        MnistPaths files = folder is null
            ? new(DigitFiles.Default.TrainImages, DigitFiles.Default.TrainLabels, DigitFiles.Default.TestImages, DigitFiles.Default.TestLabels)
            : MnistMlpSample.Find(folder, "automl");
        IDataView all = mlContext.Data.LoadFromIdx(files.TrainImages, files.TrainLabels, maxRows: MostImages);
        IDataView test = mlContext.Data.LoadFromIdx(files.TestImages, files.TestLabels);
        var parts = mlContext.Data.TrainTestSplit(all, Validation, seed: seed);
        string name = folder is null ? "embedded digits" : "MNIST";
        return new SweepTask(
            name, Format.Text($"{name}: {Count(all):N0} images of 28 × 28, a sixth of which validates"),
            parts.TrainSet, parts.TestSet, test, null, SweepTrainer.Mlp(new MlpTrainer.Options { NumberOfEpochs = epochs ?? DefaultEpochs, Device = device }));
    }

    private static long Count(IDataView rows) => rows.GetRowCount() ?? MostImages;
}
