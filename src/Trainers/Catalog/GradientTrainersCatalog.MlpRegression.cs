namespace MLNet.GradientTrainers;

public sealed partial class GradientTrainersCatalog
{
    /// <summary>A multilayer perceptron for one number or several.</summary>
    /// <param name="labelColumnName">Name of the label column, a Single or a known-size vector of Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="hiddenLayers">Units of each hidden layer, each at least 1; empty for none; null for one layer of 128.</param>
    /// <param name="learningRate">Step size of Adam, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <seealso cref="MlpRegression(MlpRegressionTrainer.Options)"/>
    public MlpRegressionTrainer MlpRegression(
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double learningRate = MlpRegressionTrainer.Defaults.LearningRate,
        int numberOfEpochs = MlpRegressionTrainer.Defaults.NumberOfEpochs,
        int batchSize = MlpRegressionTrainer.Defaults.BatchSize) =>
        new(_environment, labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, learningRate, numberOfEpochs, batchSize);

    /// <summary>A multilayer perceptron for one number or several, with all options.</summary>
    /// <param name="options">The options.</param>
    /// <seealso cref="MlpRegression(string, string, string?, int[], double, int, int)"/>
    public MlpRegressionTrainer MlpRegression(MlpRegressionTrainer.Options options) => new(_environment, options);
}
