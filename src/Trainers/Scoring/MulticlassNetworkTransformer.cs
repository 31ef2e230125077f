using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>
/// A fitted network that adds the columns <c>PredictedLabel</c> and <c>Score</c>. Thread-safe; saved and loaded by <c>mlContext.Model</c>.
/// </summary>
/// <remarks>Rows are scored in batches; a row's score is the same, bit for bit, alone or in a batch.</remarks>
public sealed class MulticlassNetworkTransformer : ScoringTransformer<MulticlassNetworkModelParameters>
{
    internal MulticlassNetworkTransformer(MulticlassNetworkModelParameters model, string featureColumnName, VectorDataViewType featureColumnType)
        : base(model, featureColumnName, featureColumnType, model, new MulticlassOutput(model.Classes))
    {
    }

    /// <summary>The network as a table; the same as that of <see cref="NetworkModelParameters.Summary"/>.</summary>
    public string Summary() => Model.Summary();

    /// <inheritdoc/>
    protected override Type Reader => typeof(MulticlassNetworkReader);

    /// <inheritdoc/>
    protected override void Write(BinaryWriter main, Action<string, Action<BinaryWriter>> saveStream) => MulticlassNetworkReader.Write(main, this);
}
