using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A trained network: its layers, weights and training history. Thread-safe.
/// </summary>
public sealed class NetworkModelParameters
{
    internal NetworkModelParameters(NetworkDefinition definition, NetworkWeights weights, bool appliesSoftmax, ClassLabels classes, TrainingHistory history)
    {
        Definition = definition;
        Weights = weights;
        AppliesSoftmax = appliesSoftmax;
        Classes = classes;
        History = history;
        Predictor = new Predictor(weights, new PredictorOptions { Softmax = appliesSoftmax });
    }

    /// <summary>The layers and the shapes between them.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The weights of all layers.</summary>
    public NetworkWeights Weights { get; }

    /// <summary>Loss and metric of each epoch, of training and validation rows.</summary>
    public TrainingHistory History { get; }

    /// <summary>The classes as text, in the order of the scores; null where the label column had no key values.</summary>
    public IReadOnlyList<string>? ClassNames => Classes.Names;

    /// <summary>Number of classes: the size of the score vector.</summary>
    public int NumberOfClasses => Classes.Count;

    /// <summary>Whether scores are the softmax of the last layer's outputs (cross-entropy) or those outputs themselves.</summary>
    public bool AppliesSoftmax { get; }

    internal ClassLabels Classes { get; }

    internal Predictor Predictor { get; }
}
