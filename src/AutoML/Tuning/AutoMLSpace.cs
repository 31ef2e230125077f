using System.Text.Json;
using MLNet.GradientTrainers.Sweeps;
using AutoChoice = Microsoft.ML.SearchSpace.Option.ChoiceOption;
using Options = System.Collections.Generic.IDictionary<string, Microsoft.ML.SearchSpace.Option.OptionBase>;
using Parameter = Microsoft.ML.SearchSpace.Parameter;
using ParameterType = Microsoft.ML.SearchSpace.ParameterType;
using UniformInt = Microsoft.ML.SearchSpace.Option.UniformIntOption;
using UniformNumeric = Microsoft.ML.SearchSpace.Option.UniformNumericOption;
using UniformSingle = Microsoft.ML.SearchSpace.Option.UniformSingleOption;

namespace MLNet.GradientTrainers.AutoML;

/// <summary>
/// A space of AutoML as src/Sweeps has spaces, and values between the two, number by number and not through places in [0, 1]. Options in options are named <c>e1/OptimizerSettings/Momentum</c>. Where
/// a pipeline has alternatives, the options of an estimator hang on those of its alternatives that use it; a choice of one is left out.
/// </summary>
internal sealed class AutoMLSpace
{
    private readonly Microsoft.ML.SearchSpace.SearchSpace _space;
    private readonly Dictionary<string, (string[] Keys, Microsoft.ML.SearchSpace.Option.OptionBase Option)> _places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _localNames;

    public AutoMLSpace(Microsoft.ML.SearchSpace.SearchSpace space)
    {
        _space = space;
        Searched = Of(space, [], SearchSpace.Empty);
        _localNames = Searched.All().ToDictionary(pair => pair.Name, pair => pair.Parameter.Name, StringComparer.Ordinal);
    }

    /// <summary>What is searched.</summary>
    public SearchSpace Searched { get; }

    /// <summary>The values that the space's own defaults give.</summary>
    public ParameterValues Default => FromParameter(_space.SampleFromFeatureSpace(_space.Default));

    /// <summary>The values of a parameter; those of options that are out of play are left out.</summary>
    /// <exception cref="ArgumentException">A value of a choice is none of its options.</exception>
    public ParameterValues FromParameter(Parameter parameter) => Searched.Walk((name, searched) =>
    {
        var value = _places[_localNames[name]].Keys.Aggregate(parameter, (inside, key) => inside[key]);
        return searched switch
        {
            IntegerRange range => Math.Clamp(value.AsType<int>(), range.Minimum, range.Maximum),
            RealRange range => Math.Clamp(value.AsType<double>(), range.Minimum, range.Maximum),
            _ => Option((Choice)searched, value),
        };
    });

    /// <summary>The parameter with values; what they do not tell has its default.</summary>
    public Parameter ToParameter(ParameterValues values)
    {
        var parameter = _space.SampleFromFeatureSpace(_space.Default);
        foreach (var (name, value) in values)
        {
            var (keys, option) = _places[_localNames[name]];
            var inside = keys[..^1].Aggregate(parameter, (outer, key) => outer[key]);
            inside[keys[^1]] = value switch
            {
                ChoiceOption chosen => (Parameter)chosen.Value!,
                int whole => Parameter.FromInt(whole),
                double real when option is UniformSingle => Parameter.FromFloat((float)real),
                var real => Parameter.FromDouble((double)real),
            };
        }

        return parameter;
    }

    private SearchSpace Of(Options options, string[] keys, SearchSpace space)
    {
        var schema = options.TryGetValue(PipelineParts.Schema, out var found) ? found as AutoChoice : null;
        string[] own = [.. options.Keys.Where(key => key != PipelineParts.Schema || schema is null).Order(StringComparer.Ordinal)];
        if (schema is not { Choices.Length: > 1 })
        {
            return own.Aggregate(space, (all, key) => Add(all, [.. keys, key], options[key]));
        }

        return space.Add(new Choice(Place([.. keys, PipelineParts.Schema], schema), schema.Choices.Select(term =>
        {
            string[] used = PipelineParts.Keys(Text(term));
            return new ChoiceOption(Text(term), term, own.Where(used.Contains).Aggregate(SearchSpace.Empty, (all, key) => Add(all, [.. keys, key], options[key])));
        })));
    }

    private SearchSpace Add(SearchSpace space, string[] keys, Microsoft.ML.SearchSpace.Option.OptionBase option) => option switch
    {
        Options inside => Of(inside, keys, space),
        AutoChoice { Choices.Length: 1 } => space,
        AutoChoice choice => space.Add(new Choice(Place(keys, choice), Labelled(choice))),
        UniformInt range => space.Integer(Place(keys, range), (int)range.Min, (int)range.Max, range.LogBase),
        UniformNumeric range => space.Range(Place(keys, range), range.Min, range.Max, range.LogBase),
        _ => throw new NotSupportedException($"The option '{string.Join('/', keys)}' is a {option.GetType().Name}, which the gradient tuners and runner do not know: take a range or a choice."),
    };

    /// <summary>The name of an option, which its place is remembered by.</summary>
    private string Place(string[] keys, Microsoft.ML.SearchSpace.Option.OptionBase option)
    {
        string name = string.Join('/', keys is [PipelineParts.Pipeline, _, ..] ? keys[1..] : keys);
        _places[name] = (keys, option);
        return name;
    }

    private static ChoiceOption Option(Choice choice, Parameter value) => choice.Options.FirstOrDefault(option => ((Parameter)option.Value!).Equals(value))
        ?? throw new ArgumentException($"'{choice.Name}' can't be {Text(value)}: it is {choice.Describe()}.");

    private static IEnumerable<ChoiceOption> Labelled(AutoChoice choice)
    {
        string[] labels = Array.ConvertAll(choice.Choices, Text);
        bool areDistinct = labels.Distinct(StringComparer.Ordinal).Count() == labels.Length;
        return choice.Choices.Select((value, i) => new ChoiceOption(areDistinct ? labels[i] : $"{labels[i]} ({value.ParameterType})", value, SearchSpace.Empty));
    }

    private static string Text(Parameter value) => value.ParameterType == ParameterType.String ? value.AsType<string>() : JsonSerializer.Serialize(value.AsType<JsonElement>());
}
