using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Weights from elsewhere that a fit starts from, layer by layer, in a network that it defines itself.</summary>
/// <param name="given">Weights of one network: <see cref="NetworkTrainerOptions.InitialWeights"/>.</param>
/// <param name="own">The layers that the options ask for, without those in front that scale features.</param>
internal sealed class StartingWeights(NetworkWeights given, NetworkDefinition own)
{
    /// <summary>Layers in front of the given network that scale features; the fit's own scale is theirs.</summary>
    public InputScale Scale { get; } = own.Layers[0] is Normalization ? new InputScale(null, shortens: false, null) : InputScale.Of(given, own);

    /// <summary>The given network's layers that have weights, counted behind those that scale; the last of them may be the head of another task.</summary>
    private int[] Weighted => [.. given.Definition.Parameters.Select(slot => slot.Layer - Scale.Layers.Count).Where(layer => layer >= 0).Distinct().Order()];

    /// <summary>Whether the last layer is taken over, too, and no fresh one for another task.</summary>
    public bool TakesHead => own.Layers.Count + Scale.Layers.Count <= given.Definition.Layers.Count && IsTaken(own.Layers.Count - 1);

    /// <summary>One network's weights, as several members would all start alike.</summary>
    /// <exception cref="ArgumentException">They are of an ensemble.</exception>
    public static NetworkWeights One(NetworkWeights given, string trainer) => NetworkMembers.Count(given.Definition) == 1
        ? given
        : throw new ArgumentException($"{trainer}: {nameof(NetworkTrainerOptions.InitialWeights)} are of an ensemble of {NetworkMembers.Count(given.Definition)} networks. Give those of one network.", nameof(NetworkTrainerOptions.InitialWeights));

    /// <summary>Why the fit can't start from the weights; null where it can.</summary>
    public string? Problem()
    {
        int[] weighted = Weighted;
        int taken = weighted.Count(IsTaken);
        int? wrong = weighted.SkipLast(1).Where(layer => !IsTaken(layer)).Cast<int?>().FirstOrDefault() ?? (taken == 0 ? weighted.Cast<int?>().LastOrDefault() ?? 0 : null);
        if (wrong is not { } at)
        {
            return null;
        }

        string trainers = at < own.Layers.Count ? Describe(own, at) : "no such layer";
        return $"{nameof(NetworkTrainerOptions.InitialWeights)} are of {given.Definition}, whose layer {at + Scale.Layers.Count + 1} is {Describe(given.Definition, at + Scale.Layers.Count)}; the trainer's layer {at + 1} is {trainers}, in {own}. Give the trainer the same layers; only the last one with weights may differ, which then starts fresh.";
    }

    /// <summary>Puts the weights over fresh ones.</summary>
    /// <param name="fresh">Weights of the own layers behind those that scale.</param>
    public void Fill(NetworkWeights fresh)
    {
        int scaling = Scale.Layers.Count;
        int ownScaling = fresh.Definition.Layers.Count - own.Layers.Count;
        foreach (var slot in given.Definition.Parameters.Where(slot => slot.Layer >= scaling && IsTaken(slot.Layer - scaling)))
        {
            given[slot.Layer, slot.Spec.Name].CopyTo(fresh[slot.Layer - scaling + ownScaling, slot.Spec.Name]);
        }
    }

    /// <summary>Whether a layer of the given network and the own one in its place are of one kind with the same weights.</summary>
    private bool IsTaken(int layer)
    {
        int there = layer + Scale.Layers.Count;
        return layer < own.Layers.Count
            && own.Layers[layer].Name == given.Definition.Layers[there].Name
            && Shapes(own, layer).SequenceEqual(Shapes(given.Definition, there));
    }

    private static IEnumerable<string> Shapes(NetworkDefinition network, int layer) =>
        network.Layers[layer].Parameters(network.Shapes[layer]).Select(spec => $"{spec.Name} [{string.Join(", ", spec.Dimensions)}]");

    private static string Describe(NetworkDefinition network, int layer) =>
        Shapes(network, layer).ToList() is { Count: > 0 } shapes ? $"{network.Layers[layer].Name} with {string.Join(", ", shapes)}" : network.Layers[layer].Name;
}
