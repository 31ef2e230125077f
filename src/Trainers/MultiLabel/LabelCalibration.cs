using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Puts the calibration of each label into the output layer: slope · (h·W + b) + offset is another W and b, of each member of an ensemble.</summary>
internal static class LabelCalibration
{
    /// <summary>Whether a network's output layer can take it.</summary>
    public static bool Fits(NetworkDefinition network) => Output(network) is Dense { UseBias: true, Activation: Identity };

    /// <param name="network">The network; its weights are changed.</param>
    /// <param name="labels">One for each output.</param>
    public static void Fold(NetworkWeights network, IReadOnlyList<PlattScaling> labels)
    {
        int last = network.Definition.Layers.Count - 1;
        if (network.Definition.Layers[last] is Ensemble ensemble)
        {
            for (int member = 0; member < ensemble.Members; member++)
            {
                Fold(network[last, Ensemble.ParameterName(member, ensemble.Layers.Count - 1, "weight")], network[last, Ensemble.ParameterName(member, ensemble.Layers.Count - 1, "bias")], labels);
            }
        }
        else
        {
            Fold(network[last, "weight"], network[last, "bias"], labels);
        }
    }

    private static void Fold(Span<float> weights, Span<float> biases, IReadOnlyList<PlattScaling> labels)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = (float)(labels[i % labels.Count].Slope * weights[i]);
        }

        for (int label = 0; label < biases.Length; label++)
        {
            biases[label] = labels[label].Logit(biases[label]);
        }
    }

    private static Layer Output(NetworkDefinition network) => network.Layers[^1] is Ensemble ensemble ? ensemble.Layers[^1] : network.Layers[^1];
}
