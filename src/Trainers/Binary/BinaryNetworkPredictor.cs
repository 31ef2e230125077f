using Microsoft.ML.Data;
using MLNet.GradientTrainers.Bridge;

namespace MLNet.GradientTrainers;

/// <summary>A binary network as a part of a model of ML.NET's <c>OneVersusAll</c> and the like.</summary>
/// <param name="transformer">The network, its calibration and threshold.</param>
internal sealed class BinaryNetworkPredictor(BinaryNetworkTransformer transformer) : BinaryPredictor(transformer, ((IRowScorer)transformer.Model).InputSize)
{
    protected override RowScorer CreateScorer()
    {
        var model = transformer.Model;
        IRowScorer scorer = model;
        float[] features = new float[scorer.InputSize];
        float[] output = new float[1];
        return Score;

        (float Score, float Probability) Score(VBuffer<float> row)
        {
            row.CopyTo(features);
            scorer.Score(features, 1, output);
            float score = model.Calibration.Logit(output[0]) - model.ThresholdLogit;
            return (score, PlattScaling.Probability(score + model.ThresholdLogit));
        }
    }
}
