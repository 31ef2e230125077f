using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>Writes and reads the members of one family, by the names of its registry.</summary>
internal sealed class FamilyConverter<T>(Registry<T> registry) : JsonConverter<T>
    where T : class, IDescription
{
    private const string Kind = "kind";

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options)
    {
        if (registry.Find(value.Name)?.GetType() != value.GetType())
        {
            throw new NotSupportedException($"The {registry.Family} '{value.Name}' ({value.GetType().Name}) is not in the registry, so it could not be read back.");
        }

        JsonObject settings = JsonSerializer.SerializeToNode(value, value.GetType(), options)!.AsObject();
        writer.WriteStartObject();
        writer.WriteString(Kind, value.Name);
        foreach ((string name, JsonNode? setting) in settings)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, setting, options);
        }

        writer.WriteEndObject();
    }

    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (JsonSerializer.Deserialize<JsonNode>(ref reader, options) is not JsonObject settings)
        {
            throw new JsonException($"The {registry.Family} must be an object such as {{\"{Kind}\":\"{registry.All[0].Name}\"}}.");
        }

        if (settings[Kind] is not JsonValue value || !value.TryGetValue(out string? name))
        {
            throw new JsonException($"The {registry.Family} has no \"{Kind}\" that names it.");
        }

        if (registry.Find(name) is not { } member)
        {
            throw new JsonException(registry.Unknown(name));
        }

        settings.Remove(Kind);
        try
        {
            T result = (T)settings.Deserialize(member.GetType(), options)!;
            result.Validate();
            return result;
        }
        catch (Exception e) when (e is JsonException or ArgumentException or NotSupportedException)
        {
            throw new JsonException($"{registry.Family} {member.Name}: {e.Message}", e);
        }
    }
}
