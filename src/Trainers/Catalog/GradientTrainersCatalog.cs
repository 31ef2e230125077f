using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace MLNet.GradientTrainers;

/// <summary>
/// The trainers of this plug-in, as <c>mlContext.GradientTrainers()</c>. The same trainers stand in ML.NET's own catalogs, for example
/// <c>mlContext.MulticlassClassification.Trainers.Mlp()</c>.
/// </summary>
public sealed partial class GradientTrainersCatalog
{
    private readonly IHostEnvironment _environment;

    internal GradientTrainersCatalog(IHostEnvironment environment) => _environment = environment;

    /// <summary>A multilayer perceptron for several classes.</summary>
    /// <param name="labelColumnName">Name of the label column, a key.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="hiddenLayers">Units of each hidden layer, each at least 1; empty for none; null for one layer of 128.</param>
    /// <param name="learningRate">Step size of Adam, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <seealso cref="Mlp(MlpTrainer.Options)"/>
    public MlpTrainer Mlp(
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        int[]? hiddenLayers = null,
        double learningRate = MlpTrainer.Defaults.LearningRate,
        int numberOfEpochs = MlpTrainer.Defaults.NumberOfEpochs,
        int batchSize = MlpTrainer.Defaults.BatchSize) =>
        new(_environment, labelColumnName, featureColumnName, exampleWeightColumnName, hiddenLayers, learningRate, numberOfEpochs, batchSize);

    /// <summary>A multilayer perceptron for several classes, with all options.</summary>
    /// <param name="options">The options.</param>
    /// <seealso cref="Mlp(string, string, string?, int[], double, int, int)"/>
    public MlpTrainer Mlp(MlpTrainer.Options options) => new(_environment, options);
}
