namespace MLNet.GradientTrainers.Kernels;

/// <summary>The weights of a network in host memory, in single precision.</summary>
public sealed class NetworkWeights
{
    private readonly float[] _values;

    /// <summary>Creates weights that are all zero.</summary>
    /// <param name="definition">The network.</param>
    public NetworkWeights(NetworkDefinition definition)
        : this(definition, new float[(definition ?? throw new ArgumentNullException(nameof(definition))).ParameterLength])
    {
    }

    internal NetworkWeights(NetworkDefinition definition, float[] values)
    {
        Definition = definition;
        _values = values;
    }

    /// <summary>The network that these weights belong to.</summary>
    public NetworkDefinition Definition { get; }

    /// <summary>The flat vector, laid out as <see cref="NetworkDefinition.Parameters"/> says.</summary>
    internal float[] Values => _values;

    /// <summary>One parameter, row-major.</summary>
    /// <param name="layer">Index of the layer, from 0.</param>
    /// <param name="name">The parameter's name within the layer, for example <c>weight</c>.</param>
    /// <exception cref="ArgumentException">The layer has no such parameter; the message lists those it has.</exception>
    public Span<float> this[int layer, string name]
    {
        get
        {
            foreach (ParameterSlot slot in Definition.Parameters)
            {
                if (slot.Layer == layer && slot.Spec.Name == name)
                {
                    return this[slot];
                }
            }

            string known = Excerpt.List([.. Definition.Parameters.Select(slot => $"({slot.Layer}, \"{slot.Spec.Name}\")")], count: 40);
            throw new ArgumentException($"Layer {layer} has no parameter \"{Excerpt.Of(name)}\". This network has: {known}.", nameof(name));
        }
    }

    internal Span<float> this[ParameterSlot slot] => _values.AsSpan(slot.Offset, slot.Length);

    /// <summary>Fills every parameter by its initialiser.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    public static NetworkWeights Initialize(NetworkDefinition definition, ulong seed)
    {
        NetworkWeights weights = new(definition);
        RandomSource random = new(seed);
        foreach (ParameterSlot slot in definition.Parameters)
        {
            slot.Spec.Initializer.Fill(weights[slot], slot.Spec.FanIn, slot.Spec.FanOut, random.Fork());
        }

        return weights;
    }

    /// <summary>Reads what <see cref="Write"/> wrote. Memory is never claimed beyond what the stream holds.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="reader">Where to read.</param>
    /// <exception cref="FormatException">These are no weights, those of another network, of a newer version, or not finite.</exception>
    /// <exception cref="EndOfStreamException">The stream ends too early.</exception>
    public static NetworkWeights Read(NetworkDefinition definition, BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(reader);
        return new NetworkWeights(definition, WeightFormat.Read(definition, reader));
    }

    /// <summary>Bytes that <see cref="Write"/> writes for a network.</summary>
    /// <param name="definition">The network.</param>
    public static long WrittenLength(NetworkDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return WeightFormat.Length(definition);
    }

    /// <summary>Writes the weights in a versioned little-endian format.</summary>
    /// <param name="writer">Where to write.</param>
    public void Write(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        WeightFormat.Write(this, writer);
    }

    /// <summary>An independent copy.</summary>
    public NetworkWeights Clone() => new(Definition, [.. _values]);
}
