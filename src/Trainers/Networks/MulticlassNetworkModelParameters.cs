using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A trained network that tells classes apart. Thread-safe.
/// </summary>
public sealed class MulticlassNetworkModelParameters : NetworkModelParameters
{
    internal MulticlassNetworkModelParameters(
        NetworkDefinition definition, NetworkWeights weights, OutputLink link, ClassLabels classes, TrainingHistory history, ImageLayout inputLayout = ImageLayout.ChannelsFirst)
        : base(definition, weights, link, history, inputLayout)
    {
        Classes = classes;
    }

    /// <summary>The classes as text, in the order of the scores; null where the label column had no key values.</summary>
    public IReadOnlyList<string>? ClassNames => Classes.Names;

    /// <summary>Number of classes: the size of the score vector.</summary>
    public int NumberOfClasses => Classes.Count;

    internal ClassLabels Classes { get; }

    private protected override string Task => $"A classifier of {NumberOfClasses} classes";
}
