using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Follows an ONNX graph from its input to its output, and makes a layer of each node, or of several.</summary>
internal sealed partial class OnnxImport
{
    /// <summary>More columns are surely damage where one number of the file stands for all of them.</summary>
    private const int MostRepeated = 1 << 20;
    private const int MostSteps = 1 << 16;

    private readonly OnnxGraph _graph;
    private readonly ImportBudget _budget;

    /// <summary>How many blocks this sequence is in: 0 for the network itself.</summary>
    private readonly int _depth;

    private readonly List<(Layer Layer, (string Name, float[] Values)[] Parameters)> _layers = [];
    private TensorShape _input;
    private TensorShape _shape;
    private ImageLayout _layout;
    private OutputLink _link = OutputLink.Identity;

    /// <summary>Whether the images lie in the graph as [height, width, channels] here.</summary>
    private bool _channelsLast;

    /// <summary>Whether the graph still has two dimensions of 1 behind a global pooling, where the engine has none.</summary>
    private bool _pooled;

    /// <summary>The image that was made flat with its channels last, so that a dense layer's weights lie in another order; null where the order is ours.</summary>
    private TensorShape? _flattened;

    /// <summary>Rows and columns of zeros that a Pad has put round the image.</summary>
    private Size2D _pad;

    public OnnxImport(OnnxGraph graph, TensorShape? inputShape)
    {
        _graph = graph;
        _budget = new ImportBudget(graph.FileLength);
        _input = inputShape ?? InputShape();
        _channelsLast = _input.Rank == 3 && BecomesChannelsFirst(graph.Input.Name);
        _layout = _channelsLast ? ImageLayout.ChannelsLast : ImageLayout.ChannelsFirst;
        if (_channelsLast && inputShape is null)
        {
            _input = new TensorShape(_input[2], _input[0], _input[1]);
        }

        _shape = _input;
    }

    /// <summary>A sequence of its own from where another one stands.</summary>
    private OnnxImport(OnnxImport outer)
    {
        (_graph, _budget, _depth) = (outer._graph, outer._budget, outer._depth + 1);
        (_input, _shape, _layout) = (outer._shape, outer._shape, outer._layout);
        (_channelsLast, _pooled, _flattened, _pad) = (outer._channelsLast, outer._pooled, outer._flattened, outer._pad);
    }

    public OnnxNetwork Run()
    {
        _ = Follow(_graph.Input.Name);
        return Finish();
    }

    /// <summary>Takes one node after another: to the graph's output, or inside a block to a node that joins its branches.</summary>
    /// <returns>The tensor that is reached.</returns>
    private string Follow(string at)
    {
        while (at != _graph.Output)
        {
            IReadOnlyList<OnnxNode> next = _graph.Consumers(at);
            if (next.Count == 0)
            {
                throw new NotSupportedException($"The ONNX file is no sequence of layers: the output '{Excerpt.Of(_graph.Output)}' is not reached, and '{Excerpt.Of(at)}' goes nowhere.");
            }

            if (_depth > 0 && next.All(Joins))
            {
                break;
            }

            try
            {
                at = Pattern(at, next) ?? Composite(at, next) ?? (next.Count == 1 ? Translate(next[0], at) : Branches(at, next));
            }
            catch (Exception e) when (e is ArgumentException or OverflowException)
            {
                throw Refuse(next[0], e is OverflowException ? "its numbers are too large" : e.Message, e);
            }
        }

        return at;
    }

    private OnnxNetwork Finish()
    {
        if (_layers.Count == 0 || _flattened is not null || _pad != default || (_channelsLast && _shape.Rank == 3))
        {
            throw new NotSupportedException($"The ONNX file's output '{Excerpt.Of(_graph.Output)}' {(_layers.Count == 0 ? "is its input: there is no layer" : "is an image with channels last, or with a border: a network here has none")}.");
        }

        FoldEnd();
        NetworkDefinition definition;
        try
        {
            definition = new(_input, [.. _layers.Select(layer => layer.Layer)]);
        }
        catch (ArgumentException e)
        {
            throw new NotSupportedException($"The ONNX file's network can't be taken: {e.Message}", e);
        }

        NetworkWeights weights = new(definition);
        for (int i = 0; i < _layers.Count; i++)
        {
            foreach ((string name, float[] values) in _layers[i].Parameters)
            {
                values.CopyTo(weights[i, name]);
            }
        }

        return new OnnxNetwork(weights, _link, _layout);
    }

    /// <summary>The shape of a row, from the file.</summary>
    private TensorShape InputShape()
    {
        long?[] dimensions = _graph.Input.Dimensions;
        if (!(dimensions.Length is 2 or 4 || (dimensions.Length == 3 && IsReshaped(_graph.Input.Name))) || dimensions.Skip(1).Any(size => size is null or < 1 or > TensorShape.MaxElements))
        {
            string sizes = string.Join(", ", dimensions.Select(size => size?.ToString(CultureInfo.InvariantCulture) ?? "?"));
            throw new NotSupportedException($"The ONNX file's input '{Excerpt.Of(_graph.Input.Name)}' has the shape [{sizes}]; [rows, features] or [rows, channels, height, width] with known sizes are read, and [rows, height, width] where a Reshape comes next. Give the inputShape of one row where the file leaves it open.");
        }

        try
        {
            int[] sizes = [.. dimensions.Skip(1).Select(size => (int)size!.Value)];
            return sizes is [var height, var width] ? new TensorShape(checked(height * width)) : new TensorShape(sizes);
        }
        catch (Exception e) when (e is ArgumentException or OverflowException)
        {
            throw new NotSupportedException($"The ONNX file's input '{Excerpt.Of(_graph.Input.Name)}' can't be taken: {e.Message}", e);
        }
    }

    /// <summary>Whether a tensor's numbers are taken in their order, whatever dimensions they lie in.</summary>
    private bool IsReshaped(string tensor)
    {
        for (int step = 0; step < MostSteps && _graph.Consumers(tensor) is [{ Outputs.Count: 1 } node]; step++)
        {
            if (node.Operation is not ("Identity" or "Cast"))
            {
                return node.Operation is "Reshape" or "Flatten";
            }

            tensor = node.Output;
        }

        return false;
    }

    /// <summary>Whether images at a place are turned from channels last to channels first before any layer sees them.</summary>
    private bool BecomesChannelsFirst(string at)
    {
        for (int step = 0; step < MostSteps && _graph.Consumers(at) is [var node]; step++)
        {
            if (node.Operation == "Transpose")
            {
                return node["perm"]?.Integers is [0, 3, 1, 2];
            }

            if ((node.Operation is not ("Identity" or "Cast" or "Add" or "Sub" or "Mul" or "Div") && !KeepsInputShape(node)) || node.Outputs.Count == 0)
            {
                return false;
            }

            at = node.Output;
        }

        return false;
    }

    /// <summary>Whether a node gives rows the shape that those of the input have.</summary>
    private bool KeepsInputShape(OnnxNode node) =>
        node.Operation == "Reshape" && Optional(node, 1)?.Integers() is { Length: > 1 } sizes && sizes.Skip(1).Select(size => (long?)size).SequenceEqual(_graph.Input.Dimensions.Skip(1));

    /// <summary>Puts a layer behind those there are.</summary>
    private void Add(OnnxNode node, Layer layer, params (string Name, float[] Values)[] parameters)
    {
        if (_pooled && layer is Convolution2D or MaxPooling2D or AveragePooling2D or GlobalAveragePooling2D)
        {
            throw Refuse(node, "it comes behind a global pooling, which leaves no image");
        }

        if (_channelsLast && _shape.Rank == 3 && layer is not (ActivationLayer or Normalization or Flatten or Dropout or GlobalAveragePooling2D))
        {
            throw Refuse(node, "its images have their channels last, and are not transposed before it");
        }

        if (_flattened is not null && parameters.Length > 0 && layer is not Dense)
        {
            throw Refuse(node, "it comes behind images that were made flat with their channels last; only dense layers do");
        }

        if (_pad != default)
        {
            throw Refuse(node, "zeros are padded before it, which only average poolings and convolutions take");
        }

        Append(node, layer, parameters);
        _flattened = layer is Dense ? null : _flattened;
    }

    /// <summary>Puts a layer behind those there are, whose parameters are as its input asks for.</summary>
    private void Append(OnnxNode node, Layer layer, (string Name, float[] Values)[] parameters)
    {
        layer.Validate();
        TensorShape output = layer.OutputShape(_shape);
        foreach (ParameterSpec spec in layer.Parameters(_shape))
        {
            float[] values = parameters.First(parameter => parameter.Name == spec.Name).Values;
            if (values.Length != spec.Size)
            {
                throw Refuse(node, string.Create(CultureInfo.InvariantCulture, $"its {spec.Name} has {values.Length:N0} numbers, but its input {_shape} asks for {spec.Size:N0}"));
            }
        }

        if (_budget.Exceeds(parameters.Sum(parameter => (long)parameter.Values.Length)))
        {
            throw Refuse(node, "with it the network has far more layers or numbers than the file: nodes in a circle, or the same constants again and again");
        }

        _layers.Add((layer, parameters));
        _shape = output;
    }

    /// <summary>Each node is taken once, so that nodes in a circle end.</summary>
    private void Visit(OnnxNode node)
    {
        if (_budget.IsSecondVisit(node))
        {
            throw Refuse(node, "the nodes behind it lead back to it");
        }
    }

    /// <summary>A constant input.</summary>
    private OnnxTensor Constant(OnnxNode node, int input, string what) =>
        Optional(node, input) ?? throw Refuse(node, $"its {what} is computed, or missing; constants are read");

    private OnnxTensor? Optional(OnnxNode node, int input) => input < node.Inputs.Count ? _graph.Constant(node.Inputs[input]) : null;

    private static float[] Reordered(float[] values, int[] dimensions, int[] order)
    {
        float[] target = new float[values.Length];
        new DimensionOrder(dimensions, order).Scatter(values, target);
        return target;
    }

    private static NotSupportedException Refuse(OnnxNode node, string why, Exception? inner = null) => new($"The ONNX file's {node} can't be taken: {why}{(why.EndsWith('.') ? "" : ".")}", inner);
}
