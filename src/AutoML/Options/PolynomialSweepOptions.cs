using Microsoft.ML.SearchSpace;
using MLNet.GradientTrainers.Sweeps;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>What AutoML tries of a <see cref="PolynomialTrainer"/> that solves by QR.</summary>
public sealed class PolynomialSweepOptions
{
    /// <inheritdoc cref="PolynomialTrainer.Options.Degree"/>
    [Range(1, 6, 2, false)]
    public int Degree { get; set; } = 2;

    /// <inheritdoc cref="PolynomialTrainer.Options.Ridge"/>
    [Range(1e-9, 10d, 1e-6, true)]
    public double Ridge { get; set; } = 1e-6;

    /// <inheritdoc cref="PolynomialTrainer.Options.InteractionOnly"/>
    [BooleanChoice(false)]
    public bool InteractionOnly { get; set; }

    /// <summary>The trainer's options with these values.</summary>
    /// <param name="options">What stays as it is; it is not changed.</param>
    public PolynomialTrainer.Options Apply(PolynomialTrainer.Options options) => SweptValues.Over(
        SweepTrainer.Polynomial(options), (nameof(Degree), Degree), (nameof(Ridge), Ridge), (nameof(InteractionOnly), ChoiceOption.Of(InteractionOnly)));
}
