using System.Reflection;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace;

/// <summary>Options by their names.</summary>
public class SearchSpace : OptionsByName
{
    private readonly Parameter _rest;

    public SearchSpace()
    {
    }

    private protected SearchSpace(Type type, Parameter rest)
    {
        _rest = rest;
        Fill(this, type);
    }

    public override Parameter SampleFromFeatureSpace(double[] values)
    {
        var sampled = base.SampleFromFeatureSpace(values);
        return _rest is null ? sampled : Over(_rest, sampled);
    }

    /// <summary>Options of the properties and fields that an attribute makes one; initialisers count for nothing.</summary>
    private static void Fill(OptionsByName options, Type type)
    {
        var members = type.GetProperties().Select(property => ((MemberInfo)property, property.PropertyType)).Concat(type.GetFields(BindingFlags.Public | BindingFlags.Instance).Select(field => ((MemberInfo)field, field.FieldType)));
        foreach (var (member, own) in members)
        {
            OptionBase option = member.GetCustomAttributes(false).Select(attribute => attribute switch
            {
                RangeAttribute { Min: int min, Max: int max } range => new UniformIntOption(min, max, range.LogBase, (int?)range.Init),
                RangeAttribute { Min: float min, Max: float max } range => new UniformSingleOption(min, max, range.LogBase, (float?)range.Init),
                RangeAttribute { Min: double min, Max: double max } range => new UniformDoubleOption(min, max, range.LogBase, (double?)range.Init),
                ChoiceAttribute choice => new ChoiceOption(choice.Candidates, choice.DefaultValue),
                BooleanChoiceAttribute choice => new ChoiceOption([true, false], choice.DefaultValue),
                NestOptionAttribute => Nested(own),
                _ => (OptionBase)null,
            }).FirstOrDefault(one => one is not null);
            if (option is not null)
            {
                options[member.Name] = option;
            }
        }
    }

    private static Option.SearchSpace Nested(Type type)
    {
        var nested = new Option.SearchSpace();
        Fill(nested, type);
        return nested;
    }

    /// <summary>The values of one parameter where the other has none.</summary>
    private static Parameter Over(Parameter rest, Parameter sampled)
    {
        var both = Parameter.CreateNestedParameter([.. rest]);
        foreach (var (key, value) in (IDictionary<string, Parameter>)sampled)
        {
            both[key] = value.ParameterType == ParameterType.Object && rest.TryGetValue(key, out var under) && under.ParameterType == ParameterType.Object ? Over(under, value) : value;
        }

        return both;
    }
}

/// <summary>The options of a class.</summary>
public sealed class SearchSpace<T> : SearchSpace
    where T : class, new()
{
    public SearchSpace()
        : base(typeof(T), null)
    {
    }

    /// <summary>Values that are no options stay as here; those of options do not.</summary>
    public SearchSpace(T defaultOption)
        : base(typeof(T), Parameter.FromObject(defaultOption))
    {
    }
}
