using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// A fitted network that adds the column <c>Score</c>: a Single, or a vector of Single where the label is one. Thread-safe; saved and loaded by
/// <c>mlContext.Model</c>.
/// </summary>
/// <remarks>Rows are scored in batches; a row's score is the same, bit for bit, alone or in a batch.</remarks>
public sealed class RegressionNetworkTransformer : ScoringTransformer<RegressionNetworkModelParameters>
{
    internal RegressionNetworkTransformer(RegressionNetworkModelParameters model, string featureColumnName, VectorDataViewType featureColumnType)
        : base(model, featureColumnName, featureColumnType, model, new RegressionOutput(model.Targets))
    {
    }

    /// <summary>The network as a table; the same as that of <see cref="NetworkModelParameters.Summary"/>.</summary>
    public string Summary() => Model.Summary();

    /// <inheritdoc/>
    protected override Type Reader => typeof(RegressionNetworkReader);

    /// <inheritdoc/>
    protected override void Write(BinaryWriter main, Action<string, Action<BinaryWriter>> saveStream) => RegressionNetworkReader.Write(main, this);
}
