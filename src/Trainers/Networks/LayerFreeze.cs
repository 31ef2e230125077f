using System.Globalization;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Which layers <see cref="NetworkTrainerOptions.FreezeUpTo"/> may freeze.</summary>
internal static class LayerFreeze
{
    /// <summary>Says why so many can't be frozen; null where they can.</summary>
    /// <param name="upTo">The number of the last frozen layer, from 1; null for none.</param>
    /// <param name="most">How many can.</param>
    /// <param name="layers">All layers of a member, those in front included.</param>
    public static string? Problem(int? upTo, int most, IReadOnlyList<Layer> layers)
    {
        if (upTo is not { } wanted || wanted <= most)
        {
            return null;
        }

        string numbered = string.Join(", ", layers.Select((layer, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1} {layer.Name}")));
        string why = wanted > layers.Count
            ? string.Create(CultureInfo.InvariantCulture, $"but the network has {layers.Count} layers")
            : "which leaves no layer to learn the new task";
        string give = most == 0 ? "Leave it open" : string.Create(CultureInfo.InvariantCulture, $"Give at most {most}");
        return string.Create(CultureInfo.InvariantCulture, $"{nameof(NetworkTrainerOptions.FreezeUpTo)} is {wanted}, {why}: {numbered}. {give}.");
    }

    /// <summary>A factor of the learning rate for each layer: 0 for the first ones, else 1; null for 1 everywhere.</summary>
    /// <param name="upTo">The number of the last frozen layer, from 1; null for none.</param>
    /// <param name="layers">How many layers there are.</param>
    public static double[]? Rates(int? upTo, int layers) => upTo is null ? null : [.. Enumerable.Range(0, layers).Select(layer => layer < upTo ? 0.0 : 1)];
}
