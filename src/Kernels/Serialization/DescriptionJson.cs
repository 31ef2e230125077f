using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Descriptions as JSON: an object whose <c>kind</c> is the name in the family's registry and whose other members are the settings,
/// for example <c>{"kind":"leaky-relu","slope":0.01}</c>. Reading is strict: what is missing, unknown, doubled, null or out of range is refused.
/// </summary>
internal static class DescriptionJson
{
    /// <summary>The options for descriptions and for types that hold some.</summary>
    public static JsonSerializerOptions Options { get; } = CreateOptions();

    public static string Serialize<T>(T value) => JsonSerializer.Serialize(value, Options);

    /// <summary>Reads a description.</summary>
    /// <param name="json">The text.</param>
    /// <param name="what">What is being read, for the message.</param>
    /// <exception cref="FormatException">The text is no such description; the message says where and why.</exception>
    public static T Deserialize<T>(string json, string what)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options) ?? throw new FormatException($"The {what} can't be read: it is null.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException)
        {
            throw new FormatException($"The {what} can't be read: {Excerpt.Of(e.Message, Excerpt.MessageLength)}", e);
        }
    }

    private static JsonSerializerOptions CreateOptions()
    {
        JsonSerializerOptions options = new()
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            IgnoreReadOnlyProperties = true,
            RespectNullableAnnotations = true,
            TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireAll } },
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
            Converters =
            {
                new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false),
                new FamilyConverter<Activation>(Activations.Registry),
                new FamilyConverter<Initializer>(Initializers.Registry),
                new FamilyConverter<Layer>(Layers.Registry),
                new FamilyConverter<LearningRateSchedule>(Schedules.Registry),
                new FamilyConverter<Loss>(Losses.Registry),
                new FamilyConverter<Optimizer>(Optimizers.Registry),
            },
        };
        options.MakeReadOnly();
        return options;
    }

    /// <summary>A member that a file has lost must not take its default in silence, neither by being absent nor by being null.</summary>
    private static void RequireAll(JsonTypeInfo type)
    {
        foreach (JsonPropertyInfo property in type.Properties)
        {
            property.IsRequired = property.Set is not null;
            property.IsSetNullable &= property.IsGetNullable;
        }
    }
}
