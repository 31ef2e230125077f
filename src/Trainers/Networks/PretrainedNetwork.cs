using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>
/// A trained network that a fit starts from (<see cref="NetworkTrainerOptions.StartFrom"/>): a fitted model of this library, a network of an ONNX file, or weights. All of them convert to it by themselves:
/// <c>StartFrom = model.Model</c>, <c>StartFrom = OnnxModel.ToNetwork("network.onnx")</c>. Immutable.
/// </summary>
public sealed class PretrainedNetwork
{
    private PretrainedNetwork(NetworkWeights weights, OutputLink? link, NetworkModelParameters? model)
    {
        (Weights, Link, Model) = (weights, link, model);
        Members = NetworkMembers.Split(weights);
        HasHead = true;
    }

    private PretrainedNetwork(IReadOnlyList<NetworkWeights> members)
    {
        Members = members;
        Weights = NetworkMembers.Join(members, InputScale.LayersIn(members[0].Definition));
    }

    /// <summary>Its layers, those in front that scale features included; of an ensemble those of one member behind them. <see cref="NetworkTrainerOptions.FreezeUpTo"/> and <see cref="Take"/> count them.</summary>
    public NetworkDefinition Definition => Members[0].Definition;

    /// <summary>The weights; not to be changed.</summary>
    internal NetworkWeights Weights { get; }

    /// <summary>What makes scores of its outputs; null where that is not known.</summary>
    internal OutputLink? Link { get; }

    /// <summary>The model that it is of; null for none of this library.</summary>
    internal NetworkModelParameters? Model { get; }

    /// <summary>Whether its last layer gives the outputs of a task, and is not what <see cref="Take"/> has cut.</summary>
    internal bool HasHead { get; }

    /// <summary>The networks of an ensemble, each with the layers in front; else the one network.</summary>
    internal IReadOnlyList<NetworkWeights> Members { get; }

    /// <summary>The network of a fitted model.</summary>
    /// <param name="model">The model's parameters.</param>
    public static implicit operator PretrainedNetwork?(NetworkModelParameters? model) => model is null ? null : new(model.OwnWeights, model.Link, model);

    /// <summary>The network of a fitted model.</summary>
    /// <param name="model">The fitted transformer.</param>
    public static implicit operator PretrainedNetwork?(MulticlassNetworkTransformer? model) => model?.Model;

    /// <summary>The network of a fitted model.</summary>
    /// <param name="model">The fitted transformer.</param>
    public static implicit operator PretrainedNetwork?(BinaryNetworkTransformer? model) => model?.Model;

    /// <summary>The network of a fitted model.</summary>
    /// <param name="model">The fitted transformer.</param>
    public static implicit operator PretrainedNetwork?(MultiLabelNetworkTransformer? model) => model?.Model;

    /// <summary>The network of a fitted model.</summary>
    /// <param name="model">The fitted transformer.</param>
    public static implicit operator PretrainedNetwork?(RegressionNetworkTransformer? model) => model?.Model;

    /// <summary>A network of an ONNX file, trained on features as they came.</summary>
    /// <param name="network">The network.</param>
    public static implicit operator PretrainedNetwork?(OnnxNetwork? network) => network is null ? null : new(network.Weights.Clone(), network.Link, null);

    /// <summary>Weights from elsewhere, such as a safetensors file, trained on features as they came. They are copied; a softmax at their end is left out, as losses take what is before it.</summary>
    /// <param name="weights">The weights.</param>
    public static implicit operator PretrainedNetwork?(NetworkWeights? weights) => weights is null ? null
        : weights.Definition.Layers is [.., _, SoftmaxLayer] ? new(First(weights, weights.Definition.Layers.Count - 1), OutputLink.Softmax, null)
        : new(weights.Clone(), null, null);

    /// <summary>The network in a fitted pipeline, such as one that <c>mlContext.Model.Load</c> has loaded.</summary>
    /// <param name="model">A transformer, or a chain of several, one of which is a network of this library.</param>
    /// <exception cref="ArgumentException">It has none, or several: take the one that is meant from the chain.</exception>
    public static PretrainedNetwork Of(ITransformer model)
    {
        ArgumentNullException.ThrowIfNull(model);
        NetworkModelParameters[] networks = [.. Parts(model).OfType<ISingleFeaturePredictionTransformer<NetworkModelParameters>>().Select(part => part.Model)];
        return networks is [var only]
            ? new PretrainedNetwork(only!.OwnWeights, only.Link, only)
            : throw new ArgumentException($"The model has {(networks.Length == 0 ? "no network of this library" : $"{networks.Length} networks")}. Give {nameof(NetworkTrainerOptions.StartFrom)} {(networks.Length == 0 ? "a model that one of its trainers has fitted" : "the Model of one of the chain's transformers")}.", nameof(model));
    }

    /// <summary>The first layers alone, for a network that goes on with other layers: the upper ones of a trained network know its task best, and are often better learned anew.</summary>
    /// <param name="layers">How many, as <see cref="Summary"/> numbers them, layers in front that scale features included; of an ensemble those of one member behind them. At least one of them has weights; all of them are the network itself.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many, or none of them has weights.</exception>
    public PretrainedNetwork Take(int layers)
    {
        NetworkDefinition whole = Members[0].Definition;
        int first = whole.Parameters.Where(slot => slot.Spec.Trainable).Select(slot => slot.Layer + 1).DefaultIfEmpty(1).Min();
        if (layers < first || layers > whole.Layers.Count)
        {
            throw new ArgumentOutOfRangeException(nameof(layers), layers, $"The network has {whole.Layers.Count} layers, of which layer {first} is the first one with weights that were trained: take from {first} to {whole.Layers.Count}. It is {this}.");
        }

        if (layers == whole.Layers.Count)
        {
            return this;
        }

        return new([.. Members.Select(member => First(member, layers))]);
    }

    /// <summary>The layers as a table, as <see cref="NetworkModelParameters.Summary"/> gives it; of an ensemble those of one member. <see cref="NetworkTrainerOptions.FreezeUpTo"/> goes by its numbers.</summary>
    public string Summary() => NetworkSummary.Of(Definition, Model?.InputLayout ?? ImageLayout.ChannelsFirst);

    /// <summary>The layers, for example <c>[1, 28, 28] → convolution-2d [8, 28, 28] → flatten [6272] → dense [10]</c>, and how many members an ensemble has.</summary>
    public override string ToString() => Weights.Definition.ToString();

    /// <summary>A copy of the first layers.</summary>
    private static NetworkWeights First(NetworkWeights whole, int layers)
    {
        NetworkWeights weights = new(new NetworkDefinition(whole.Definition.InputShape, [.. whole.Definition.Layers.Take(layers)]));
        foreach (var slot in weights.Definition.Parameters)
        {
            whole[slot.Layer, slot.Spec.Name].CopyTo(weights[slot.Layer, slot.Spec.Name]);
        }

        return weights;
    }

    private static IEnumerable<ITransformer> Parts(ITransformer model) => model is IEnumerable<ITransformer> chain ? chain.SelectMany(Parts) : [model];
}
