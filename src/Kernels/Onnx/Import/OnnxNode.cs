using System.Buffers.Binary;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>One operation of an ONNX graph.</summary>
internal sealed class OnnxNode
{
    private const int Most = 1024;

    private readonly Dictionary<string, OnnxAttributeValue> _attributes = new(StringComparer.Ordinal);

    public OnnxNode(ReadOnlyMemory<byte> message)
    {
        ProtobufReader reader = new(message, "nodes");
        List<string> inputs = [];
        List<string> outputs = [];
        string domain = "";
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    Add(inputs);
                    break;
                case 2:
                    Add(outputs);
                    break;
                case 3:
                    Name = reader.Text();
                    break;
                case 4:
                    Operation = reader.Text();
                    break;
                case 5 when _attributes.Count < Most:
                    OnnxAttributeValue attribute = new(reader.Bytes());
                    _attributes[attribute.Name] = attribute;
                    break;
                case 7:
                    domain = reader.Text();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        Operation = domain is "" or "ai.onnx" ? Operation : $"{domain}.{Operation}";
        Inputs = inputs;
        Outputs = outputs;

        void Add(List<string> names)
        {
            if (names.Count == Most)
            {
                throw reader.Damaged($"one has more than {Most:N0} inputs or outputs");
            }

            names.Add(reader.Text());
        }
    }

    public string Name { get; } = "";

    public string Operation { get; } = "";

    public IReadOnlyList<string> Inputs { get; }

    public IReadOnlyList<string> Outputs { get; }

    public string Output => Outputs.Count > 0 ? Outputs[0] : throw new FormatException($"In the ONNX file, {this} has no output.");

    /// <summary>An attribute; null where the node leaves it at its default.</summary>
    public OnnxAttributeValue? this[string attribute] => _attributes.GetValueOrDefault(attribute);

    public long Integer(string attribute, long standard) => this[attribute]?.Integer ?? standard;

    public float Number(string attribute, float standard) => this[attribute]?.Number ?? standard;

    /// <summary>For example <c>node '/0/Conv' (Conv)</c>.</summary>
    public override string ToString() => $"node '{Excerpt.Of(Name.Length > 0 ? Name : Outputs.Count > 0 ? Outputs[0] : "")}' ({Excerpt.Of(Operation)})";
}

/// <summary>An attribute of a node, of those kinds that layers have.</summary>
internal sealed class OnnxAttributeValue
{
    private readonly List<long> _integers = [];
    private readonly List<float> _numbers = [];

    public OnnxAttributeValue(ReadOnlyMemory<byte> message)
    {
        ProtobufReader reader = new(message, "attributes");
        while (reader.Next())
        {
            switch (reader.Field)
            {
                case 1:
                    Name = reader.Text();
                    break;
                case 2:
                    Number = reader.Single();
                    break;
                case 3:
                    Integer = reader.Integer();
                    break;
                case 4:
                    Text = reader.Text();
                    break;
                case 5:
                    Tensor = new OnnxTensor(reader.Bytes());
                    break;
                case 7:
                    ReadOnlySpan<byte> numbers = reader.Fixed(sizeof(float)).Span;
                    for (int at = 0; at + sizeof(float) <= numbers.Length; at += sizeof(float))
                    {
                        _numbers.Add(BinaryPrimitives.ReadSingleLittleEndian(numbers[at..]));
                    }

                    break;
                case 8:
                    reader.Integers(_integers, 1024);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    public string Name { get; } = "";

    public float? Number { get; }

    public long? Integer { get; }

    public string? Text { get; }

    public OnnxTensor? Tensor { get; }

    public IReadOnlyList<long> Integers => _integers;

    public IReadOnlyList<float> Numbers => _numbers;
}
