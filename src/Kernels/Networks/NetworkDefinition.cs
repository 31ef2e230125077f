using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>A network as a description: input shape and layers, with every shape inferred and checked. Immutable, serialisable, free of buffers.</summary>
public sealed class NetworkDefinition : IEquatable<NetworkDefinition>
{
    private readonly Layer[] _layers;
    private readonly TensorShape[] _shapes;
    private readonly ParameterSlot[] _parameters;

    /// <summary>Checks all layers and infers their shapes.</summary>
    /// <param name="inputShape">Shape of one input sample.</param>
    /// <param name="layers">One or more layers, first to last.</param>
    /// <exception cref="ArgumentException">
    /// There is no layer, a setting is out of range, a layer can't take what the one before gives, or one row would take memory or time out of all proportion to the network's
    /// inputs and weights; the message names the layer's number, kind and input shape.
    /// </exception>
    public NetworkDefinition(TensorShape inputShape, IReadOnlyList<Layer> layers)
    {
        ArgumentNullException.ThrowIfNull(inputShape);
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
        {
            throw new ArgumentException("A network needs at least one layer.", nameof(layers));
        }

        if (layers.Sum(layer => layer?.Count ?? 1) is var count && count > MaxLayers)
        {
            throw new ArgumentException($"A network of {count:N0} layers is too large: at most {MaxLayers:N0} are allowed, those in blocks included.", nameof(layers));
        }

        _layers = [.. layers];
        _shapes = new TensorShape[_layers.Length + 1];
        _shapes[0] = inputShape;
        List<(int Layer, int Index, ParameterSpec Spec)> parameters = [];
        double multiplyAdds = 0;
        for (int i = 0; i < _layers.Length; i++)
        {
            Layer layer = _layers[i] ?? throw new ArgumentException($"Layer {i + 1} of {_layers.Length} is null.", nameof(layers));
            try
            {
                layer.Validate();
                _shapes[i + 1] = layer.OutputShape(_shapes[i]);
                IReadOnlyList<ParameterSpec> specs = layer.Parameters(_shapes[i]);
                for (int j = 0; j < specs.Count; j++)
                {
                    ParameterCount += specs[j].Size;
                    if (ParameterCount > MaxParameters)
                    {
                        throw new ArgumentException($"its {specs[j].Name} of {specs[j].Size:N0} elements takes the network above {MaxParameters:N0} weights. Use fewer units.");
                    }

                    parameters.Add((i, j, specs[j]));
                }

                SmallestBatch = Math.Max(SmallestBatch, layer.SmallestBatch(_shapes[i]));
                multiplyAdds += layer.MultiplyAdds(_shapes[i]);
                RowCost.Check((long)_shapes[i + 1].Size + layer.WorkspaceSize(_shapes[i]), multiplyAdds, inputShape.Size, ParameterCount);
            }
            catch (Exception e) when (e is ArgumentException or OverflowException)
            {
                string problem = e is OverflowException ? "it needs more numbers than can be counted. Use a smaller kernel or fewer units." : e.Message;
                throw new ArgumentException($"Layer {i + 1} of {_layers.Length} ({layer.Name}), with input {_shapes[i]}: {problem}", nameof(layers), e);
            }
        }

        _parameters = new ParameterSlot[parameters.Count];
        int end = 0;
        int next = 0;
        foreach ((int layer, int index, ParameterSpec spec) in parameters.OrderByDescending(p => p.Spec.Trainable))
        {
            _parameters[next++] = new ParameterSlot(layer, spec, end, (int)spec.Size, index);
            end = Align(end + (int)spec.Size);
            TrainableLength = spec.Trainable ? end : TrainableLength;
        }

        ParameterLength = end;
    }

    /// <summary>The largest number of layers, those in blocks included.</summary>
    public static int MaxLayers => 1 << 12;

    /// <summary>The largest number of weights of a network.</summary>
    public static int MaxParameters => 1 << 30;

    /// <summary>Shape of one input sample.</summary>
    public TensorShape InputShape => _shapes[0];

    /// <summary>Shape of one output sample.</summary>
    public TensorShape OutputShape => _shapes[^1];

    /// <summary>The layers, first to last.</summary>
    public IReadOnlyList<Layer> Layers => _layers;

    /// <summary>Shapes between the layers: <c>Shapes[i]</c> is the input of layer i, <c>Shapes[i + 1]</c> its output.</summary>
    public IReadOnlyList<TensorShape> Shapes => _shapes;

    /// <summary>All parameters with their places in the flat weight vector: first those that training changes, in the order of the layers, then the others.</summary>
    public IReadOnlyList<ParameterSlot> Parameters => _parameters;

    /// <summary>Number of weights, running statistics included.</summary>
    public long ParameterCount { get; }

    /// <summary>Multiply-adds of the forward pass of one sample.</summary>
    public long MultiplyAdds => _layers.Select((layer, i) => layer.MultiplyAdds(_shapes[i])).Sum();

    /// <summary>Length of the flat weight vector: the weights, and zeros that align each parameter.</summary>
    public int ParameterLength { get; }

    /// <summary>Length of the first part of that vector, which optimizers change; what is behind it the layers keep themselves.</summary>
    public int TrainableLength { get; }

    /// <summary>
    /// Rows that a batch of training must have: 2 where <see cref="BatchNormalization"/> gets one number a channel from a row, else 1. A smaller batch at the end of an epoch is left
    /// out; validation and prediction take any number of rows.
    /// </summary>
    public int SmallestBatch { get; }

    /// <summary>Throws when the network can't learn from batches of a size.</summary>
    /// <param name="batchSize">Rows of a batch.</param>
    /// <param name="layerRates">A factor of the learning rate for each layer, 0 for a frozen one, which looks at no other rows; null for 1.</param>
    /// <exception cref="ArgumentException">It is below <see cref="SmallestBatch"/>; the message names the layer, and what to do. Or the factors are wrong.</exception>
    public void CheckBatchSize(int batchSize, IReadOnlyList<double>? layerRates = null) => new LayerTraining(this, layerRates).CheckBatchSize(batchSize);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <param name="json">The description.</param>
    /// <exception cref="FormatException">It is no valid description; the message says what is wrong.</exception>
    public static NetworkDefinition FromJson(string json) => NetworkJson.Read(json);

    /// <summary>The description as JSON, without the weights.</summary>
    public string ToJson() => NetworkJson.Write(this);

    /// <inheritdoc/>
    public bool Equals(NetworkDefinition? other) =>
        other is not null && InputShape.Equals(other.InputShape) && _layers.AsSpan().SequenceEqual(other._layers);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as NetworkDefinition);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.Add(InputShape);
        foreach (Layer layer in _layers)
        {
            hash.Add(layer);
        }

        return hash.ToHashCode();
    }

    /// <summary>For example <c>[784] → dense [256] → dense [10]</c>, or <c>[4] → ensemble of 4 × (dense [64] → dense [3])</c>.</summary>
    public override string ToString() => $"{InputShape} → {Describe(_layers, InputShape)}";

    private static string Describe(IReadOnlyList<Layer> layers, TensorShape input)
    {
        List<string> texts = [];
        foreach (Layer layer in layers)
        {
            TensorShape output = layer.OutputShape(input);
            texts.Add(layer is Ensemble ensemble
                ? string.Create(CultureInfo.InvariantCulture, $"{ensemble.Name} of {ensemble.Members} × ({Describe(ensemble.Layers, input)})")
                : $"{layer.Name} {output}");
            input = output;
        }

        return string.Join(" → ", texts);
    }

    internal static int Align(int offset) => (offset + ParameterSlot.Alignment - 1) / ParameterSlot.Alignment * ParameterSlot.Alignment;
}
