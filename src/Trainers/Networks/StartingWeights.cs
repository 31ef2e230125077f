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
    public InputScale Scale { get; } = InputScale.Of(network.Members[0], own);

    /// <summary>The own layers as they stand behind those that scale: bins make more numbers of the features.</summary>
    private readonly NetworkDefinition _behind = Behind(network.Members[0], own);

    /// <summary>Whether the last layer is taken over, too, and no fresh one for another task: known after <see cref="ProblemWithHead"/>.</summary>
    public bool TakesHead { get; private set; }

    /// <summary>How many networks there are to start from.</summary>
    public int Members => network.Members.Count;

    private int Front => Scale.Layers.Count;

    /// <summary>The last layer with weights of the trained network, counted as those of the own one.</summary>
    private int LastGiven => _given.Parameters.Max(slot => slot.Layer) - Front;

    private int LastOwn => own.Parameters.Max(slot => slot.Layer);

    /// <summary>The own layers that come from the trained network: all up to here.</summary>
    private int Taken => !network.HasHead ? Math.Min(_given.Layers.Count - Front, options.NewHead == true ? LastOwn : int.MaxValue) : LastGiven < LastOwn ? (Differs(LastGiven) ? LastGiven : LastGiven + 1) : TakesHead ? LastOwn + 1 : LastGiven;

    /// <summary>The first layer that can't be frozen: a fresh one, or the head.</summary>
    private int FirstThatLearns => own.Parameters.Where(slot => slot.Layer >= (TakesHead ? LastOwn : Taken)).Select(slot => slot.Layer).DefaultIfEmpty(LastOwn).Min();

    /// <summary>Whether no layer is fresh: the head is taken over, or what was taken of the network ends in a layer of so many outputs.</summary>
    public bool TakesAll => TakesHead || Taken > LastOwn;

    /// <summary>Why the fit can't start from the network, and the option that is to blame; null where it can.</summary>
    public (string Problem, string Option)? Problem()
    {
        if (_given.Parameters.Count == 0 || LastGiven < 0)
        {
            return ($"{nameof(options.StartFrom)} is {network}, which has no weights.", nameof(options.StartFrom));
        }

        if (network.Members.SelectMany(member => _given.Parameters.Where(slot => !FeatureRowsBuilder.IsFinite(member[slot.Layer, slot.Spec.Name]))).FirstOrDefault() is { } slot)
        {
            return ($"{nameof(options.StartFrom)} is {network}, whose layer {slot.Layer + 1} has a {slot.Spec.Name} that is infinite or NaN. Give a network whose training has not diverged.", nameof(options.StartFrom));
        }

        if (options.Bins > 0 && options.Bins != Scale.Bins)
        {
            return (
                string.Create(CultureInfo.InvariantCulture, $"{nameof(options.StartFrom)} was trained with {(Scale.Bins == 0 ? "no bins" : $"{Scale.Bins} bins of each feature")}, but {nameof(MlpOptions.FeatureBins)} is {options.Bins}. Leave {nameof(MlpOptions.FeatureBins)} open, which takes those of the network."),
                nameof(MlpOptions.FeatureBins));
        }

        if (options.Members is { } members && Members > 1 && members != Members)
        {
            return ($"{nameof(options.StartFrom)} has {Members} members, but {nameof(options.Members)} is {members}. Leave {nameof(options.Members)} open, or give {Members}.", nameof(options.Members));
        }

        // All but the last layer with weights must be the same; that one, too, where there are no others.
        bool isAlone = !network.HasHead || !_given.Parameters.Any(slot => slot.Layer >= Front && slot.Layer - Front < LastGiven);
        for (int layer = 0; layer <= LastGiven; layer++)
        {
            if (layer > LastOwn || ((layer < LastGiven || isAlone) && Differs(layer)))
            {
                return (Difference(layer), nameof(options.StartFrom));
            }
        }

        if (options.RescalesStart && !Scale.IsLinear)
        {
            return ($"{nameof(options.StartFrom)} is {network}, which bends features in front of its layer. A linear trainer starts from weights of features that are as they come, or normalized.", nameof(options.StartFrom));
        }

        string[] front = [.. Enumerable.Range(0, Front).SelectMany(layer => Shapes(_given, layer))];
        string[] wanted = [.. Enumerable.Range(0, Front).SelectMany(layer => Scale.Layers[layer].Parameters(layer == 0 ? own.InputShape : _given.Shapes[layer]).Select(Shape))];
        return front.SequenceEqual(wanted) ? null : ($"{nameof(options.StartFrom)} is {network}, whose {Scale.Layers[0].Name} in front is for {_given.InputShape}.{OtherInput()}", nameof(options.StartFrom));
    }

    /// <summary>Decides on the head, and says why that, or what is to be frozen, can't be, and which option asks for it; null where all can.</summary>
    /// <param name="sameOutputs">Whether the outputs of the trained network mean the same as those of the fit.</param>
    public (string Problem, string Option)? ProblemWithHead(bool sameOutputs)
    {
        bool fits = network.HasHead && LastGiven == LastOwn && _given.Layers.Count - Front == own.Layers.Count && !Differs(LastOwn);
        TakesHead = fits && !(options.NewHead ?? !sameOutputs);
        if (options.NewHead == false && !fits)
        {
            return ($"{nameof(options.NewHead)} is false, but the last layer of {nameof(options.StartFrom)} is {Describe(_given, LastGiven + Front)}, that of the fit {Describe(_behind, LastOwn)}, in {own}. Leave {nameof(options.NewHead)} open.", nameof(options.NewHead));
        }

        return LayerFreeze.Problem(options.FreezeUpTo, Front + FirstThatLearns, [.. Scale.Layers, .. own.Layers]) is { } problem ? (problem, nameof(options.FreezeUpTo)) : null;
    }

    /// <summary>A factor of the learning rate for each layer, those in front included; null for 1 everywhere.</summary>
    public double[]? Rates()
    {
        double factor = options.StartFromRateFactor ?? (TakesAll ? 1 : NetworkTrainerOptions.UsualStartFromRateFactor);
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
            parts.Add($"{LayersFrom(1, frozen)} {(frozen == 1 ? "is" : "are")} frozen");
        }

        if (Front + Taken > frozen && rates?.Skip(frozen).Take(Front + Taken - frozen).FirstOrDefault(rate => rate != 1) is { } factor and > 0)
        {
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{LayersFrom(frozen + 1, Front + Taken)} {(Front + Taken == frozen + 1 ? "learns" : "learn")} at {factor} of the rate"));
        }

        parts.Add(TakesAll ? "its head stays" : string.Create(CultureInfo.InvariantCulture, $"what follows layer {Front + Taken} is new"));
        return $"Starts from {network}: {string.Join(", ", parts)}.";

        static string LayersFrom(int first, int last) => string.Create(CultureInfo.InvariantCulture, $"{(first == last ? "layer" : $"layers {first} to")} {last}");
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

    /// <summary>A linear network's weights for features as they come, without the scales in front of it.</summary>
    /// <param name="member">The member whose weights they are, as for <see cref="Fill"/>.</param>
    public NetworkWeights OfFeatures(int member) => LinearNetwork.Of(network.Members[member % Members]).ToNetwork(own);

    private static NetworkDefinition Behind(NetworkWeights given, NetworkDefinition own) =>
        InputScale.Of(given, own).Layers is [.., PiecewiseLinearEncoding bins] && own.InputShape.Rank == 1 ? new(bins.OutputShape(own.InputShape), own.Layers) : own;

    private bool HasWeights(int layer) => own.Parameters.Any(slot => slot.Layer == layer);

    /// <summary>Whether a layer of the trained network and the own one in its place don't compute the same of weights of the same shapes.</summary>
    private bool Differs(int layer)
    {
        int there = layer + Front;
        return layer >= own.Layers.Count
            || !JsonNode.DeepEquals(Function(_behind, layer), Function(_given, there))
            || !Shapes(_behind, layer).SequenceEqual(Shapes(_given, there));
    }

    private string Difference(int layer)
    {
        int there = layer + Front;
        string what = layer >= own.Layers.Count ? "no such layer" : Describe(_behind, layer);
        string given = Describe(_given, there);
        if (what == given)
        {
            // Shapes and kinds are the same: the settings tell.
            what = $"{what} {Function(_behind, layer).ToJsonString()}";
            given = $"{given} {Function(_given, there).ToJsonString()}";
        }

        return $"{nameof(options.StartFrom)} is {network}, whose layer {there + 1} is {given}; the trainer's layer {layer + 1} is {what}, in {own}.{OtherInput()} {options.SameLayers}; only the last one with weights may differ, which then starts fresh.";
    }

    /// <summary>What to do about rows of another shape, where they have one.</summary>
    private string OtherInput() => _given.InputShape.Equals(own.InputShape)
        ? ""
        : $" It was trained on inputs {_given.InputShape}, these rows are {own.InputShape}: prepare them as for that training{(own.InputShape.Rank == 3 ? ", for example with ResizeImages to its height and width" : "")}.";

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
