using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests;

/// <summary>
/// Options with nothing left to choose, and with nothing between the rows and the layers: for tests of the arithmetic, of messages, and of what a single setting does. Change them by <c>with</c>.
/// </summary>
internal static class Plain
{
    /// <summary>A classifier of one hidden layer.</summary>
    public static MlpTrainer.Options Mlp => Network(new MlpTrainer.Options());

    /// <summary>A regression of one hidden layer.</summary>
    public static MlpRegressionTrainer.Options MlpRegression => Network(new MlpRegressionTrainer.Options());

    /// <summary>A convolutional network of images as they are.</summary>
    public static CnnTrainer.Options Cnn => new()
    {
        FeatureScaling = FeatureScaling.None, Augmentation = ImageAugmentation.None, Optimizer = new Adam(), NumberOfEpochs = 10, BatchSize = 64, Members = 1,
    };

    private static T Network<T>(T options)
        where T : MlpOptions => options with
        {
            FeatureScaling = FeatureScaling.None,
            HiddenLayers = [128],
            Activation = new ReLU(),
            Dropout = 0,
            Optimizer = new Adam(),
            Schedule = LearningRateSchedule.Constant,
            NumberOfEpochs = 20,
            BatchSize = 128,
            Members = 1,
        };
}
