using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// A fitted network that adds the columns <c>PredictedLabel</c>, a vector of Boolean, and <c>Score</c>, a vector of Single with the probability of each label. Thread-safe; saved and loaded by
/// <c>mlContext.Model</c>.
/// </summary>
/// <remarks>Rows are scored in batches; a row's score is the same, bit for bit, alone or in a batch.</remarks>
public sealed class MultiLabelNetworkTransformer : ScoringTransformer<MultiLabelNetworkModelParameters>
{
    internal MultiLabelNetworkTransformer(MultiLabelNetworkModelParameters model, string featureColumnName, VectorDataViewType featureColumnType)
        : base(model, featureColumnName, featureColumnType, model, new MultiLabelOutput(model.Labels))
    {
    }

    /// <summary>The network as a table; the same as that of <see cref="NetworkModelParameters.Summary"/>.</summary>
    public string Summary() => Model.Summary();

    /// <inheritdoc/>
    protected override Type Reader => typeof(MultiLabelNetworkReader);

    /// <inheritdoc/>
    protected override void Write(BinaryWriter main, Action<string, Action<BinaryWriter>> saveStream) => MultiLabelNetworkReader.Write(main, this);
}
