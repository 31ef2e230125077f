using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>An ONNX model in the making: inputs, nodes, constants, outputs, then <see cref="Write"/>. The same calls give the same bytes. For one thread.</summary>
/// <remarks>Operator set 12, IR version 7. Field numbers are those of onnx.proto, https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.</remarks>
public sealed class OnnxFile : IOnnxGraph
{
    /// <summary>The operator set that the file states.</summary>
    public const int OperatorSet = 12;

    /// <summary>The version of the format that came with that set.</summary>
    private const int IrVersion = 7;

    /// <summary>How ONNX calls the first dimension, whose size is free.</summary>
    private const string Batch = "batch";

    private readonly HashSet<string> _names = [];
    private readonly ProtobufWriter _graph = new();
    private readonly ProtobufWriter _metadata = new();
    private readonly List<(ProtobufWriter Head, Array Values)> _constants = [];

    /// <summary>Begins a model.</summary>
    /// <param name="name">The graph's name.</param>
    public OnnxFile(string name) => _graph.Write(2, name);

    /// <summary>Adds an input with a free number of rows.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="dimensions">The sizes of one row.</param>
    /// <returns>The tensor's name.</returns>
    public string AddInput(string name, OnnxElementType type, params ReadOnlySpan<int> dimensions)
    {
        name = Unique(name);
        _graph.Write(11, Value(name, type, dimensions));
        return name;
    }

    /// <summary>Adds an output with a free number of rows.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="tensor">The tensor that it gives.</param>
    /// <param name="type">The type of its elements.</param>
    /// <param name="dimensions">The sizes of one row.</param>
    /// <returns>The output's name.</returns>
    public string AddOutput(string name, string tensor, OnnxElementType type, params ReadOnlySpan<int> dimensions)
    {
        name = AddNode("Identity", name, [tensor]);
        _graph.Write(12, Value(name, type, dimensions));
        return name;
    }

    /// <summary>Adds a text for readers of the file, for example the names of classes.</summary>
    /// <param name="key">What it is.</param>
    /// <param name="value">The text.</param>
    public void AddMetadata(string key, string value)
    {
        ProtobufWriter entry = new();
        entry.Write(1, key);
        entry.Write(2, value);
        _metadata.Write(14, entry);
    }

    /// <inheritdoc/>
    public string AddConstant(string name, float[] values, params long[] dimensions) => Constant(name, OnnxElementType.Single, values, dimensions);

    /// <inheritdoc/>
    public string AddConstant(string name, double[] values, params long[] dimensions) => Constant(name, OnnxElementType.Double, values, dimensions);

    /// <inheritdoc/>
    public string AddConstant(string name, long[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return Constant(name, OnnxElementType.Int64, values, [values.Length]);
    }

    /// <inheritdoc/>
    public string AddNode(string operation, string name, IReadOnlyList<string> inputs, params OnnxAttribute[] attributes)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(attributes);
        name = Unique(name);
        ProtobufWriter node = new();
        foreach (string input in inputs)
        {
            node.Write(1, input);
        }

        node.Write(2, name);
        node.Write(3, name);
        node.Write(4, operation);
        foreach (OnnxAttribute attribute in attributes)
        {
            node.Write(5, Message(attribute));
        }

        _graph.Write(1, node);
        return name;
    }

    /// <summary>Writes the model.</summary>
    /// <param name="stream">Where to write; it stays open.</param>
    /// <exception cref="NotSupportedException">The model is larger than 2 GiB, the most that one file of ONNX holds. Nothing has been written.</exception>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        List<(ProtobufWriter Head, Array Values)> parts = [];
        long length = _graph.Length;
        foreach (var (head, values) in _constants)
        {
            ProtobufWriter begin = new();
            begin.Begin(5, head.Length + Buffer.ByteLength(values));
            length += begin.Length + head.Length + Buffer.ByteLength(values);
            parts.Add((begin, values));
        }

        OnnxExport.CheckLength(length);
        ProtobufWriter model = new();
        model.Write(1, IrVersion);
        model.Write(2, "MLNet.GradientTrainers");
        model.Write(3, typeof(OnnxFile).Assembly.GetName().Version?.ToString() ?? "");
        ProtobufWriter operatorSet = new();
        operatorSet.Write(1, "");
        operatorSet.Write(2, OperatorSet);
        model.Write(8, operatorSet);
        model.Begin(7, length);
        model.CopyTo(stream);
        _graph.CopyTo(stream);
        for (int i = 0; i < parts.Count; i++)
        {
            parts[i].Head.CopyTo(stream);
            _constants[i].Head.CopyTo(stream);
            WriteValues(stream, parts[i].Values);
        }

        _metadata.CopyTo(stream);
    }

    /// <summary>The numbers as they lie in memory: .NET runs on little-endian machines, and the format is little-endian.</summary>
    private static void WriteValues(Stream stream, Array values)
    {
        switch (values)
        {
            case float[] numbers:
                stream.Write(MemoryMarshal.AsBytes(numbers.AsSpan()));
                break;
            case double[] numbers:
                stream.Write(MemoryMarshal.AsBytes(numbers.AsSpan()));
                break;
            default:
                stream.Write(MemoryMarshal.AsBytes(((long[])values).AsSpan()));
                break;
        }
    }

    private static ProtobufWriter Value(string name, OnnxElementType type, ReadOnlySpan<int> dimensions)
    {
        ProtobufWriter shape = new();
        ProtobufWriter free = new();
        free.Write(2, Batch);
        shape.Write(1, free);
        foreach (int size in dimensions)
        {
            ProtobufWriter dimension = new();
            dimension.Write(1, size);
            shape.Write(1, dimension);
        }

        ProtobufWriter tensor = new();
        tensor.Write(1, (long)type);
        tensor.Write(2, shape);
        ProtobufWriter typed = new();
        typed.Write(1, tensor);
        ProtobufWriter value = new();
        value.Write(1, name);
        value.Write(2, typed);
        return value;
    }

    private static ProtobufWriter Message(OnnxAttribute attribute)
    {
        const int Kind = 20;
        ProtobufWriter message = new();
        message.Write(1, attribute.Name);
        if (attribute.Integer is { } integer)
        {
            message.Write(3, integer);
            message.Write(Kind, 2);
        }
        else if (attribute.Number is { } number)
        {
            message.Write(2, number);
            message.Write(Kind, 1);
        }
        else
        {
            foreach (long value in attribute.Integers!)
            {
                message.Write(8, value);
            }

            message.Write(Kind, 7);
        }

        return message;
    }

    private string Constant(string name, OnnxElementType type, Array values, long[] dimensions)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(dimensions);
        if (dimensions.Aggregate(1L, (size, dimension) => size * dimension) != values.Length)
        {
            throw new ArgumentException($"The constant {name} has {values.Length} numbers, but the dimensions [{string.Join(", ", dimensions)}].", nameof(dimensions));
        }

        name = Unique(name);
        ProtobufWriter head = new();
        foreach (long dimension in dimensions)
        {
            head.Write(1, dimension);
        }

        head.Write(2, (long)type);
        head.Write(8, name);
        head.Begin(9, Buffer.ByteLength(values));
        _constants.Add((head, values));
        return name;
    }

    private string Unique(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string unique = name;
        for (int i = 2; !_names.Add(unique); i++)
        {
            unique = $"{name}.{i}";
        }

        return unique;
    }
}
