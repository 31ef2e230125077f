using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A trained network that tells for each of several labels whether it is one of a row's. Thread-safe.
/// </summary>
public sealed class MultiLabelNetworkModelParameters : NetworkModelParameters
{
    internal MultiLabelNetworkModelParameters(
        NetworkDefinition definition, NetworkWeights weights, OutputLink link, RegressionTargets labels, TrainingHistory history, ImageLayout inputLayout = ImageLayout.ChannelsFirst)
        : base(definition, weights, link, history, inputLayout) => Labels = labels;

    /// <summary>The names of the labels, in the order of the scores; null where the label column had no slot names.</summary>
    public IReadOnlyList<string>? LabelNames => Labels.Names;

    /// <summary>Number of labels: the size of the score vector.</summary>
    public int NumberOfLabels => Labels.Count;

    internal RegressionTargets Labels { get; }

    private protected override string Task => $"A classifier of {NumberOfLabels} labels";
}
