using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Weights in safetensors files, as PyTorch, Keras and the Hugging Face libraries exchange them. Names and shapes are those of PyTorch's state dict for the same layers in an
/// <c>nn.Sequential</c>: <c>0.weight</c> [out, in], <c>0.bias</c>, …
/// </summary>
/// <remarks>
/// <para>Indices count modules: a dense layer or convolution with an activation is two (<c>Linear</c>, <c>ReLU</c>), global average pooling is two (<c>AdaptiveAvgPool2d(1)</c>,
/// <c>Flatten</c>), every other layer one. Normalization, the Asinh behind it and bins in front of the network take no index; theirs are <c>scaling.0.mean</c> and so on. Residual blocks have
/// <c>layers</c> and <c>projection</c> (<c>3.layers.0.weight</c>), ensembles <c>members</c> (<c>0.members.2.0.weight</c>).</para>
/// <para>A file holds weights only: neither the layers nor their settings, such as ε, strides and padding. Whoever reads it gives the same layers.</para>
/// <para>Format: https://github.com/huggingface/safetensors.</para>
/// </remarks>
public static class Safetensors
{
    private const int BlockBytes = 1 << 16;
    private const int Alignment = 8;

    /// <summary>Writes weights, as F32; batch normalization also gets PyTorch's <c>num_batches_tracked</c> (I64, 0, which a momentum makes meaningless).</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="stream">Receives the file.</param>
    /// <param name="metadata">Texts for the header; <c>format</c> is <c>pt</c> where they have none.</param>
    public static void Write(NetworkWeights weights, Stream stream, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(stream);
        IReadOnlyList<StateDictEntry> entries = StateDict.Of(weights.Definition);
        byte[] header = Header(entries, metadata);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);

        // The widest type first keeps all aligned.
        stream.Write(new byte[entries.Count(entry => entry.Slot is null) * sizeof(long)]);
        byte[] block = new byte[BlockBytes];
        float[] values = new float[BlockBytes / sizeof(float)];
        foreach (StateDictEntry entry in entries.Where(entry => entry.Slot is not null))
        {
            DimensionOrder order = new(entry.Slot!.Spec.Dimensions, entry.Order);
            for (int done = 0; done < entry.Slot.Length;)
            {
                Span<float> part = values.AsSpan(0, Math.Min(values.Length, entry.Slot.Length - done));
                order.Gather(weights[entry.Slot], part);
                for (int i = 0; i < part.Length; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(block.AsSpan(i * sizeof(float)), part[i]);
                }

                stream.Write(block.AsSpan(0, part.Length * sizeof(float)));
                done += part.Length;
            }
        }
    }

    /// <summary>Reads a file: see <see cref="Read(NetworkDefinition, Stream, Func{string, string}, bool)"/>.</summary>
    /// <param name="definition">The network.</param>
    /// <param name="path">The file.</param>
    /// <param name="nameInFile">What a tensor of the network is called in the file; null for the same.</param>
    /// <param name="ignoreOthers">True leaves tensors unread that the network does not have.</param>
    /// <inheritdoc cref="Read(NetworkDefinition, Stream, Func{string, string}, bool)" path="/*[self::returns or self::exception]"/>
    /// <exception cref="IOException">The path is a folder, or the file can't be read.</exception>
    public static NetworkWeights Read(NetworkDefinition definition, string path, Func<string, string>? nameInFile = null, bool ignoreOthers = false)
    {
        return NamedFile.Read(path, stream => Read(definition, stream, nameInFile, ignoreOthers));
    }

    /// <summary>
    /// Reads weights of the types F32, F16, BF16 and F64. The whole header is compared with the network, and with the stream's length where that is known, before memory for weights is taken.
    /// </summary>
    /// <param name="definition">The network: as in PyTorch, layer by layer.</param>
    /// <param name="stream">The file, to its end.</param>
    /// <param name="nameInFile">
    /// What a tensor of the network is called in the file, for models that are no Sequential, for example <c>name => name.Replace("0.", "fc1.")</c>; null for the same.
    /// </param>
    /// <param name="ignoreOthers">True leaves tensors unread that the network does not have.</param>
    /// <returns>The weights, in the engine's order.</returns>
    /// <exception cref="FormatException">
    /// The file is damaged or no such file; a tensor is missing, one too many, of another shape or type than the network's, or holds a number that is not finite in single precision. The message names it.
    /// </exception>
    /// <exception cref="EndOfStreamException">The file is cut short.</exception>
    /// <exception cref="ArgumentException"><paramref name="nameInFile"/> gives two tensors one name.</exception>
    public static NetworkWeights Read(NetworkDefinition definition, Stream stream, Func<string, string>? nameInFile = null, bool ignoreOthers = false)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(stream);
        Dictionary<string, StateDictEntry> wanted = new(StringComparer.Ordinal);
        foreach (StateDictEntry entry in StateDict.Of(definition))
        {
            string name = nameInFile?.Invoke(entry.Name) ?? entry.Name;
            if (!wanted.TryAdd(name, entry))
            {
                throw new ArgumentException($"{nameof(nameInFile)} calls two tensors of the network '{Excerpt.Of(name)}'.", nameof(nameInFile));
            }
        }

        IReadOnlyList<SafetensorsEntry> tensors = SafetensorsHeader.Read(stream);
        Compare(tensors, wanted, ignoreOthers);
        CheckLength(stream, tensors);
        NetworkWeights weights = new(definition);
        byte[] block = new byte[BlockBytes];
        foreach (SafetensorsEntry tensor in tensors)
        {
            ReadTensor(stream, tensor, wanted.GetValueOrDefault(tensor.Name)?.Slot is null ? null : wanted[tensor.Name], weights, block);
        }

        return stream.ReadByte() < 0 ? weights : throw SafetensorsHeader.Wrong("it goes on behind its last tensor");
    }

    private static void Compare(IReadOnlyList<SafetensorsEntry> tensors, Dictionary<string, StateDictEntry> wanted, bool ignoreOthers)
    {
        HashSet<string> there = new(tensors.Select(tensor => tensor.Name), StringComparer.Ordinal);
        if (wanted.Where(entry => entry.Value.Slot is not null && !there.Contains(entry.Key)).Select(entry => entry.Key).ToList() is { Count: > 0 } missing)
        {
            string mend = StateDict.MembersIn(there) is var members and > 0 && StateDict.MembersIn(wanted.Keys) != members
                ? string.Create(CultureInfo.InvariantCulture, $"The file holds an ensemble of {members} members, the network that is asked for {(StateDict.MembersIn(wanted.Keys) is > 0 and var asked ? $"has {asked}" : "is no such")}: give the layers with it, of a model of this library its Definition.")
                : "Give the layers that it was written of, activations included, which count in the names, or tell its names by nameInFile.";
            throw new FormatException($"The file lacks {Excerpt.List(missing, quote: "'")}; it holds {Excerpt.List(tensors.Select(tensor => tensor.Name).ToList(), quote: "'")}. {mend}");
        }

        foreach (SafetensorsEntry tensor in tensors)
        {
            if (!wanted.TryGetValue(tensor.Name, out StateDictEntry? entry))
            {
                if (!ignoreOthers)
                {
                    throw new FormatException($"The file holds the tensor '{Excerpt.Of(tensor.Name)}', which the network does not have. Give the layers that the file was written of, or set ignoreOthers.");
                }
            }
            else if (entry.Slot is not null)
            {
                if (!tensor.Shape.SequenceEqual(entry.Shape.Select(size => (long)size)))
                {
                    throw new FormatException($"The tensor '{Excerpt.Of(tensor.Name)}' has the shape [{string.Join(", ", tensor.Shape)}] in the file, but [{string.Join(", ", entry.Shape)}] in the network.");
                }

                if (tensor.Type is not ("F32" or "F16" or "BF16" or "F64"))
                {
                    throw new FormatException($"The tensor '{Excerpt.Of(tensor.Name)}' is of type {tensor.Type}; weights are read of the types F32, F16, BF16 and F64.");
                }
            }
        }
    }

    private static void CheckLength(Stream stream, IReadOnlyList<SafetensorsEntry> tensors)
    {
        long needed = tensors.Count == 0 ? 0 : tensors[^1].End;
        if (stream.CanSeek && stream.Length - stream.Position < needed)
        {
            throw new EndOfStreamException(string.Create(CultureInfo.InvariantCulture, $"The file is cut short: its tensors take {needed:N0} bytes, but {stream.Length - stream.Position:N0} are there."));
        }
    }

    private static void ReadTensor(Stream stream, SafetensorsEntry tensor, StateDictEntry? entry, NetworkWeights weights, byte[] block)
    {
        int size = SafetensorsHeader.SizeOf(tensor.Type);
        DimensionOrder? order = entry is null ? null : new(entry.Slot!.Spec.Dimensions, entry.Order);
        float[] values = new float[order is null ? 0 : block.Length / size];
        for (long left = tensor.End - tensor.Begin; left > 0;)
        {
            Span<byte> part = block.AsSpan(0, (int)Math.Min(left, block.Length));
            if (stream.ReadAtLeast(part, part.Length, throwOnEndOfStream: false) < part.Length)
            {
                throw new EndOfStreamException($"The file ends within the tensor '{Excerpt.Of(tensor.Name)}': it is truncated.");
            }

            left -= part.Length;
            if (order is null)
            {
                continue;
            }

            Span<float> numbers = values.AsSpan(0, part.Length / size);
            for (int i = 0; i < numbers.Length; i++)
            {
                numbers[i] = Number(tensor.Type, part[(i * size)..]);
                if (!float.IsFinite(numbers[i]))
                {
                    throw new FormatException($"The tensor '{Excerpt.Of(tensor.Name)}' holds a number that is not finite in single precision.");
                }
            }

            order.Scatter(numbers, weights[entry!.Slot!]);
        }
    }

    private static float Number(string type, ReadOnlySpan<byte> bytes) => type switch
    {
        "F32" => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        "F16" => (float)BinaryPrimitives.ReadHalfLittleEndian(bytes),
        "BF16" => BitConverter.UInt32BitsToSingle((uint)BinaryPrimitives.ReadUInt16LittleEndian(bytes) << 16),
        _ => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
    };

    /// <summary>The JSON in the order of the state dict, with spaces behind it, so that the data is aligned.</summary>
    private static byte[] Header(IReadOnlyList<StateDictEntry> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter writer = new(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartObject(SafetensorsHeader.Metadata);
            foreach ((string key, string text) in metadata ?? new Dictionary<string, string>())
            {
                writer.WriteString(key, text);
            }

            if (metadata?.ContainsKey("format") != true)
            {
                writer.WriteString("format", "pt");
            }

            writer.WriteEndObject();
            long count = 0;
            long weight = entries.Count(entry => entry.Slot is null) * (long)sizeof(long);
            foreach (StateDictEntry entry in entries)
            {
                bool counts = entry.Slot is null;
                ref long begin = ref counts ? ref count : ref weight;
                long end = begin + (counts ? sizeof(long) : (long)sizeof(float) * entry.Slot!.Length);
                writer.WriteStartObject(entry.Name);
                writer.WriteString("dtype", counts ? "I64" : "F32");
                Numbers(writer, "shape", entry.Shape.Select(size => (long)size));
                Numbers(writer, "data_offsets", [begin, end]);
                writer.WriteEndObject();
                begin = end;
            }

            writer.WriteEndObject();
        }

        int padding = (int)(-buffer.Length & (Alignment - 1));
        return [.. buffer.ToArray(), .. Enumerable.Repeat((byte)' ', padding)];
    }

    private static void Numbers(Utf8JsonWriter writer, string name, IEnumerable<long> numbers)
    {
        writer.WriteStartArray(name);
        foreach (long number in numbers)
        {
            writer.WriteNumberValue(number);
        }

        writer.WriteEndArray();
    }
}
