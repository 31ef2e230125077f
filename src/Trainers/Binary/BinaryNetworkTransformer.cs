using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>
/// A fitted network that adds the columns <c>PredictedLabel</c> (Boolean), <c>Score</c> (Single, the logit of the probability less that of the threshold, above 0 where true is predicted) and
/// <c>Probability</c> (Single, of true). Thread-safe; saved and loaded by <c>mlContext.Model</c>.
/// </summary>
/// <remarks>Rows are scored in batches; a row's score is the same, bit for bit, alone or in a batch.</remarks>
public sealed class BinaryNetworkTransformer : ScoringTransformer<BinaryNetworkModelParameters>, IBinaryTransformer
{
    internal BinaryNetworkTransformer(BinaryNetworkModelParameters model, string featureColumnName, VectorDataViewType featureColumnType)
        : base(model, featureColumnName, featureColumnType, model, new BinaryOutput(model.Calibration, model.ThresholdLogit))
    {
    }

    BinaryPredictor IBinaryTransformer.ToPredictor() => new BinaryNetworkPredictor(this);

    /// <summary>The network as a table; the same as that of <see cref="NetworkModelParameters.Summary"/>.</summary>
    public string Summary() => Model.Summary();

    /// <inheritdoc/>
    protected override Type Reader => typeof(BinaryNetworkReader);

    /// <inheritdoc/>
    protected override void Write(BinaryWriter main, Action<string, Action<BinaryWriter>> saveStream) => BinaryNetworkReader.Write(main, this);
}
