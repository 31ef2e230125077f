using System.Buffers.Binary;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The binary form of weights, little-endian: magic, version, number of parameters, then for each its length and its values.
/// Sizes in the stream are only compared with those of the definition, and memory grows with what has really been read, so that
/// a damaged file can't claim much of it.
/// </summary>
internal static class WeightFormat
{
    private const uint Magic = 0x57_4E_54_47; // "GTNW"
    private const int Version = 1;
    private const int HeaderLength = 3 * sizeof(int);
    private const int BlockValues = 1 << 14;

    /// <summary>How much more memory is claimed than has been read: much, so that little is copied, but bounded.</summary>
    private const int Growth = 16;

    public static long Length(NetworkDefinition definition) => HeaderLength + definition.Parameters.Sum(slot => sizeof(int) + ((long)sizeof(float) * slot.Length));

    public static void Write(NetworkWeights weights, BinaryWriter writer)
    {
        writer.Write(Magic);
        writer.Write(Version);
        writer.Write(weights.Definition.Parameters.Count);
        byte[] block = new byte[BlockValues * sizeof(float)];
        foreach (ParameterSlot slot in weights.Definition.Parameters)
        {
            writer.Write(slot.Length);
            ReadOnlySpan<float> values = weights[slot];
            while (!values.IsEmpty)
            {
                int count = Math.Min(BlockValues, values.Length);
                for (int i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteSingleLittleEndian(block.AsSpan(i * sizeof(float)), values[i]);
                }

                writer.Write(block, 0, count * sizeof(float));
                values = values[count..];
            }
        }
    }

    public static float[] Read(NetworkDefinition definition, BinaryReader reader)
    {
        uint magic = reader.ReadUInt32();
        if (magic != Magic)
        {
            throw new FormatException($"The stream holds no network weights here: it begins with 0x{magic:X8}, not 0x{Magic:X8}.");
        }

        int version = reader.ReadInt32();
        if (version is < 1 or > Version)
        {
            throw new FormatException(
                $"The weights are in format version {version}, but this library reads version {Version}. Update the library if a newer one wrote them.");
        }

        int count = reader.ReadInt32();
        if (count != definition.Parameters.Count)
        {
            throw new FormatException($"The stream holds {count} parameters, but the network has {definition.Parameters.Count}.");
        }

        float[] values = [];
        byte[] block = new byte[BlockValues * sizeof(float)];
        foreach (ParameterSlot slot in definition.Parameters)
        {
            int length = reader.ReadInt32();
            if (length != slot.Length)
            {
                throw new FormatException($"{Name(slot)} has {length} values in the stream, but {slot.Length} in the network.");
            }

            for (int done = 0; done < slot.Length;)
            {
                int part = Math.Min(BlockValues, slot.Length - done);
                ReadBlock(reader, block.AsSpan(0, part * sizeof(float)), slot);
                Grow(ref values, slot.Offset + done + part, definition.ParameterLength);
                for (int i = 0; i < part; i++)
                {
                    float value = BinaryPrimitives.ReadSingleLittleEndian(block.AsSpan(i * sizeof(float)));
                    values[slot.Offset + done + i] = float.IsFinite(value)
                        ? value
                        : throw new FormatException($"{Name(slot)} holds {value} at index {done + i}: the file is damaged.");
                }

                done += part;
            }
        }

        Array.Resize(ref values, definition.ParameterLength);
        return values;
    }

    private static void ReadBlock(BinaryReader reader, Span<byte> block, ParameterSlot slot)
    {
        while (!block.IsEmpty)
        {
            int read = reader.Read(block);
            if (read == 0)
            {
                throw new EndOfStreamException($"The stream ends within {Name(slot)}: the file is truncated.");
            }

            block = block[read..];
        }
    }

    private static void Grow(ref float[] values, int needed, int limit)
    {
        if (values.Length < needed)
        {
            Array.Resize(ref values, (int)Math.Min(limit, Math.Max(needed, (long)Growth * values.Length)));
        }
    }

    private static string Name(ParameterSlot slot) => $"Parameter \"{slot.Spec.Name}\" of layer {slot.Layer + 1}";
}
