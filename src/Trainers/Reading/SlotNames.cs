using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>The names of a vector column's elements, from its annotations and in model files.</summary>
internal static class SlotNames
{
    /// <summary>More names than this are not kept in a model file.</summary>
    private const int MaxCount = 1 << 22;

    /// <summary>The names; null when the column has none.</summary>
    public static string[]? Of(DataViewSchema.Column column)
    {
        if (!column.HasSlotNames())
        {
            return null;
        }

        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }

    public static void Write(BinaryWriter writer, string[]? names)
    {
        string[] kept = names is { Length: <= MaxCount } ? names : [];
        writer.Write(kept.Length > 0);
        foreach (string name in kept)
        {
            writer.Write(name);
        }
    }

    public static string[]? Read(BinaryReader reader, int count)
    {
        if (!reader.ReadBoolean())
        {
            return null;
        }

        if (count > MaxCount)
        {
            throw new InvalidDataException($"it tells {count} names");
        }

        // Grown as names arrive: the count of a damaged file must not decide what is allocated.
        var names = new List<string>();
        for (int i = 0; i < count; i++)
        {
            names.Add(reader.ReadString());
        }

        return [.. names];
    }
}
