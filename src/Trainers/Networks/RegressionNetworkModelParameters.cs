using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A trained network that predicts one or several numbers, in the label's own units. Thread-safe.
/// </summary>
public sealed class RegressionNetworkModelParameters : NetworkModelParameters
{
    internal RegressionNetworkModelParameters(
        NetworkDefinition definition, NetworkWeights weights, OutputLink link, RegressionTargets targets, LabelScale scale, TrainingHistory history, ImageLayout inputLayout = ImageLayout.ChannelsFirst)
        : base(definition, weights, link, history, inputLayout)
    {
        Targets = targets;
        Scale = scale;
    }

    /// <summary>The names of the outputs, in the order of the scores; null where the label column had no slot names.</summary>
    public IReadOnlyList<string>? OutputNames => Targets.Names;

    /// <summary>Number of outputs: 1, or the size of the score vector.</summary>
    public int NumberOfOutputs => Targets.Count;

    internal RegressionTargets Targets { get; }

    private protected override string Task => $"A regression of {Targets}";

    /// <summary>The units that the network was trained in. They are in its weights already.</summary>
    internal LabelScale Scale { get; }
}
