using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

public sealed partial class GradientTrainersCatalog
{
    /// <summary>A convolutional network for several classes of images.</summary>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the feature column, a vector of Single with the dimensions channels, height, width.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="layers">The layers without the output layer, which is appended; null for <see cref="MLNet.GradientTrainers.Cnn.Small"/>.</param>
    /// <param name="learningRate">Step size of Adam, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <seealso cref="Cnn(CnnTrainer.Options)"/>
    public CnnTrainer Cnn(
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        IReadOnlyList<Layer>? layers = null,
        double learningRate = CnnTrainer.Defaults.LearningRate,
        int numberOfEpochs = CnnTrainer.Defaults.NumberOfEpochs,
        int batchSize = CnnTrainer.Defaults.BatchSize) =>
        new(_environment, labelColumnName, featureColumnName, exampleWeightColumnName, layers, learningRate, numberOfEpochs, batchSize);

    /// <summary>A convolutional network for several classes of images, with all options.</summary>
    /// <param name="options">The options.</param>
    /// <seealso cref="Cnn(string, string, string?, IReadOnlyList{Layer}, double, int, int)"/>
    public CnnTrainer Cnn(CnnTrainer.Options options) => new(_environment, options);
}
