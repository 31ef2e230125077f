using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A trained network that answers true or false; its one output is the logit of true, before <see cref="Calibration"/>. Thread-safe.
/// </summary>
public sealed class BinaryNetworkModelParameters : NetworkModelParameters
{
    internal BinaryNetworkModelParameters(
        NetworkDefinition definition, NetworkWeights weights, PlattScaling calibration, float thresholdLogit, TrainingHistory history, ImageLayout inputLayout = ImageLayout.ChannelsFirst)
        : base(definition, weights, OutputLink.Identity, history, inputLayout)
    {
        Calibration = calibration;
        ThresholdLogit = thresholdLogit;
    }

    /// <summary>What makes the scores, logits of true, of the network's outputs.</summary>
    public PlattScaling Calibration { get; }

    /// <summary>The probability above which true is predicted.</summary>
    public double Threshold => 1 / (1 + Math.Exp(-ThresholdLogit));

    internal float ThresholdLogit { get; }

    private protected override string Task => "A binary classifier";
}
