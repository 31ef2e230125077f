namespace MLNet.GradientTrainers;

/// <summary>Where MNIST's four files lie, each packed (.gz) or unpacked: arguments for <c>mlContext.Data.LoadFromIdx</c>.</summary>
/// <param name="TrainImages">60,000 images.</param>
/// <param name="TrainLabels">Their labels.</param>
/// <param name="TestImages">10,000 images.</param>
/// <param name="TestLabels">Their labels.</param>
public sealed record MnistPaths(string TrainImages, string TrainLabels, string TestImages, string TestLabels);
