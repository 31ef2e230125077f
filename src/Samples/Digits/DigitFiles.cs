namespace MLNet.GradientTrainers.Samples.Digits;

/// <summary>The four files of the synthetic digits.</summary>
/// <param name="TrainImages">6,000 images.</param>
/// <param name="TrainLabels">Their labels.</param>
/// <param name="TestImages">1,000 images.</param>
/// <param name="TestLabels">Their labels.</param>
public sealed record DigitFiles(string TrainImages, string TrainLabels, string TestImages, string TestLabels)
{
    /// <summary>All four.</summary>
    public string[] All => [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>The files beside the program, where the build puts them: found from any current directory.</summary>
    public static DigitFiles Default { get; } = In(Path.Combine(AppContext.BaseDirectory, "data"));

    /// <summary>The files of a folder, which need not exist.</summary>
    public static DigitFiles In(string directory) => new(
        Path.Combine(directory, "digits-train-images-idx3-ubyte"),
        Path.Combine(directory, "digits-train-labels-idx1-ubyte"),
        Path.Combine(directory, "digits-test-images-idx3-ubyte"),
        Path.Combine(directory, "digits-test-labels-idx1-ubyte"));
}
