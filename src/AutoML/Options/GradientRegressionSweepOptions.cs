using Microsoft.ML.SearchSpace;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>What AutoML tries of linear regression by small batches, <see cref="MiniBatchSgdTrainer"/>.</summary>
public sealed class GradientRegressionSweepOptions
{
    /// <inheritdoc cref="MlpSweepOptions.Optimizer"/>
    [Choice(new object[] { "sgd", "adagrad", "adadelta", "rmsprop", "adam", "amsgrad", "adamw", "nadam", "radam", "lion" }, "adam")]
    public string Optimizer { get; set; } = "adam";

    /// <inheritdoc cref="MlpSweepOptions.LearningRateFactor"/>
    [Range(1d / 30, 30d, 10d, true)]
    public double LearningRateFactor { get; set; } = 10;

    /// <inheritdoc cref="MlpSweepOptions.OptimizerSettings"/>
    [NestOption]
    public OptimizerSweepSettings OptimizerSettings { get; set; } = new();

    /// <inheritdoc cref="MlpSweepOptions.Schedule"/>
    [Choice(new object[] { "constant", "step", "exponential", "inverse-time", "polynomial", "cosine", "one-cycle", "reduce-on-plateau" }, "cosine")]
    public string Schedule { get; set; } = "cosine";

    /// <summary>Rows of a gradient step.</summary>
    [Range(8, 256, 32, true)]
    public int BatchSize { get; set; } = 32;

    /// <inheritdoc cref="DescentOptions.L1Regularization"/>
    [Range(1e-7, 1d, 1e-7, true)]
    public double L1Regularization { get; set; } = 1e-7;

    /// <inheritdoc cref="DescentOptions.L2Regularization"/>
    [Range(1e-7, 1d, 1e-7, true)]
    public double L2Regularization { get; set; } = 1e-7;

    /// <summary>The trainer's options with these values.</summary>
    /// <param name="options">What stays as it is; it is not changed.</param>
    /// <exception cref="ArgumentException">A name is unknown, or a value no option's.</exception>
    public MiniBatchSgdTrainer.Options Apply(MiniBatchSgdTrainer.Options options) => SweptValues.Over(
        SweepTrainer.MiniBatchSgd(options),
        [
            .. OptimizerSettings.Values(Optimizer, LearningRateFactor),
            SweptValues.Schedule(Schedule),
            (nameof(BatchSize), BatchSize),
            (nameof(L1Regularization), L1Regularization),
            (nameof(L2Regularization), L2Regularization),
        ]);
}
