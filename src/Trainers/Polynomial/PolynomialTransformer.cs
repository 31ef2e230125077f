using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// A fitted polynomial that adds the column <c>Score</c>, a Single. Thread-safe; saved and loaded by <c>mlContext.Model</c>.
/// </summary>
public sealed class PolynomialTransformer : ScoringTransformer<PolynomialModelParameters>
{
    internal PolynomialTransformer(PolynomialModelParameters model, string featureColumnName, VectorDataViewType? featureColumnType = null)
        : base(
            model,
            featureColumnName,
            featureColumnType ?? new VectorDataViewType(NumberDataViewType.Single, model.FeatureNames.Count),
            model,
            new RegressionOutput(RegressionTargets.Scalar))
    {
    }

    /// <inheritdoc/>
    protected override Type Reader => typeof(PolynomialReader);

    /// <inheritdoc/>
    protected override void Write(BinaryWriter main, Action<string, Action<BinaryWriter>> saveStream) => PolynomialReader.Write(main, this);
}
