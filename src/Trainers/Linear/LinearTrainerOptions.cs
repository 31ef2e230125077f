using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The options that all trainers of linear models share. The default optimizer is plain gradient descent with learning rate 0.01.</summary>
public abstract record LinearTrainerOptions : LinearOptions, ITrainerInput
{
    internal const double DefaultLearningRate = 0.01;
    internal const int DefaultNumberOfEpochs = 100;

    [SetsRequiredMembers]
    private protected LinearTrainerOptions()
    {
        Optimizer = new Sgd { LearningRate = DefaultLearningRate };
        NumberOfEpochs = DefaultNumberOfEpochs;
    }

    /// <inheritdoc/>
    public string LabelColumnName { get; set; } = DefaultColumns.Label;

    /// <inheritdoc/>
    public string FeatureColumnName { get; set; } = DefaultColumns.Features;

    /// <inheritdoc/>
    public string? ExampleWeightColumnName { get; set; }

    /// <inheritdoc/>
    public IDataView? ValidationSet { get; set; }

    /// <summary>The weights to start from, one for each feature; null for zeros.</summary>
    public double[]? InitialWeights { get; set; }

    /// <summary>The bias to start from. Default: 0.</summary>
    public double InitialBias { get; set; }

    void ITrainerInput.CopyLists() => InitialWeights = InitialWeights?.ToArray();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        TrainerInput.Validate(this, ValidationFraction, Require);
        Require(InitialWeights is null || Array.TrueForAll(InitialWeights, IsSingle), nameof(InitialWeights), InitialWeights is null ? null : string.Join(", ", InitialWeights), "finite numbers in the range of a Single, as a model holds them, or null for zeros");
        Require(IsSingle(InitialBias), nameof(InitialBias), InitialBias, "a finite number in the range of a Single, as a model holds it");
    }

    private static bool IsSingle(double value) => float.IsFinite((float)value);
}
