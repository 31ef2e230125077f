using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A network's weights under the names, and in the shapes, of PyTorch's state dict for the same layers in an <c>nn.Sequential</c>: <c>0.weight</c> [out, in], <c>0.bias</c>.
/// </summary>
/// <remarks>
/// <para>Indices count modules. A dense layer or convolution with an activation is two (<c>Linear</c>, <c>ReLU</c>), global average pooling is two (<c>AdaptiveAvgPool2d(1)</c>,
/// <c>Flatten</c>), every other layer is one, those without weights included.</para>
/// <para>PyTorch has no module for some layers. Those in front of the network that scale features (normalization, the Asinh behind it, bins) take no index: their tensors are
/// <c>scaling.0.mean</c> and so on, so that the others have the same names with and without them. A residual block is a module with the Sequentials <c>layers</c> and <c>projection</c>:
/// <c>3.layers.0.weight</c>. An ensemble is one with a ModuleList <c>members</c>: <c>0.members.2.0.weight</c>.</para>
/// </remarks>
internal static class StateDict
{
    /// <summary>Batches that PyTorch has counted: an integer that only averages without a momentum use. It has no place in our weights.</summary>
    public const string BatchCount = "num_batches_tracked";

    /// <summary>The tensors in the order of the state dict.</summary>
    public static IReadOnlyList<StateDictEntry> Of(NetworkDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        Walk walk = new(definition.Parameters.ToDictionary(slot => (slot.Layer, slot.Spec.Name)));
        int scaling = ScalingLayers(definition.Layers);
        for (int i = 0, module = 0; i < definition.Layers.Count; i++)
        {
            Layer layer = definition.Layers[i];
            walk.Layer(layer, definition.Shapes[i], i < scaling ? $"scaling.{i}." : $"{module}.", i, "");
            module += i < scaling ? 0 : Modules(layer);
        }

        return walk.Entries;
    }

    /// <summary>How many members the ensembles have whose tensors have such names; 0 without any.</summary>
    public static int MembersIn(IEnumerable<string> names) => names
        .Select(name => name.Split('.'))
        .Where(parts => parts is [_, "members", _, ..] && int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out _))
        .Select(parts => parts[2]).Distinct().Count();

    /// <summary>Modules of a Sequential that a layer is.</summary>
    private static int Modules(Layer layer) => layer switch
    {
        Dense dense => dense.Activation is Identity ? 1 : 2,
        Convolution2D convolution => convolution.Activation is Identity ? 1 : 2,
        GlobalAveragePooling2D => 2,
        _ => 1,
    };

    /// <summary>Layers in front that PyTorch has no module for.</summary>
    private static int ScalingLayers(IReadOnlyList<Layer> layers)
    {
        int count = 0;
        while (count < layers.Count && (layers[count] is Normalization or PiecewiseLinearEncoding || (count > 0 && layers[count] is ActivationLayer { Activation: Asinh })))
        {
            count++;
        }

        return count;
    }

    private sealed class Walk(Dictionary<(int Layer, string Name), ParameterSlot> slots)
    {
        public List<StateDictEntry> Entries { get; } = [];

        /// <summary>Adds a layer's tensors.</summary>
        /// <param name="layer">The layer.</param>
        /// <param name="input">Its input.</param>
        /// <param name="name">What their names begin with.</param>
        /// <param name="top">The network's layer that it is or is in.</param>
        /// <param name="path">What the names of its parameters begin with in that layer.</param>
        public void Layer(Layer layer, TensorShape input, string name, int top, string path)
        {
            switch (layer)
            {
                case Residual block:
                    Chain(block.Layers, input, $"{name}layers.", top, $"{path}layers.");
                    Chain(block.Projection, input, $"{name}projection.", top, $"{path}projection.");
                    break;
                case Ensemble ensemble:
                    for (int member = 0; member < ensemble.Members; member++)
                    {
                        Chain(ensemble.Layers, input, $"{name}members.{member}.", top, $"{path}{Ensemble.Setting(member)}.");
                    }

                    break;
                default:
                    foreach (ParameterSpec spec in layer.Parameters(input))
                    {
                        Add(name + NameOf(layer, spec.Name), slots[(top, path + spec.Name)], Order(layer, spec));
                    }

                    if (layer is BatchNormalization)
                    {
                        Entries.Add(new StateDictEntry(name + BatchCount, [], null, null));
                    }

                    break;
            }
        }

        private void Chain(IReadOnlyList<Layer> layers, TensorShape input, string name, int top, string path)
        {
            int module = 0;
            for (int i = 0; i < layers.Count; i++)
            {
                Layer(layers[i], input, $"{name}{module}.", top, $"{path}{i}.");
                module += Modules(layers[i]);
                input = layers[i].OutputShape(input);
            }
        }

        private void Add(string name, ParameterSlot slot, int[]? order)
        {
            IReadOnlyList<int> own = slot.Spec.Dimensions;
            Entries.Add(new StateDictEntry(name, order is null ? [.. own] : [.. order.Select(dimension => own[dimension])], slot, order));
        }

        private static string NameOf(Layer layer, string parameter) => layer is not (BatchNormalization or LayerNormalization) ? parameter : parameter switch
        {
            "scale" => "weight",
            "shift" => "bias",
            "runningMean" => "running_mean",
            "runningVariance" => "running_var",
            _ => parameter,
        };

        /// <summary>Which of the engine's dimensions each of PyTorch's is; null where they agree.</summary>
        private static int[]? Order(Layer layer, ParameterSpec spec) => (layer, spec.Dimensions.Count) switch
        {
            (Dense, 2) => [1, 0],
            (Convolution2D, 4) => DimensionOrder.FiltersFirst,
            (LayerNormalization, 3) => DimensionOrder.ChannelsFirst,
            _ => null,
        };
    }
}

/// <summary>One tensor of a state dict.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Shape">Its dimensions, as PyTorch has them.</param>
/// <param name="Slot">Where it lies in the engine's weights; null for <see cref="StateDict.BatchCount"/>.</param>
/// <param name="Order">Which of the engine's dimensions each of <paramref name="Shape"/> is; null where they agree.</param>
internal sealed record StateDictEntry(string Name, int[] Shape, ParameterSlot? Slot, int[]? Order);
