using System.Reflection;
using Microsoft.ML.SearchSpace.Option;

namespace Microsoft.ML.SearchSpace;

/// <summary>Options by their names.</summary>
public class SearchSpace : OptionsByName
{
    public SearchSpace()
    {
    }

    private protected SearchSpace(Type type) => Fill(this, type);

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
}

/// <summary>The options of a class.</summary>
public sealed class SearchSpace<T> : SearchSpace
    where T : class, new()
{
    public SearchSpace()
        : base(typeof(T))
    {
    }
}
