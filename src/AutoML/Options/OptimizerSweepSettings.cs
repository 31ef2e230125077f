using Microsoft.ML.SearchSpace;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>What AutoML tries of an optimizer beside its rate, nested in the options of each trainer. What the chosen optimizer does not have counts for nothing.</summary>
public sealed class OptimizerSweepSettings
{
    /// <summary>The strength of the weight decay as a place between the weakest (0) and the strongest (1), factors counting alike: from 1e-7 to 1e-2, or where it is decoupled (AdamW) from 1e-3 to 5.</summary>
    [Range(0d, 1d, 0.6, false)]
    public double WeightDecay { get; set; } = 0.6;

    /// <summary>The momentum of <see cref="Sgd"/>.</summary>
    [Range(0d, 0.99, 0.9, false)]
    public double Momentum { get; set; } = 0.9;

    /// <summary>Whether <see cref="Sgd"/> takes Nesterov's form.</summary>
    [BooleanChoice(true)]
    public bool Nesterov { get; set; } = true;

    /// <summary>The values of an optimizer's parameters in the spaces of src/Sweeps.</summary>
    internal IEnumerable<(string Name, object Value)> Values(string optimizer, double learningRateFactor)
    {
        var option = TrainerSpaces.Optimizer.Options.FirstOrDefault(option => option.Label == optimizer)
            ?? throw new ArgumentException($"There is no optimizer '{optimizer}'. Known are: {string.Join(", ", TrainerSpaces.Optimizer.Options)}.");
        yield return (nameof(DescentOptions.Optimizer), option);
        foreach (var parameter in option.Space.Parameters)
        {
            object value = parameter.Name switch
            {
                nameof(Optimizer.LearningRate) => ((Optimizer)option.Value!).LearningRate * learningRateFactor,
                nameof(Optimizer.WeightDecay) => parameter.FromUnit(WeightDecay),
                nameof(Momentum) => Momentum,
                nameof(Nesterov) => ChoiceOption.Of(Nesterov),
                _ => throw new NotSupportedException($"The optimizer '{optimizer}' has a parameter '{parameter.Name}', which {nameof(OptimizerSweepSettings)} lacks."),
            };
            yield return ($"{nameof(DescentOptions.Optimizer)}.{optimizer}.{parameter.Name}", value);
        }
    }
}
