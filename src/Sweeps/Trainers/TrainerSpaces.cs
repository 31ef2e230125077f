using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// What sweeps try of each of our trainers. Optimizers, activations and schedules are those of the registries, so that a new one appears by itself.
/// </summary>
public static class TrainerSpaces
{
    /// <summary>Factor from an optimizer's own learning rate to the ends of the range.</summary>
    private const double RateFactor = 30;

    /// <summary>
    /// A choice of all optimizers. Hanging on each: its learning rate, from a thirtieth to thirty times its own; its weight decay, coupled from 1e-7 to 1e-2 or decoupled from 1e-3 to 5; and its
    /// momentum and whether it is Nesterov's, where it has them.
    /// </summary>
    public static Choice Optimizer { get; } = new(nameof(DescentOptions.Optimizer), Optimizers.All.Select(optimizer => new ChoiceOption(optimizer.Name, optimizer, Of(optimizer))));

    /// <summary>A choice of all schedules of the learning rate.</summary>
    public static Choice Schedule { get; } = new(nameof(DescentOptions.Schedule), Schedules.All.Select(ChoiceOption.Of));

    /// <summary>A choice of all activations that are no identity.</summary>
    public static Choice Activation { get; } = new(nameof(MlpOptions.Activation), Activations.All.Where(activation => activation is not Identity).Select(ChoiceOption.Of));

    /// <summary>Of perceptrons. Depth hidden layers of Width units each.</summary>
    public static SearchSpace Mlp { get; } = SearchSpace.Empty
        .Add(Optimizer)
        .Add(Schedule)
        .Integer(nameof(DescentOptions.BatchSize), 16, 256, logScale: true)
        .Integer(OptionValues.Depth, 1, 3)
        .Integer(OptionValues.Width, 16, 512, logScale: true)
        .Add(Activation)
        .Range(nameof(MlpOptions.Dropout), 0, 0.5);

    /// <summary>
    /// Of convolutional networks: Blocks of convolution 3 × 3, batch normalization, activation and max-pooling, the first with Filters, each next one with twice as many; then dropout. Augmentation:
    /// none, or the trainer's default.
    /// </summary>
    public static SearchSpace Cnn { get; } = SearchSpace.Empty
        .Add(Optimizer)
        .Add(Schedule)
        .Integer(nameof(DescentOptions.BatchSize), 16, 128, logScale: true)
        .Integer(OptionValues.Blocks, 1, 3)
        .Integer(OptionValues.Filters, 8, 64, logScale: true)
        .Add(Activation)
        .Range(nameof(MlpOptions.Dropout), 0, 0.5)
        .Choice(nameof(CnnTrainer.Options.Augmentation), new ChoiceOption("default", null, SearchSpace.Empty), new ChoiceOption("none", ImageAugmentation.None, SearchSpace.Empty));

    /// <summary>Of linear models that step with all rows or with one.</summary>
    public static SearchSpace Linear { get; } = SearchSpace.Empty
        .Add(Optimizer)
        .Add(Schedule)
        .Range(nameof(DescentOptions.L2Regularization), 1e-7, 1, logScale: true)
        .Range(nameof(DescentOptions.L1Regularization), 1e-7, 1, logScale: true);

    /// <summary>Of linear models that step with some rows.</summary>
    public static SearchSpace LinearBatches { get; } = Linear.Integer(nameof(DescentOptions.BatchSize), 8, 256, logScale: true);

    /// <summary>Of polynomials by QR.</summary>
    public static SearchSpace Polynomial { get; } = SearchSpace.Empty
        .Integer(nameof(PolynomialTrainer.Options.Degree), 1, 6)
        .Range(nameof(PolynomialTrainer.Options.Ridge), 1e-9, 10, logScale: true)
        .Boolean(nameof(PolynomialTrainer.Options.InteractionOnly));

    private static SearchSpace Of(Optimizer optimizer)
    {
        var space = SearchSpace.Empty
            .Range(nameof(optimizer.LearningRate), optimizer.LearningRate / RateFactor, optimizer.LearningRate * RateFactor, logScale: true)
            .Range(nameof(optimizer.WeightDecay), optimizer.DecouplesWeightDecay ? 1e-3 : 1e-7, optimizer.DecouplesWeightDecay ? 5 : 1e-2, logScale: true);
        if (OptionValues.Has(optimizer, nameof(Sgd.Momentum), typeof(double)))
        {
            space = space.Range(nameof(Sgd.Momentum), 0, 0.99);
        }

        return OptionValues.Has(optimizer, nameof(Sgd.Nesterov), typeof(bool)) ? space.Boolean(nameof(Sgd.Nesterov)) : space;
    }
}
