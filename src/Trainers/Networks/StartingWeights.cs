using System.Globalization;
using System.Text.Json.Nodes;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The layers of a trained network that a fit starts from, in a network that it defines itself, and how fast each layer then learns.</summary>
/// <param name="network">The trained network: <see cref="NetworkTrainerOptions.StartFrom"/>.</param>
/// <param name="own">The layers that the options ask for, without those in front that scale features.</param>
/// <param name="options">The options.</param>
internal sealed class StartingWeights(PretrainedNetwork network, NetworkDefinition own, NetworkTrainerOptions options)
{
    /// <summary>What changes nothing of what a layer computes from its weights.</summary>
    private static readonly string[] Harmless = ["weightInitializer", "biasInitializer", "rate", "momentum"];

    private readonly NetworkDefinition _given = network.Members[0].Definition;

    /// <summary>What the trained network does to features; it comes along. (A list of layers may begin with it.)</summary>
    public InputScale Scale { get; } = own.Layers[0] is Normalization ? new InputScale(null, shortens: false, null) : InputScale.Of(network.Members[0], own);

    /// <summary>Whether the last layer is taken over, too, and no fresh one for another task: known after <see cref="ProblemWithHead"/>.</summary>
    public bool TakesHead { get; private set; }

    /// <summary>How many networks there are to start from.</summary>
    public int Members => network.Members.Count;

    private int Front => Scale.Layers.Count;

    /// <summary>The last layer with weights of the trained network, counted as those of the own one.</summary>
    private int LastGiven => _given.Parameters.Max(slot => slot.Layer) - Front;

    private int LastOwn => own.Parameters.Max(slot => slot.Layer);

    /// <summary>The own layers that come from the trained network: all up to here.</summary>
    private int Taken => !network.HasHead ? _given.Layers.Count - Front : LastGiven < LastOwn ? (Differs(LastGiven) ? LastGiven : LastGiven + 1) : TakesHead ? LastOwn + 1 : LastGiven;

    /// <summary>The first layer that can't be frozen: a fresh one, or the head.</summary>
    private int FirstThatLearns => own.Parameters.Where(slot => slot.Layer >= (TakesHead ? LastOwn : Taken)).Min(slot => slot.Layer);

    /// <summary>Why the fit can't start from the network; null where it can.</summary>
    public string? Problem()
    {
        if (_given.Parameters.Count == 0 || LastGiven < 0)
        {
            return $"{nameof(options.StartFrom)} is {network}, which has no weights.";
        }

        if (options.Members is { } members && Members > 1 && members != Members)
        {
            return $"{nameof(options.StartFrom)} has {Members} members, but {nameof(options.Members)} is {members}. Leave {nameof(options.Members)} open, or give {Members}.";
        }

        // All but the last layer with weights must be the same; that one, too, where there are no others.
        bool isAlone = !network.HasHead || !_given.Parameters.Any(slot => slot.Layer >= Front && slot.Layer - Front < LastGiven);
        for (int layer = 0; layer <= LastGiven; layer++)
        {
            if (layer > LastOwn || ((layer < LastGiven || isAlone) && Differs(layer)))
            {
                return Difference(layer);
            }
        }

        string[] front = [.. Enumerable.Range(0, Front).SelectMany(layer => Shapes(_given, layer))];
        string[] wanted = [.. Enumerable.Range(0, Front).SelectMany(layer => Scale.Layers[layer].Parameters(layer == 0 ? own.InputShape : _given.Shapes[layer]).Select(Shape))];
        return front.SequenceEqual(wanted) ? null : $"{nameof(options.StartFrom)} is {network}, whose {Scale.Layers[0].Name} in front is for {_given.InputShape}.{OtherInput()}";
    }

    /// <summary>Decides on the head, and says why that, or what is to be frozen, can't be; null where all can.</summary>
    /// <param name="sameOutputs">Whether the outputs of the trained network mean the same as those of the fit.</param>
    public string? ProblemWithHead(bool sameOutputs)
    {
        bool fits = network.HasHead && LastGiven == LastOwn && _given.Layers.Count - Front == own.Layers.Count && !Differs(LastOwn);
        TakesHead = fits && !(options.NewHead ?? !sameOutputs);
        return options.NewHead == false && !fits
            ? $"{nameof(options.NewHead)} is false, but the last layer of {nameof(options.StartFrom)} is {Describe(_given, LastGiven + Front)}, that of the fit {Describe(own, LastOwn)}, in {own}. Leave {nameof(options.NewHead)} open."
            : LayerFreeze.Problem(options.FreezeUpTo, Front + FirstThatLearns, [.. Scale.Layers, .. own.Layers]);
    }

    /// <summary>A factor of the learning rate for each layer, those in front included; null for 1 everywhere.</summary>
    public double[]? Rates()
    {
        double factor = options.StartFromRateFactor ?? (TakesHead ? 1 : NetworkTrainerOptions.UsualStartFromRateFactor);
        double[] rates = [.. Enumerable.Range(0, Front + own.Layers.Count).Select(layer =>
            layer < (options.FreezeUpTo ?? 0) ? 0 : layer >= Front && layer - Front < Taken && HasWeights(layer - Front) ? factor : 1)];
        return Array.TrueForAll(rates, rate => rate == 1) ? null : rates;
    }

    /// <summary>What happens to the layers, in a sentence.</summary>
    public string Tell(IReadOnlyList<double>? rates)
    {
        int frozen = options.FreezeUpTo ?? 0;
        List<string> parts = [];
        if (frozen > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"layers 1 to {frozen} are frozen"));
        }

        if (Front + Taken > frozen && rates?.Skip(frozen).Take(Front + Taken - frozen).FirstOrDefault(rate => rate != 1) is { } factor and > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"layers {frozen + 1} to {Front + Taken} learn at {factor} of the rate"));
        }

        parts.Add(TakesHead ? "its head stays" : string.Create(CultureInfo.InvariantCulture, $"what follows layer {Front + Taken} is new"));
        return $"Starts from {network}: {string.Join(", ", parts)}.";
    }

    /// <summary>Puts a network's weights over fresh ones.</summary>
    /// <param name="member">The member whose weights they are; with more members than there are to start from, some start from the same.</param>
    /// <param name="fresh">Weights of the own layers, behind those that scale or without.</param>
    public void Fill(int member, NetworkWeights fresh)
    {
        NetworkWeights given = network.Members[member % Members];
        int ownFront = fresh.Definition.Layers.Count - own.Layers.Count;
        foreach (var slot in _given.Parameters.Where(slot => slot.Layer >= Front && slot.Layer - Front < Taken))
        {
            given[slot.Layer, slot.Spec.Name].CopyTo(fresh[slot.Layer - Front + ownFront, slot.Spec.Name]);
        }
    }

    private bool HasWeights(int layer) => own.Parameters.Any(slot => slot.Layer == layer);

    /// <summary>Whether a layer of the trained network and the own one in its place don't compute the same of weights of the same shapes.</summary>
    private bool Differs(int layer)
    {
        int there = layer + Front;
        return layer >= own.Layers.Count
            || !JsonNode.DeepEquals(Function(own, layer), Function(_given, there))
            || !Shapes(own, layer).SequenceEqual(Shapes(_given, there));
    }

    private string Difference(int layer)
    {
        int there = layer + Front;
        string what = layer >= own.Layers.Count ? "no such layer" : Describe(own, layer);
        string given = Describe(_given, there);
        if (what == given)
        {
            // Shapes and kinds are the same: the settings tell.
            what = $"{what} {Function(own, layer).ToJsonString()}";
            given = $"{given} {Function(_given, there).ToJsonString()}";
        }

        return $"{nameof(options.StartFrom)} is {network}, whose layer {there + 1} is {given}; the trainer's layer {layer + 1} is {what}, in {own}.{OtherInput()} Give the trainer the same layers, or leave them open, which takes those of {nameof(options.StartFrom)}; only the last one with weights may differ, which then starts fresh.";
    }

    /// <summary>What to do about rows of another shape, where they have one.</summary>
    private string OtherInput() => _given.InputShape.Equals(own.InputShape)
        ? ""
        : $" It was trained on inputs {_given.InputShape}, these rows are {own.InputShape}: prepare them as for that training, for example with ResizeImages to its height and width.";

    private static JsonNode Function(NetworkDefinition network, int layer)
    {
        JsonNode description = JsonNode.Parse(network.ToJson())!["layers"]![layer]!;
        Strip(description);
        return description;

        static void Strip(JsonNode? node)
        {
            if (node is JsonObject properties)
            {
                foreach (string name in Harmless)
                {
                    properties.Remove(name);
                }

                foreach (var (_, value) in properties)
                {
                    Strip(value);
                }
            }
            else if (node is JsonArray list)
            {
                foreach (var entry in list)
                {
                    Strip(entry);
                }
            }
        }
    }

    private static IEnumerable<string> Shapes(NetworkDefinition network, int layer) => network.Layers[layer].Parameters(network.Shapes[layer]).Select(Shape);

    private static string Shape(ParameterSpec spec) => $"{spec.Name} [{string.Join(", ", spec.Dimensions)}]";

    private static string Describe(NetworkDefinition network, int layer) =>
        Shapes(network, layer).ToList() is { Count: > 0 } shapes ? $"{network.Layers[layer].Name} with {string.Join(", ", shapes)}" : network.Layers[layer].Name;
}
