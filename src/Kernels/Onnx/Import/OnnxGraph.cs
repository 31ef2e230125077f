using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What an ONNX file says of its graph: the nodes, the constants, one input and one output.</summary>
internal sealed class OnnxGraph
{
    private const int Most = 1 << 16;

    private readonly Dictionary<string, OnnxTensor> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<OnnxNode>> _consumers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, OnnxNode> _producers = new(StringComparer.Ordinal);
    private readonly List<(string Name, long?[] Dimensions)> _inputs = [];
    private readonly List<(string Name, long?[] Dimensions)> _outputs = [];

    private OnnxGraph(ReadOnlyMemory<byte> message, string? output)
    {
        FileLength = message.Length;
        ProtobufReader reader = new(message, "graph");
        List<OnnxNode> nodes = [];
        int count = 0;
        while (reader.Next())
        {
            if (++count > Most)
            {
                throw reader.Damaged(string.Create(CultureInfo.InvariantCulture, $"there are more than {Most:N0} nodes and constants"));
            }

            switch (reader.Field)
            {
                case 1:
                    nodes.Add(new OnnxNode(reader.Bytes()));
                    break;
                case 5:
                    OnnxTensor constant = new(reader.Bytes());
                    _constants[constant.Name] = constant;
                    break;
                case 11:
                    _inputs.Add(ReadValue(reader.Bytes()));
                    break;
                case 12:
                    _outputs.Add(ReadValue(reader.Bytes()));
                    break;
                case 15:
                    throw new NotSupportedException("The ONNX file has sparse constants, which are not read. Export the network with dense weights.");
                default:
                    reader.Skip();
                    break;
            }
        }

        nodes.ForEach(AddProducer);
        Output = Chosen(output);
        HashSet<string> needed = Needed();
        foreach (OnnxNode node in nodes.Where(node => node.Outputs.Any(needed.Contains)))
        {
            AddConsumer(node);
        }

        // Old files list constants among the inputs.
        _inputs.RemoveAll(input => _constants.ContainsKey(input.Name) || (_inputs.Count > 1 && !needed.Contains(input.Name)));
        Input = _inputs.Count == 1 ? _inputs[0] : throw Several(_inputs, "input", "Export it with that alone.");
    }

    /// <summary>The input; a dimension is null where its size is free.</summary>
    public (string Name, long?[] Dimensions) Input { get; }

    /// <summary>The output that is read. Nodes that it does not need are not in the graph.</summary>
    public string Output { get; }

    /// <summary>The graph's bytes in the file.</summary>
    public long FileLength { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="output">The output to read; null for the only one.</param>
    public static OnnxGraph Read(ReadOnlyMemory<byte> file, string? output)
    {
        ProtobufReader reader = new(file, "model");
        OnnxGraph? graph = null;
        long version = 0;
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    version = reader.Integer();
                    break;
                case 7:
                    graph = new OnnxGraph(reader.Bytes(), output);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return graph is not null && version > 0 ? graph : throw reader.Damaged("there is no graph or no version");
    }

    public OnnxTensor? Constant(string name) => _constants.GetValueOrDefault(name);

    /// <summary>The nodes that take a tensor, other than to ask for its shape.</summary>
    public IReadOnlyList<OnnxNode> Consumers(string tensor) => _consumers.TryGetValue(tensor, out List<OnnxNode>? nodes) ? nodes : [];

    /// <summary>The node that makes a tensor.</summary>
    public OnnxNode? Producer(string tensor) => _producers.GetValueOrDefault(tensor);

    private void AddProducer(OnnxNode node)
    {
        foreach (string output in node.Outputs.Where(output => output.Length > 0))
        {
            if (!_producers.TryAdd(output, node))
            {
                throw new FormatException($"In the ONNX file, {_producers[output]} and {node} both make '{Excerpt.Of(output)}'. It is damaged.");
            }
        }

        if (node is { Operation: "Constant", Outputs.Count: > 0 })
        {
            if (node["value"]?.Tensor is { } value)
            {
                _constants[node.Output] = value;
            }
        }
        else if (node is { Operation: "Identity", Inputs.Count: 1, Outputs.Count: 1 } && _constants.TryGetValue(node.Inputs[0], out OnnxTensor? same))
        {
            // Constants go through as what they are.
            _constants[node.Output] = same;
        }
    }

    private void AddConsumer(OnnxNode node)
    {
        foreach (string input in node.Operation is "Shape" or "Constant" || (node.Outputs.Count > 0 && _constants.ContainsKey(node.Output)) ? [] : node.Inputs.Distinct())
        {
            if (!_consumers.TryGetValue(input, out List<OnnxNode>? nodes))
            {
                _consumers[input] = nodes = [];
            }

            nodes.Add(node);
        }
    }

    /// <summary>The tensors that the output is computed of, and itself.</summary>
    private HashSet<string> Needed()
    {
        HashSet<string> needed = new(StringComparer.Ordinal) { Output };
        Stack<string> open = new(needed);
        while (open.TryPop(out string? tensor))
        {
            if (_producers.TryGetValue(tensor, out OnnxNode? node))
            {
                foreach (string input in node.Inputs.Where(needed.Add))
                {
                    open.Push(input);
                }
            }
        }

        return needed;
    }

    private string Chosen(string? name) =>
        name is null
            ? _outputs.Count == 1 ? _outputs[0].Name : throw Several(_outputs, "output", $"Name the one to read: the output before labels are made of it{(Scores(_outputs) is { } scores ? $", here '{scores}'" : "")}.")
            : _outputs.Exists(output => output.Name == name) ? name : throw new ArgumentException($"The ONNX file has no output '{Excerpt.Of(name)}'; it has {Names(_outputs)}.", "output");

    private static NotSupportedException Several(List<(string Name, long?[] Dimensions)> values, string what, string mend) =>
        new($"The ONNX file has {values.Count} {what}s ({Names(values)}); a network here has one. {mend}");

    /// <summary>The output that a network ends in, as this library and ML.NET's converter name it: of yes or no the probability.</summary>
    private static string? Scores(List<(string Name, long?[] Dimensions)> outputs) =>
        ((string[])["Probability", "Probability.output", "Score", "Score.output"]).FirstOrDefault(name => outputs.Exists(output => output.Name == name));

    private static string Names(List<(string Name, long?[] Dimensions)> values) => Excerpt.List([.. values.Select(value => value.Name)], quote: "'");

    private static (string Name, long?[] Dimensions) ReadValue(ReadOnlyMemory<byte> message)
    {
        string name = "";
        List<long?> dimensions = [];
        Each(message, reader =>
        {
            if (reader.Field == 1)
            {
                name = reader.Text();
            }
            else if (reader.Field == 2)
            {
                Each(reader.Bytes(), type => Inside(type, 1, tensor => Inside(tensor, 2, shape => Inside(shape, 1, Dimension, isLeaf: true))));
            }
            else
            {
                reader.Skip();
            }
        });
        return (name, [.. dimensions]);

        void Inside(ProtobufReader reader, int field, Action<ProtobufReader> read, bool isLeaf = false)
        {
            if (reader.Field != field)
            {
                reader.Skip();
                return;
            }

            if (isLeaf)
            {
                if (dimensions.Count == 16)
                {
                    throw reader.Damaged("an input has more than 16 dimensions");
                }

                dimensions.Add(null);
            }

            Each(reader.Bytes(), read);
        }

        void Dimension(ProtobufReader reader)
        {
            if (reader.Field == 1)
            {
                dimensions[^1] = reader.Integer();
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void Each(ReadOnlyMemory<byte> message, Action<ProtobufReader> read)
    {
        ProtobufReader reader = new(message, "inputs and outputs");
        while (reader.Next())
        {
            read(reader);
        }
    }
}
