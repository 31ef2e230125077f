using Microsoft.ML.SearchSpace;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>What AutoML tries of a perceptron, <see cref="MlpTrainer"/> or <see cref="MlpRegressionTrainer"/>. The values that are tried first are near what the trainers choose by themselves.</summary>
public sealed class MlpSweepOptions
{
    /// <summary>The optimizer, by its name in <see cref="Optimizers"/>.</summary>
    [Choice(new object[] { "sgd", "adagrad", "adadelta", "rmsprop", "adam", "amsgrad", "adamw", "nadam", "radam", "lion" }, "adamw")]
    public string Optimizer { get; set; } = "adamw";

    /// <summary>The learning rate as a factor of the optimizer's own one, above 0.</summary>
    [Range(1d / 30, 30d, 10d, true)]
    public double LearningRateFactor { get; set; } = 10;

    /// <summary>What else the optimizer has.</summary>
    [NestOption]
    public OptimizerSweepSettings OptimizerSettings { get; set; } = new();

    /// <summary>The schedule of the learning rate, by its name in <see cref="Schedules"/>.</summary>
    [Choice(new object[] { "constant", "step", "exponential", "inverse-time", "polynomial", "cosine", "one-cycle", "reduce-on-plateau" }, "cosine")]
    public string Schedule { get; set; } = "cosine";

    /// <summary>Rows of a gradient step.</summary>
    [Range(16, 256, 64, true)]
    public int BatchSize { get; set; } = 64;

    /// <summary>Hidden layers.</summary>
    [Range(1, 3, 2, false)]
    public int Depth { get; set; } = 2;

    /// <summary>Units of each hidden layer.</summary>
    [Range(16, 512, 64, true)]
    public int Width { get; set; } = 64;

    /// <summary>The function after each hidden layer, by its name in <see cref="Activations"/>.</summary>
    [Choice(new object[] { "relu", "leaky-relu", "elu", "selu", "gelu", "silu", "softplus", "sigmoid", "tanh", "asinh" }, "silu")]
    public string Activation { get; set; } = "silu";

    /// <summary>Probability that training drops a hidden unit's output.</summary>
    [Range(0d, 0.5, 0.15, false)]
    public double Dropout { get; set; } = 0.15;

    /// <summary>The trainer's options with these values.</summary>
    /// <param name="options">What stays as it is; it is not changed. One network is trained, unless it says otherwise.</param>
    /// <exception cref="ArgumentException">A name is unknown, or a value no option's.</exception>
    public MlpTrainer.Options Apply(MlpTrainer.Options options) => SweptValues.Over(SweepTrainer.Mlp(options), Values());

    /// <inheritdoc cref="Apply(MlpTrainer.Options)"/>
    public MlpRegressionTrainer.Options Apply(MlpRegressionTrainer.Options options) => SweptValues.Over(SweepTrainer.MlpRegression(options), Values());

    private IEnumerable<(string Name, object Value)> Values() =>
    [
        .. OptimizerSettings.Values(Optimizer, LearningRateFactor),
        SweptValues.Schedule(Schedule),
        SweptValues.Activation(Activation),
        (nameof(BatchSize), BatchSize),
        (nameof(Depth), Depth),
        (nameof(Width), Width),
        (nameof(Dropout), Dropout),
    ];
}
