using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>The value of an option as text that differs wherever the value does, in every culture: records and structs by their properties, lists by their entries.</summary>
internal static class OptionText
{
    private const int MostNested = 16;

    private const BindingFlags Instance = BindingFlags.Public | BindingFlags.Instance;

    public static string Of(object? value) => Of(value, MostNested);

    /// <summary>The properties of an object that can be set, by their names.</summary>
    public static IEnumerable<PropertyInfo> Settings(Type type) => type.GetProperties(Instance)
        .Where(property => property.SetMethod is not null && property.GetIndexParameters().Length == 0)
        .OrderBy(property => property.Name, StringComparer.Ordinal);

    private static string Of(object? value, int nested) => value switch
    {
        null => "null",
        bool yes => yes ? "true" : "false",
        Enum name => name.ToString(),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        string text => text,
        PretrainedNetwork network => Of(network.Weights, nested),
        NetworkWeights weights => $"{weights.Definition} {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(Values(weights).AsSpan())))}",
        _ when nested == 0 => value.GetType().Name,
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(entry => Of(entry, nested - 1)))}]",
        _ when IsRecord(value.GetType()) => Record(value, nested),
        _ => value.ToString() ?? value.GetType().Name,
    };

    private static float[] Values(NetworkWeights weights) => [.. weights.Definition.Parameters.SelectMany(slot => weights[slot.Layer, slot.Spec.Name].ToArray())];

    private static bool IsRecord(Type type) => type.IsValueType || type.GetMethod("<Clone>$", Instance) is not null;

    private static string Record(object value, int nested)
    {
        string settings = string.Join(", ", Settings(value.GetType()).Select(property => $"{property.Name} = {Of(property.GetValue(value), nested - 1)}"));
        return settings.Length == 0 ? value.GetType().Name : $"{value.GetType().Name} {{ {settings} }}";
    }
}
