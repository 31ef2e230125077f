using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Microsoft.ML.SearchSpace;

public enum ParameterType
{
    Integer = 0,
    Number = 1,
    Bool = 2,
    String = 3,
    Object = 4,
    Array = 5,
}

/// <summary>A value, or values by their names.</summary>
[JsonConverter(typeof(AsItsValue))]
public sealed class Parameter : IDictionary<string, Parameter>, IEquatable<Parameter>
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    private Parameter(object value, ParameterType type) => (Value, ParameterType) = (value, type);

    public ParameterType ParameterType { get; }

    public int Count => ParameterType == ParameterType.Object ? Members.Count : 1;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => Members.Keys;

    public ICollection<Parameter> Values => Members.Values;

    internal object Value { get; }

    private Dictionary<string, Parameter> Members => (Dictionary<string, Parameter>)Value;

    public Parameter this[string key]
    {
        get => Members[key];
        set => Members[key] = value;
    }

    public static Parameter FromInt(int value) => new(value, ParameterType.Integer);

    public static Parameter FromFloat(float value) => new(value, ParameterType.Number);

    public static Parameter FromDouble(double value) => new(value, ParameterType.Number);

    public static Parameter FromBool(bool value) => new(value, ParameterType.Bool);

    public static Parameter FromString(string value) => new(value, ParameterType.String);

    public static Parameter FromEnum<T>(T value)
        where T : struct, Enum => FromString(Enum.GetName(value));

    public static Parameter CreateNestedParameter(params KeyValuePair<string, Parameter>[] parameters) => new(new Dictionary<string, Parameter>(parameters), ParameterType.Object);

    /// <summary>The value itself where it is of the type, else what its JSON gives.</summary>
    public T AsType<T>() => Value is T value ? value : JsonSerializer.Deserialize<T>(JsonSerializer.Serialize(Value, Json), Json);

    public void Add(string key, Parameter value) => Members.Add(key, value);

    public void Add(KeyValuePair<string, Parameter> item) => Members.Add(item.Key, item.Value);

    public void Clear() => Members.Clear();

    public bool Contains(KeyValuePair<string, Parameter> item) => Members.Contains(item);

    public bool ContainsKey(string key) => Members.ContainsKey(key);

    public void CopyTo(KeyValuePair<string, Parameter>[] array, int arrayIndex) => ((ICollection<KeyValuePair<string, Parameter>>)Members).CopyTo(array, arrayIndex);

    public bool Remove(string key) => Members.Remove(key);

    public bool Remove(KeyValuePair<string, Parameter> item) => ((ICollection<KeyValuePair<string, Parameter>>)Members).Remove(item);

    public bool TryGetValue(string key, out Parameter value) => Members.TryGetValue(key, out value);

    IEnumerator<KeyValuePair<string, Parameter>> IEnumerable<KeyValuePair<string, Parameter>>.GetEnumerator() => Members.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => Members.GetEnumerator();

    public bool Equals(Parameter other) => other is not null && JsonSerializer.Serialize(this) == JsonSerializer.Serialize(other);

    public override bool Equals(object obj) => Equals(obj as Parameter);

    public override int GetHashCode() => JsonSerializer.Serialize(this).GetHashCode(StringComparison.Ordinal);

    internal static Parameter Of(object value) => value switch
    {
        int whole => FromInt(whole),
        float real => FromFloat(real),
        double real => FromDouble(real),
        bool flag => FromBool(flag),
        string text => FromString(text),
        Enum one => FromString(one.ToString()),
        IEnumerable values => new Parameter(values, ParameterType.Array),
        _ => throw new NotSupportedException("The stand-in knows numbers, truth values, texts, enumerations and lists of them."),
    };

    private sealed class AsItsValue : JsonConverter<Parameter>
    {
        public override Parameter Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException("The stand-in reads no parameters.");

        public override void Write(Utf8JsonWriter writer, Parameter value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value.Value, options);
    }
}
