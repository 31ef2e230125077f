using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A trained network: its layers, weights and training history. Thread-safe.
/// </summary>
public abstract class NetworkModelParameters : IRowScorer
{
    private readonly Predictor _predictor;

    private protected NetworkModelParameters(NetworkDefinition definition, NetworkWeights weights, OutputLink link, TrainingHistory history)
    {
        Definition = definition;
        Weights = weights;
        History = history;
        Link = link;
        _predictor = new Predictor(weights, new PredictorOptions { Link = link });
    }

    /// <summary>The layers and the shapes between them.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The weights of all layers.</summary>
    public NetworkWeights Weights { get; }

    /// <summary>Loss and metric of each epoch, of training and validation rows.</summary>
    public TrainingHistory History { get; }

    /// <summary>What makes scores of the last layer's outputs: the <see cref="Loss.Link"/> of the loss that was trained with.</summary>
    public OutputLink Link { get; }

    internal VectorDataViewType FeatureType => new(NumberDataViewType.Single, Definition.InputShape.Dimensions.ToArray());

    int IRowScorer.InputSize => _predictor.InputSize;

    int IRowScorer.OutputSize => _predictor.OutputSize;

    void IRowScorer.Score(ReadOnlySpan<float> rows, int count, Span<float> scores) => _predictor.Predict(rows, count, scores);
}
