namespace MLNet.GradientTrainers;

public sealed partial class GradientTrainersCatalog
{
    /// <summary>Linear regression by gradient descent over all rows at once.</summary>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <seealso cref="GradientDescent(GradientDescentTrainer.Options)"/>
    public GradientDescentTrainer GradientDescent(
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double learningRate = GradientDescentTrainer.Defaults.LearningRate,
        int numberOfEpochs = GradientDescentTrainer.Defaults.NumberOfEpochs) =>
        new(_environment, labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs);

    /// <summary>Linear regression by gradient descent over all rows at once, with all options.</summary>
    /// <param name="options">The options.</param>
    /// <seealso cref="GradientDescent(string, string, string?, double, int)"/>
    public GradientDescentTrainer GradientDescent(GradientDescentTrainer.Options options) => new(_environment, options);

    /// <summary>Linear regression by stochastic gradient descent, one step for each row.</summary>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <seealso cref="Sgd(SgdTrainer.Options)"/>
    public SgdTrainer Sgd(
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double learningRate = SgdTrainer.Defaults.LearningRate,
        int numberOfEpochs = SgdTrainer.Defaults.NumberOfEpochs) =>
        new(_environment, labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs);

    /// <summary>Linear regression by stochastic gradient descent, one step for each row, with all options.</summary>
    /// <param name="options">The options.</param>
    /// <seealso cref="Sgd(string, string, string?, double, int)"/>
    public SgdTrainer Sgd(SgdTrainer.Options options) => new(_environment, options);

    /// <summary>Linear regression by stochastic gradient descent, one step for each batch of rows.</summary>
    /// <param name="labelColumnName">Name of the label column, Single.</param>
    /// <param name="featureColumnName">Name of the feature column, a known-size vector of Single.</param>
    /// <param name="exampleWeightColumnName">Name of the weight column, Single, or null.</param>
    /// <param name="learningRate">Step size, above 0.</param>
    /// <param name="numberOfEpochs">Passes over the training rows, at least 1.</param>
    /// <param name="batchSize">Rows of a gradient step, at least 1.</param>
    /// <seealso cref="MiniBatchSgd(MiniBatchSgdTrainer.Options)"/>
    public MiniBatchSgdTrainer MiniBatchSgd(
        string labelColumnName = DefaultColumns.Label,
        string featureColumnName = DefaultColumns.Features,
        string? exampleWeightColumnName = null,
        double learningRate = MiniBatchSgdTrainer.Defaults.LearningRate,
        int numberOfEpochs = MiniBatchSgdTrainer.Defaults.NumberOfEpochs,
        int batchSize = MiniBatchSgdTrainer.Defaults.BatchSize) =>
        new(_environment, labelColumnName, featureColumnName, exampleWeightColumnName, learningRate, numberOfEpochs, batchSize);

    /// <summary>Linear regression by stochastic gradient descent, one step for each batch of rows, with all options.</summary>
    /// <param name="options">The options.</param>
    /// <seealso cref="MiniBatchSgd(string, string, string?, double, int, int)"/>
    public MiniBatchSgdTrainer MiniBatchSgd(MiniBatchSgdTrainer.Options options) => new(_environment, options);
}
