using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>One tensor of a safetensors file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its element type, for example <c>F32</c>.</param>
/// <param name="Shape">Its dimensions; none for a single number.</param>
/// <param name="Begin">Its first byte, from the end of the header.</param>
/// <param name="End">The byte behind its last.</param>
internal sealed record SafetensorsEntry(string Name, string Type, long[] Shape, long Begin, long End);

/// <summary>
/// The header of a safetensors file: 8 bytes with its length (little-endian), then a JSON object of tensors. What it says is checked before anybody relies on it: the tensors' bytes lie one
/// behind the other, without gaps and overlaps.
/// </summary>
/// <remarks>The format's limits: https://github.com/huggingface/safetensors#format.</remarks>
internal static class SafetensorsHeader
{
    public const int MaxLength = 100_000_000;
    public const string Metadata = "__metadata__";

    /// <summary>A network of <see cref="NetworkDefinition.MaxLayers"/> has fewer.</summary>
    private const int MaxTensors = 1 << 16;
    private const int MaxRank = 32;
    private const int Block = 1 << 16;

    /// <summary>Reads the header.</summary>
    /// <returns>The tensors in the order of their bytes.</returns>
    public static IReadOnlyList<SafetensorsEntry> Read(Stream stream)
    {
        byte[] json = ReadJson(stream);
        try
        {
            return Check(Parse(json));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw Wrong($"its header is no valid JSON ({Excerpt.Of(e.Message, Excerpt.MessageLength)})", e);
        }
    }

    /// <summary>Bytes of one element; 0 for an unknown type.</summary>
    public static int SizeOf(string type) => type switch
    {
        "BOOL" or "U8" or "I8" or "F8_E5M2" or "F8_E4M3" => 1,
        "U16" or "I16" or "F16" or "BF16" => 2,
        "U32" or "I32" or "F32" => 4,
        "U64" or "I64" or "F64" => 8,
        _ => 0,
    };

    public static FormatException Wrong(string what, Exception? inner = null) => new($"This is no usable safetensors file: {what}.", inner);

    /// <summary>The header's bytes; memory grows with what the stream really holds.</summary>
    private static byte[] ReadJson(Stream stream)
    {
        byte[] prefix = new byte[sizeof(ulong)];
        int got = stream.ReadAtLeast(prefix, prefix.Length, throwOnEndOfStream: false);
        if (got < prefix.Length)
        {
            throw new EndOfStreamException($"The file ends after {got} bytes, within the length of its safetensors header.");
        }

        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is 0 or > MaxLength)
        {
            throw Wrong(string.Create(CultureInfo.InvariantCulture, $"it tells a header of {length:N0} bytes, but 1 to {MaxLength:N0} are allowed"));
        }

        byte[] json = [];
        for (int done = 0; done < (int)length;)
        {
            Array.Resize(ref json, (int)Math.Min((long)length, Math.Max(Block, 2L * done)));
            int part = json.Length - done;
            got = stream.ReadAtLeast(json.AsSpan(done, part), part, throwOnEndOfStream: false);
            if (got < part)
            {
                throw new EndOfStreamException("The file ends within its safetensors header: it is truncated, or no such file.");
            }

            if (done == 0 && json[0] != '{')
            {
                throw Wrong("its header does not begin with '{'");
            }

            done += part;
        }

        return json;
    }

    private static List<SafetensorsEntry> Parse(byte[] json)
    {
        Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });
        HashSet<string> names = new(StringComparer.Ordinal);
        List<SafetensorsEntry> entries = [];
        Expect(ref reader, JsonTokenType.StartObject, "the header");
        while (Next(ref reader, "the header") != JsonTokenType.EndObject)
        {
            string name = reader.GetString()!;
            if (!names.Add(name))
            {
                throw Wrong($"its header has the name '{Excerpt.Of(name)}' twice");
            }

            if (name == Metadata)
            {
                Expect(ref reader, JsonTokenType.StartObject, Metadata);
                while (Next(ref reader, Metadata) != JsonTokenType.EndObject)
                {
                    Expect(ref reader, JsonTokenType.String, Metadata);
                }

                continue;
            }

            if (entries.Count == MaxTensors)
            {
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"it holds more than {MaxTensors:N0} tensors, which no network here has"));
            }

            entries.Add(ParseTensor(ref reader, name));
        }

        return reader.Read() ? throw Wrong("its header goes on behind its object") : entries;
    }

    private static SafetensorsEntry ParseTensor(ref Utf8JsonReader reader, string name)
    {
        string tensor = $"tensor '{Excerpt.Of(name)}'";
        string? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        Expect(ref reader, JsonTokenType.StartObject, tensor);
        while (Next(ref reader, tensor) != JsonTokenType.EndObject)
        {
            string member = reader.GetString()!;
            switch (member)
            {
                case "dtype" when type is null:
                    Expect(ref reader, JsonTokenType.String, tensor);
                    type = reader.GetString();
                    break;
                case "shape" when shape is null:
                    shape = Numbers(ref reader, tensor, MaxRank);
                    break;
                case "data_offsets" when offsets is null:
                    offsets = Numbers(ref reader, tensor, 2);
                    break;
                default:
                    throw Wrong($"'{Excerpt.Of(member)}' of {tensor} is unknown or there twice");
            }
        }

        return type is not null && shape is not null && offsets is { Length: 2 }
            ? new SafetensorsEntry(name, type, shape, offsets[0], offsets[1])
            : throw Wrong($"{tensor} lacks one of dtype, shape and data_offsets [begin, end]");
    }

    private static long[] Numbers(ref Utf8JsonReader reader, string tensor, int most)
    {
        List<long> numbers = [];
        Expect(ref reader, JsonTokenType.StartArray, tensor);
        while (Next(ref reader, tensor) != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0 || numbers.Count == most)
            {
                throw Wrong($"shape and data_offsets of {tensor} must be lists of at most {most} whole numbers of at least 0");
            }

            numbers.Add(number);
        }

        return [.. numbers];
    }

    private static List<SafetensorsEntry> Check(List<SafetensorsEntry> entries)
    {
        entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
        long end = 0;
        foreach (SafetensorsEntry entry in entries)
        {
            string tensor = $"tensor '{Excerpt.Of(entry.Name)}'";
            int size = SizeOf(entry.Type);
            if (size == 0)
            {
                throw Wrong($"{tensor} has the unknown type '{Excerpt.Of(entry.Type)}'");
            }

            Int128 length = entry.Shape.Contains(0) ? 0 : entry.Shape.Aggregate((Int128)size, (product, dimension) => Int128.Min(product * dimension, long.MaxValue));
            if (entry.Begin != end)
            {
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{tensor} begins at byte {entry.Begin} of the data, but the one before it ends at {end}: there is {(entry.Begin < end ? "an overlap" : "a gap")}"));
            }

            if (entry.End - entry.Begin != length)
            {
                throw Wrong(string.Create(CultureInfo.InvariantCulture, $"{tensor} of type {entry.Type} and shape [{string.Join(", ", entry.Shape)}] takes {length} bytes, but its data_offsets are [{entry.Begin}, {entry.End}]"));
            }

            end = entry.End;
        }

        return entries;
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string where)
    {
        if (Next(ref reader, where) != type)
        {
            throw Wrong($"in {where} there is a {reader.TokenType} where a {type} belongs");
        }
    }

    private static JsonTokenType Next(ref Utf8JsonReader reader, string where) => reader.Read() ? reader.TokenType : throw Wrong($"{where} has no end");
}
