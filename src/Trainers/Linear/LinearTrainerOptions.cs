using System.Diagnostics.CodeAnalysis;
using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// The options that all trainers of linear models share. With none set, features are standardised, the rate is the largest sure one, and training ends when it has converged; what was
/// chosen is told in ML.NET's channel, as options that give the same model. Plain gradient descent is the default optimizer.
/// </summary>
/// <remarks>
/// <para><see cref="DescentOptions.LearningRate"/>: null takes the largest rate that the curvature of the training rows' loss makes sure, and what goes with it: the start from the best
/// constant; <see cref="LinearOptions.Accelerate"/> for full batches on a smooth loss; else <see cref="CosineAnnealing"/>; whitened features (<see cref="Whiten"/>). An
/// <see cref="DescentOptions.Optimizer"/> that is set brings its own rate, which null then takes.</para>
/// <para><see cref="DescentOptions.NumberOfEpochs"/>: null trains until the descent has converged, or about a second's work is done; small batches at a given rate, which never come to rest,
/// take 100. <see cref="LinearOptions.Tolerance"/>: null is 1e-8 where epochs or rate are left open and steps take all rows, else 0.</para>
/// </remarks>
public abstract record LinearTrainerOptions : LinearOptions, ITrainerInput
{
    internal const FeatureScaling DefaultFeatureScaling = FeatureScaling.Auto;

    [SetsRequiredMembers]
    private protected LinearTrainerOptions()
    {
        Optimizer = null;
        NumberOfEpochs = null;
    }

    /// <inheritdoc/>
    public string LabelColumnName { get; set; } = DefaultColumns.Label;

    /// <inheritdoc/>
    public string FeatureColumnName { get; set; } = DefaultColumns.Features;

    /// <inheritdoc/>
    public string? ExampleWeightColumnName { get; set; }

    /// <inheritdoc/>
    public IDataView? ValidationSet { get; set; }

    /// <inheritdoc/>
    public string? CheckpointPath { get; set; }

    /// <inheritdoc/>
    public int? CheckpointEveryEpochs { get; set; }

    /// <inheritdoc/>
    public double? CheckpointEverySeconds { get; set; } = CheckpointClock.DefaultSeconds;

    /// <inheritdoc/>
    public RowStorage Rows { get; set; }

    /// <inheritdoc/>
    public long? MemoryLimit { get; set; }

    /// <inheritdoc/>
    public string? SpillFolder { get; set; }

    /// <inheritdoc/>
    /// <remarks>
    /// They divide passes over all rows, as gradients and losses of full batches and the covariance of features that are whitened are, and batches of 65,536 stored values or more for each process. Smaller batches, and single
    /// rows, take less time than a message: each process computes all of them. The bits are those of a fit without a communicator, too.
    /// </remarks>
    public Communicator? Communicator { get; set; }

    /// <summary>
    /// What is done to features before the descent, by the training rows and their weights. Auto, the default, is Standard where the rate is left open or <see cref="Whiten"/> is set: a linear model
    /// is the same for any scales, and these make its descent short, where Robust lets outliers lengthen it. A rate that is given, also by an optimizer, is one for the features as they
    /// come: then Auto is None.
    /// </summary>
    /// <remarks>
    /// The scales are folded into the model's weights, which are of the features as they came, as are initial weights, <see cref="LinearResult.Path"/> and a model to go on with. A feature that
    /// does not vary gets the weight 0. Without an intercept, features are divided by their root mean square, and not shifted. Sparse rows stay sparse: features that are not 0 in at least
    /// half of them are scaled as in dense rows, the others, such as one-hot categories, are divided by the root mean square of their values that are not 0. Penalties, clipping and
    /// gradients are of the scaled features' weights, so that a penalty weighs the same on each.
    /// </remarks>
    public FeatureScaling FeatureScaling { get; set; } = DefaultFeatureScaling;

    /// <summary>
    /// Whether scaled features are also made uncorrelated before the descent, which is then as short for nearly parallel features as for any. Null, the default, does so where the rate is chosen
    /// too, for up to 1,024 dense features where that costs no more than the descent, without penalties or clipping. Sparse features are never whitened.
    /// </summary>
    /// <remarks>
    /// With C the features' covariance, steps are w ← w − rate · C⁻¹·g, folded into the weights like the scales; the minimum is the same. S. Amari, "Natural gradient works efficiently in
    /// learning", 1998.
    /// </remarks>
    public bool? Whiten { get; set; }

    /// <summary>The weights to start from, one for each feature; null for zeros.</summary>
    public double[]? InitialWeights { get; set; }

    /// <summary>The bias to start from. Default: 0; where the rate is chosen and no weights are given, the best constant.</summary>
    public double InitialBias { get; set; }

    /// <summary>Whether rate and optimizer are left open.</summary>
    internal bool ChoosesRate => LearningRate is null && Optimizer is null;

    /// <summary>How features are scaled.</summary>
    internal LinearScaling Scaling => FeatureScaling switch
    {
        FeatureScaling.Standard => LinearScaling.Standard,
        FeatureScaling.Robust => LinearScaling.Robust,
        FeatureScaling.Auto when ChoosesRate || Whiten == true => LinearScaling.Standard,
        _ => LinearScaling.None,
    };

    void ITrainerInput.CopyLists() => InitialWeights = InitialWeights?.ToArray();

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        TrainerInput.Validate(this, ValidationFraction, Require);
        Require(Enum.IsDefined(FeatureScaling), nameof(FeatureScaling), FeatureScaling, $"one of {string.Join(", ", Enum.GetNames<FeatureScaling>())}");
        Require(Whiten is not true || FeatureScaling is FeatureScaling.Auto or FeatureScaling.Standard, nameof(Whiten), Whiten, $"null or false where {nameof(FeatureScaling)} is {FeatureScaling}: whitening starts from {FeatureScaling.Standard}");
        Require(InitialWeights is null || Array.TrueForAll(InitialWeights, IsSingle), nameof(InitialWeights), InitialWeights is null ? null : string.Join(", ", InitialWeights), "finite numbers in the range of a Single, as a model holds them, or null for zeros");
        Require(IsSingle(InitialBias), nameof(InitialBias), InitialBias, "a finite number in the range of a Single, as a model holds it");
    }

    private static bool IsSingle(double value) => float.IsFinite((float)value);
}
