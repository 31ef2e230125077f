using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Says why a trainer can't go on with a model's network.</summary>
internal static class NetworkDifference
{
    /// <summary>The networks, or, where their shapes are the same, the settings of the first layer that differ; null when they are equal.</summary>
    public static string? Find(NetworkDefinition model, NetworkDefinition wanted)
    {
        if (model.Equals(wanted))
        {
            return null;
        }

        const string Mend = "Give the trainer the model's layers, and data with the model's features.";
        if (model.ToString() != wanted.ToString())
        {
            return $"it is {model}; the trainer and the data ask for {wanted}. {Mend}";
        }

        int layer = Enumerable.Range(0, wanted.Layers.Count).First(i => !model.Layers[i].Equals(wanted.Layers[i]));
        return $"in its layer {layer + 1} ({wanted.Layers[layer].Name}) {Settings(Description(model, layer), Description(wanted, layer))}. {Mend}";
    }

    private static string Settings(JsonObject model, JsonObject wanted) => string.Join(", ", wanted
        .Where(setting => !JsonNode.DeepEquals(setting.Value, model[setting.Key]))
        .Select(setting => $"'{setting.Key}' is {model[setting.Key]?.ToJsonString()}, but the trainer's is {setting.Value?.ToJsonString()}"));

    private static JsonObject Description(NetworkDefinition definition, int layer) => JsonNode.Parse(definition.ToJson())!["layers"]![layer]!.AsObject();
}
