using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>Objects as C# that makes them: of an object's properties those that are not as in a new one.</summary>
internal static class CSharpText
{
    /// <summary>An expression; a comment in place of what can't be written, such as callbacks.</summary>
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => Quoted(text),
        double real => Real(real),
        float real => Real(real) + "f",
        int.MaxValue => "int.MaxValue",
        int or long => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        Enum => $"{Name(value.GetType())}.{value}",
        PretrainedNetwork network => $"null /* give the trained network to start from: {Comment(network.ToString())} */",
        ComputeDevice => $"{nameof(ComputeDevice)}.{value}",
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        _ => New(value),
    };

    private static string Comment(string text) => text.Replace("*/", "* /", StringComparison.Ordinal);

    private static string New(object value)
    {
        var type = value.GetType();
        foreach (var constructor in type.GetConstructors().OrderBy(one => one.GetParameters().Count(parameter => !parameter.IsOptional)))
        {
            var parameters = constructor.GetParameters();
            var required = parameters.Where(parameter => !parameter.IsOptional).ToArray();
            var known = required.Select(parameter => type.GetProperty(parameter.Name!, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)).ToArray();
            if (known.Any(property => property is null))
            {
                continue;
            }

            object plain;
            try
            {
                plain = constructor.Invoke([.. parameters.Select(parameter => parameter.IsOptional ? parameter.DefaultValue : known[Array.IndexOf(required, parameter)]!.GetValue(value))]);
            }
            catch (Exception exception) when (exception is TargetInvocationException or ArgumentException)
            {
                continue;
            }

            string settings = string.Join(", ", Settings(type).Where(property => !Same(property.GetValue(value), property.GetValue(plain))).Select(property => $"{property.Name} = {Of(property.GetValue(value))}"));
            return $"new {Name(type)}({string.Join(", ", known.Select(property => Of(property!.GetValue(value))))}){(settings.Length > 0 ? $" {{ {settings} }}" : "")}".Replace("() {", " {", StringComparison.Ordinal);
        }

        return $"default /* {Name(type)} */";
    }

    /// <summary>What belongs to the settings, and not to a single run.</summary>
    private static IEnumerable<PropertyInfo> Settings(Type type) => type.GetProperties().Where(property =>
        property is { SetMethod.IsPublic: true, GetMethod.IsPublic: true }
        && property.GetIndexParameters().Length == 0
        && !typeof(Delegate).IsAssignableFrom(property.PropertyType)
        && property.PropertyType != typeof(CancellationToken)
        && !typeof(Microsoft.ML.IDataView).IsAssignableFrom(property.PropertyType));

    private static bool Same(object? a, object? b) => Equals(a, b) || (a is IEnumerable left and not string && b is IEnumerable right and not string && left.Cast<object?>().SequenceEqual(right.Cast<object?>()));

    private static string Real(double value) => value switch
    {
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        double.NaN => "double.NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static string Name(Type type) => type.DeclaringType is { } outer ? $"{Name(outer)}.{type.Name}" : type.Name;

    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (char letter in text)
        {
            quoted.Append(letter switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                _ when char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u2028' or '\u2029' => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }
}
