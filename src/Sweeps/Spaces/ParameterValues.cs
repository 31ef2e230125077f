using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The values of one trial by the full names of their parameters: <see cref="double"/>, <see cref="int"/> or <see cref="ChoiceOption"/>, with all their digits. A parameter that
/// hangs on an option that was not chosen has none. Immutable.
/// </summary>
public sealed class ParameterValues : IReadOnlyDictionary<string, object>, IEquatable<ParameterValues>
{
    private readonly Dictionary<string, object> _values;
    private readonly string[] _order;

    internal ParameterValues(IEnumerable<KeyValuePair<string, object>> values)
    {
        var all = values.ToArray();
        _order = Array.ConvertAll(all, pair => pair.Key);
        _values = all.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
    }

    /// <summary>No value at all: a trainer with its defaults.</summary>
    public static ParameterValues Empty { get; } = new([]);

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _order;

    /// <inheritdoc/>
    public IEnumerable<object> Values => _order.Select(name => _values[name]);

    /// <inheritdoc/>
    public int Count => _order.Length;

    /// <inheritdoc/>
    public object this[string key] => _values.TryGetValue(key, out object? value)
        ? value
        : throw new KeyNotFoundException($"There is no value of '{key}'. Known are: {(Count == 0 ? "none" : string.Join(", ", _order))}.");

    /// <summary>A value: of a range its number, of a choice what the option stands for, or its label as a <see cref="string"/>.</summary>
    /// <typeparam name="T">Type of the value.</typeparam>
    /// <param name="name">Full name of the parameter.</param>
    /// <exception cref="KeyNotFoundException">There is no such value; the message lists those there are.</exception>
    /// <exception cref="InvalidCastException">It is of another type.</exception>
    public T Get<T>(string name) => this[name] switch
    {
        T value => value,
        ChoiceOption { Value: T value } => value,
        ChoiceOption { Value: null } when default(T) is null => default!,
        ChoiceOption { Label: T label } => label,
        int whole when typeof(T) == typeof(double) => (T)(object)(double)whole,
        var value => throw new InvalidCastException($"'{name}' is {Text(value)}, a {(value is ChoiceOption { Value: { } inner } ? inner : value).GetType().Name} and no {typeof(T).Name}."),
    };

    /// <summary>A value, or another one where there is none.</summary>
    /// <inheritdoc cref="Get{T}(string)"/>
    public T Get<T>(string name, T otherwise) => ContainsKey(name) ? Get<T>(name) : otherwise;

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _values.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out object value) => _values.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _order.Select(name => new KeyValuePair<string, object>(name, _values[name])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether all names and values are the same, to the last digit.</summary>
    public bool Equals(ParameterValues? other) => other is not null && ToJson() == other.ToJson();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterValues);

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);

    /// <summary>The values for people, such as <c>Depth = 2, Optimizer = adam</c>.</summary>
    public override string ToString() => Count == 0 ? "defaults" : string.Join(", ", this.Select(pair => $"{pair.Key} = {Text(pair.Value)}"));

    /// <summary>The values as a JSON object with all digits, in the order of the space; <see cref="SearchSpace.Read(string)"/> reads it.</summary>
    public string ToJson()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            Write(json);
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in this)
        {
            json.WritePropertyName(name);
            switch (value)
            {
                case double real:
                    json.WriteNumberValue(real);
                    break;
                case int whole:
                    json.WriteNumberValue(whole);
                    break;
                default:
                    json.WriteStringValue(((ChoiceOption)value).Label);
                    break;
            }
        }

        json.WriteEndObject();
    }

    private static string Text(object value) => FormattableString.Invariant($"{value}");
}
