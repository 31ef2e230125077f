using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// The options that the trainers of linear classifiers share. With none set, features are standardised and no rate is needed: <see cref="Adam"/> with a rate that falls from 0.05 to 0 over 600 updates comes
/// to the minimum of the penalised loss, the penalty being the one, of four, whose models predict best what they were not trained on.
/// </summary>
/// <remarks>
/// From 32 to 4,000 dense rows with <see cref="DescentOptions.NumberOfEpochs"/> null: four models, each on all but a quarter of the rows, and the mean of their weights. Else one model; unless
/// <see cref="DescentOptions.L2Regularization"/>, <see cref="DescentOptions.L1Regularization"/> or an <see cref="DescentOptions.Optimizer"/> is given, its penalty is 1 / rows.
/// <see cref="NetworkTrainerOptions.FeatureScaling"/>: Auto is Standard; the scales are folded into the weights, which are of the features as they came. Robust, which bends features, is none of a
/// linear model's.
/// </remarks>
public abstract record LinearClassifierOptions : NetworkTrainerOptions
{
    [SetsRequiredMembers]
    private protected LinearClassifierOptions(Loss loss)
        : base(loss) => Schedule = new CosineAnnealing();

    internal sealed override bool RescalesStart => true;

    internal sealed override FeatureScaling TableScaling => FeatureScaling == FeatureScaling.Auto ? FeatureScaling.Standard : FeatureScaling;

    internal sealed override string SameLayers => "A linear model is one dense layer: give a network of one";

    internal override string Difference => string.Create(CultureInfo.InvariantCulture, $"{nameof(L2Regularization)} {L2Regularization}");

    private protected sealed override bool HasMembers => true;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require(FeatureScaling != FeatureScaling.Robust, nameof(FeatureScaling), FeatureScaling, $"{FeatureScaling.Auto}, {FeatureScaling.Standard} or {FeatureScaling.None}: {FeatureScaling.Robust} bends features, and the model is linear");
    }

    internal sealed override NetworkTrainerOptions Chosen(int rows) => Candidates(new TrainingFacts(rows, IsSparse: true, HasValidation: false))[0];

    internal override IReadOnlyList<NetworkTrainerOptions> Candidates(in TrainingFacts facts) => LinearClassifierChoices.Of(this, facts);

    internal sealed override NetworkDefinition Define(TensorShape features, int outputs) =>
        new(new TensorShape(features.Size), [new Dense(outputs) { WeightInitializer = new Zeros(), BiasInitializer = new Zeros() }]);

    private protected sealed override IEnumerable<string> ChoicesOf(NetworkTrainerOptions asked)
    {
        foreach (string choice in base.ChoicesOf(asked))
        {
            yield return choice;
        }

        if (asked.Optimizer is null)
        {
            yield return $"{nameof(Optimizer)} = new {nameof(Adam)}()";
        }

        if (asked.L2Regularization != L2Regularization)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(L2Regularization)} = {L2Regularization}");
        }

        if (asked.ValidationFraction == 0 && ValidationFraction > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{nameof(ValidationFraction)} = {ValidationFraction}");
        }
    }
}
