using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Says why a trainer can't go on with a model's network.</summary>
internal static class NetworkDifference
{
    /// <summary>The networks, or, where their shapes are the same, the first layer whose settings differ; null when they are equal.</summary>
    public static string? Find(NetworkDefinition model, NetworkDefinition wanted)
    {
        if (model.Equals(wanted))
        {
            return null;
        }

        const string Mend = "Give the trainer the model's layers, and data with the model's features.";
        if (model.ToString() != wanted.ToString())
        {
            return $"it is {Excerpt.Of(model.ToString(), Excerpt.MessageLength)}; the trainer and the data ask for {Excerpt.Of(wanted.ToString(), Excerpt.MessageLength)}. {Mend}";
        }

        int layer = Enumerable.Range(0, wanted.Layers.Count).First(i => !model.Layers[i].Equals(wanted.Layers[i]));
        return $"its layer {layer + 1} is {model.Layers[layer]}; the trainer asks for {wanted.Layers[layer]}. {Mend}";
    }
}
