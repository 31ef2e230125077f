using MLNet.GradientTrainers.Samples.Samples;

namespace MLNet.GradientTrainers.Samples.CommandLine;

/// <summary>All samples, in the order in which the help lists them; the first one runs when none is named.</summary>
internal static class SampleRegistry
{
    /// <summary>New instances of all samples.</summary>
    public static IReadOnlyList<Sample> All() =>
    [
        new DigitsSample(),
        new MnistMlpSample(),
        new MnistCnnSample(),
        new CnnOverfitSample(),
        new AutoMLSample(),
        new SweepCoordinatorSample(),
        new SweepWorkerSample(),
        new GradientDescentSample(),
        new SgdSample(),
        new MiniBatchSample(),
        new SearchSample(),
        new LinearCsvSample(),
        new MinimizeSample(),
        new SineSample(),
        new LossesSample(),
        new DevicesSample(),
        new DownloadMnistSample(),
        new GenerateDigitsSample(),
    ];
}
