using System.Text.Json;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// The settings that a sweep tries: named parameters, some of which hang on an option of another one, and values to try first. Immutable: each method gives a new space.
/// </summary>
/// <example><code>
/// SearchSpace.Empty
///     .Range("LearningRate", 1e-4, 1e-1, logScale: true)
///     .Integer("BatchSize", 16, 256, logScale: true)
///     .Choice("HiddenLayers", new[] { 64 }, new[] { 64, 64 })
///     .Boolean("Shuffle")
///     .Choice("Optimizer",
///         new ChoiceOption("adam"),
///         new ChoiceOption("sgd", SearchSpace.Empty.Range("Momentum", 0, 0.99)))
/// </code></example>
public sealed class SearchSpace : IEquatable<SearchSpace>
{
    private SearchSpace(IReadOnlyList<SearchParameter> parameters, IReadOnlyList<ParameterValues> start)
    {
        Parameters = parameters;
        Start = start;
    }

    /// <summary>The space without parameters, to add them to.</summary>
    public static SearchSpace Empty { get; } = new([], []);

    /// <summary>The parameters, without those that hang on an option.</summary>
    public IReadOnlyList<SearchParameter> Parameters { get; }

    /// <summary>Values that are tried before a tuner is asked. In the spaces of our trainers those are <see cref="ParameterValues.Empty"/>, the trainer's defaults.</summary>
    public IReadOnlyList<ParameterValues> Start { get; }

    /// <summary>Adds real numbers.</summary>
    /// <inheritdoc cref="RealRange(string, double, double, bool)"/>
    public SearchSpace Range(string name, double minimum, double maximum, bool logScale = false) => Add(new RealRange(name, minimum, maximum, logScale));

    /// <summary>Adds whole numbers.</summary>
    /// <inheritdoc cref="IntegerRange(string, int, int, bool)"/>
    public SearchSpace Integer(string name, int minimum, int maximum, bool logScale = false) => Add(new IntegerRange(name, minimum, maximum, logScale));

    /// <summary>Adds a choice of plain values, such as numbers, texts or lists of numbers, or of <see cref="ChoiceOption"/>s.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">At least one.</param>
    /// <exception cref="ArgumentException">There is no option, or one comes twice.</exception>
    public SearchSpace Choice(string name, params object?[] options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Add(new Choice(name, options.Select(ChoiceOption.Of)));
    }

    /// <summary>Adds a choice between false and true.</summary>
    /// <param name="name">The name.</param>
    public SearchSpace Boolean(string name) => Choice(name, false, true);

    /// <summary>Adds a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <exception cref="ArgumentException">There is one of the same name.</exception>
    public SearchSpace Add(SearchParameter parameter)
    {
        ArgumentNullException.ThrowIfNull(parameter);
        return Parameters.Any(other => other.Name == parameter.Name)
            ? throw new ArgumentException($"The space has a parameter '{parameter.Name}' already: take another name, or Without(\"{parameter.Name}\") before.", nameof(parameter))
            : new SearchSpace([.. Parameters, parameter], Start);
    }

    /// <summary>Leaves parameters out, with all that hangs on them.</summary>
    /// <param name="names">Names of <see cref="Parameters"/>.</param>
    /// <exception cref="ArgumentException">There is none of a name.</exception>
    public SearchSpace Without(params IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var left = names.ToHashSet(StringComparer.Ordinal);
        foreach (string name in left)
        {
            if (!Parameters.Any(parameter => parameter.Name == name))
            {
                throw new ArgumentException($"The space has no parameter '{name}'. It has, the nearest first: {NearestNames.List(name, Parameters.Select(parameter => parameter.Name))}.", nameof(names));
            }
        }

        return new SearchSpace([.. Parameters.Where(parameter => !left.Contains(parameter.Name))], Start);
    }

    /// <summary>Values to try first, after those of before.</summary>
    /// <param name="values">Values of this space, made by <see cref="Values"/>, or <see cref="ParameterValues.Empty"/>.</param>
    public SearchSpace StartingWith(params IEnumerable<ParameterValues> values) => new(Parameters, [.. Start, .. values]);

    /// <summary>Makes values of this space, as for <see cref="StartingWith"/>.</summary>
    /// <param name="values">A value for each parameter that is not out of play; of a choice an option, its label or its value.</param>
    /// <exception cref="ArgumentException">A value is missing, unknown or out of range.</exception>
    public ParameterValues Values(params IEnumerable<(string Name, object? Value)> values)
    {
        var given = values.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal);
        var all = Walk((name, parameter) => given.Remove(name, out object? value)
            ? Fit(name, parameter, value)
            : throw new ArgumentException($"There is no value of '{name}', {parameter.Describe()}.", nameof(values)));
        return given.Count == 0 ? all : throw new ArgumentException(Unknown(given.First().Key, all), nameof(values));
    }

    /// <summary>Reads what <see cref="ParameterValues.ToJson"/> gives.</summary>
    /// <param name="json">The JSON object.</param>
    /// <exception cref="InvalidDataException">A value is missing, unknown or out of range.</exception>
    public ParameterValues Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return Read(document.RootElement);
    }

    /// <inheritdoc/>
    public bool Equals(SearchSpace? other) => other is not null && Parameters.SequenceEqual(other.Parameters) && Start.SequenceEqual(other.Start);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SearchSpace);

    /// <inheritdoc/>
    public override int GetHashCode() => Parameters.Count;

    /// <summary>Every parameter with its full name and range, nested ones as well, one a line.</summary>
    public override string ToString() => string.Join('\n', All().Select(pair => $"{pair.Name}: {pair.Parameter.Describe()}"));

    /// <summary>Every parameter with its full name, those that hang on an option after their choice.</summary>
    public IEnumerable<(string Name, SearchParameter Parameter)> All() => All("");

    /// <summary>Whether two trials drawn at random may be the same, and all can be listed.</summary>
    internal bool IsFinite => All().All(pair => pair.Parameter is not RealRange { Minimum: var low, Maximum: var high } || low == high);

    internal ParameterValues Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidDataException($"{json.GetRawText()} are no values: a JSON object is expected.");
        }

        var given = json.EnumerateObject().ToDictionary(property => property.Name, property => property.Value, StringComparer.Ordinal);
        if (given.Count == 0)
        {
            return ParameterValues.Empty;
        }

        var all = Walk((name, parameter) => given.Remove(name, out var value) ? parameter.Read(value) : throw new InvalidDataException($"There is no value of '{name}', {parameter.Describe()}."));
        return given.Count == 0 ? all : throw new InvalidDataException(Unknown(given.First().Key, all));
    }

    /// <summary>Values by asking for each parameter in play, the options before what hangs on them.</summary>
    internal ParameterValues Walk(Func<string, SearchParameter, object> choose)
    {
        var values = new List<KeyValuePair<string, object>>();
        Walk("", choose, values);
        return new ParameterValues(values);
    }

    private string Unknown(string name, ParameterValues inPlay) => All().Any(pair => pair.Name == name)
        ? $"The parameter '{name}' hangs on an option that is not chosen. In play are, the nearest first: {NearestNames.List(name, inPlay.Keys)}."
        : $"The space has no parameter '{name}'. In play are, the nearest first: {NearestNames.List(name, inPlay.Keys)}.";

    private void Walk(string prefix, Func<string, SearchParameter, object> choose, List<KeyValuePair<string, object>> values)
    {
        foreach (var parameter in Parameters)
        {
            string name = prefix + parameter.Name;
            object value = choose(name, parameter);
            values.Add(new(name, value));
            if (value is ChoiceOption option)
            {
                option.Space.Walk($"{name}.{option.Label}.", choose, values);
            }
        }
    }

    private IEnumerable<(string Name, SearchParameter Parameter)> All(string prefix) => Parameters.SelectMany(parameter =>
        parameter is Choice choice
            ? choice.Options.SelectMany(option => option.Space.All($"{prefix}{choice.Name}.{option.Label}.")).Prepend((prefix + choice.Name, choice))
            : [(prefix + parameter.Name, parameter)]);

    private static object Fit(string name, SearchParameter parameter, object? value)
    {
        object? fitting = (parameter, value) switch
        {
            (MLNet.GradientTrainers.Sweeps.Choice, ChoiceOption option) => option,
            (MLNet.GradientTrainers.Sweeps.Choice choice, _) => choice.Options.FirstOrDefault(option => Equals(option.Value, value)) ?? choice.Options.FirstOrDefault(option => option.Label == ChoiceOption.Of(value).Label),
            (RealRange, int whole) => (double)whole,
            _ => value,
        };
        return fitting is not null && parameter.Contains(fitting) ? fitting : throw new ArgumentException(FormattableString.Invariant($"'{name}' can't be {value ?? "null"}: it is {parameter.Describe()}."));
    }
}
