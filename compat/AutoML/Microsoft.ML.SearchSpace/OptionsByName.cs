using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Microsoft.ML.SearchSpace.Option;

/// <summary>What the two classes named SearchSpace have in common. The real ones have no such base.</summary>
public abstract class OptionsByName : OptionBase, IDictionary<string, OptionBase>
{
    private readonly Dictionary<string, OptionBase> _options = [];

    public override double[] Default => [.. Sorted.SelectMany(pair => pair.Value.Default)];

    public override int FeatureSpaceDim => _options.Values.Sum(option => option.FeatureSpaceDim);

    public override int?[] Step => [.. Sorted.SelectMany(pair => pair.Value.Step)];

    public ICollection<string> Keys => _options.Keys;

    public ICollection<OptionBase> Values => _options.Values;

    public int Count => _options.Count;

    public bool IsReadOnly => false;

    /// <summary>By the current culture.</summary>
    private IEnumerable<KeyValuePair<string, OptionBase>> Sorted => _options.OrderBy(pair => pair.Key);

    public OptionBase this[string key]
    {
        get => _options[key];
        set => _options[key] = value;
    }

    public override double[] MappingToFeatureSpace(Parameter value) => [.. Sorted.SelectMany(pair => pair.Value.MappingToFeatureSpace(value[pair.Key]))];

    public override Parameter SampleFromFeatureSpace(double[] values)
    {
        var parameter = Parameter.CreateNestedParameter();
        int start = 0;
        foreach (var (key, option) in Sorted)
        {
            parameter[key] = option.SampleFromFeatureSpace(values[start..(start + option.FeatureSpaceDim)]);
            start += option.FeatureSpaceDim;
        }

        return parameter;
    }

    public void Add(string key, OptionBase value) => _options.Add(key, value);

    public void Add(KeyValuePair<string, OptionBase> item) => _options.Add(item.Key, item.Value);

    public void Clear() => _options.Clear();

    public bool Contains(KeyValuePair<string, OptionBase> item) => _options.Contains(item);

    public bool ContainsKey(string key) => _options.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, OptionBase>[] array, int arrayIndex) => ((ICollection<KeyValuePair<string, OptionBase>>)_options).CopyTo(array, arrayIndex);

    public bool Remove(string key) => _options.Remove(key);

    public bool Remove(KeyValuePair<string, OptionBase> item) => ((ICollection<KeyValuePair<string, OptionBase>>)_options).Remove(item);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out OptionBase value) => _options.TryGetValue(key, out value);

    public IEnumerator<KeyValuePair<string, OptionBase>> GetEnumerator() => _options.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _options.GetEnumerator();
}
