using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLNet.GradientTrainers;

/// <summary>What the features of a polynomial are called.</summary>
internal static class FeatureNames
{
    /// <summary>The slot names of the feature column; x1, x2, … for features that have none or one that another feature has too.</summary>
    public static string[] Of(DataViewSchema.Column features)
    {
        int size = ((VectorDataViewType)features.Type).Size;
        string[] slots = SlotNames.Of(features) is { } names && names.Length == size ? names : new string[size];
        var counts = slots.Where(name => !string.IsNullOrEmpty(name)).GroupBy(name => name).ToDictionary(group => group.Key, group => group.Count());
        var result = new string[size];
        for (int i = 0; i < size; i++)
        {
            string fallback = $"x{i + 1}";
            result[i] = !string.IsNullOrEmpty(slots[i]) && counts[slots[i]] == 1 ? slots[i]
                : counts.ContainsKey(fallback) ? $"{fallback}_"
                : fallback;
        }

        return result;
    }

    /// <summary>Names for the scaled features, t1, t2, …, unlike all names of features.</summary>
    public static string[] Scaled(IReadOnlyCollection<string> names) => [.. Enumerable.Range(1, names.Count).Select(i => Unused($"t{i}", names))];

    /// <summary>The name, or with a number behind it where it is used.</summary>
    public static string Unused(string name, IReadOnlyCollection<string> used) => Unused(name, used.Contains);

    /// <inheritdoc cref="Unused(string, IReadOnlyCollection{string})"/>
    public static string Unused(string name, Func<string, bool> isUsed)
    {
        string candidate = name;
        for (int i = 2; isUsed(candidate); i++)
        {
            candidate = $"{name}_{i}";
        }

        return candidate;
    }
}
