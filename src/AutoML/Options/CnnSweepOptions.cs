using Microsoft.ML.SearchSpace;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// What AutoML tries of a <see cref="CnnTrainer"/>: blocks of convolution 3 × 3, batch normalization, activation and max-pooling, the first with <see cref="Filters"/>, each next one with twice as
/// many; then dropout.
/// </summary>
public sealed class CnnSweepOptions
{
    /// <inheritdoc cref="MlpSweepOptions.Optimizer"/>
    [Choice(new object[] { "sgd", "adagrad", "adadelta", "rmsprop", "adam", "amsgrad", "adamw", "nadam", "radam", "lion" }, "adam")]
    public string Optimizer { get; set; } = "adam";

    /// <inheritdoc cref="MlpSweepOptions.LearningRateFactor"/>
    [Range(1d / 30, 30d, 2d, true)]
    public double LearningRateFactor { get; set; } = 2;

    /// <inheritdoc cref="MlpSweepOptions.OptimizerSettings"/>
    [NestOption]
    public OptimizerSweepSettings OptimizerSettings { get; set; } = new();

    /// <inheritdoc cref="MlpSweepOptions.Schedule"/>
    [Choice(new object[] { "constant", "step", "exponential", "inverse-time", "polynomial", "cosine", "one-cycle", "reduce-on-plateau" }, "cosine")]
    public string Schedule { get; set; } = "cosine";

    /// <summary>Images of a gradient step.</summary>
    [Range(16, 128, 32, true)]
    public int BatchSize { get; set; } = 32;

    /// <summary>Blocks, each of which halves the images.</summary>
    [Range(1, 3, 3, false)]
    public int Blocks { get; set; } = 3;

    /// <summary>Filters of the first block.</summary>
    [Range(8, 64, 32, true)]
    public int Filters { get; set; } = 32;

    /// <inheritdoc cref="MlpSweepOptions.Activation"/>
    [Choice(new object[] { "relu", "leaky-relu", "elu", "selu", "gelu", "silu", "softplus", "sigmoid", "tanh", "asinh" }, "relu")]
    public string Activation { get; set; } = "relu";

    /// <summary>Probability that training drops an output of the last block.</summary>
    [Range(0d, 0.5, 0.3, false)]
    public double Dropout { get; set; } = 0.3;

    /// <summary>Whether training images are augmented, by <see cref="CnnOptions.Augmentation"/>.</summary>
    [BooleanChoice(true)]
    public bool Augment { get; set; } = true;

    /// <summary>The trainer's options with these values.</summary>
    /// <param name="options">What stays as it is; it is not changed.</param>
    /// <exception cref="ArgumentException">A name is unknown, or a value no option's.</exception>
    public CnnTrainer.Options Apply(CnnTrainer.Options options)
    {
        var applied = SweptValues.Over(
            SweepTrainer.Cnn(options),
            [
                .. OptimizerSettings.Values(Optimizer, LearningRateFactor),
                SweptValues.Schedule(Schedule),
                SweptValues.Activation(Activation),
                (nameof(BatchSize), BatchSize),
                (nameof(Blocks), Blocks),
                (nameof(Filters), Filters),
                (nameof(Dropout), Dropout),
            ]);
        return Augment ? applied : applied with { Augmentation = ImageAugmentation.None };
    }
}
