using System.Text.Json;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>One of several options, each with parameters of its own where it has any; values are <see cref="ChoiceOption"/>.</summary>
public sealed record Choice : SearchParameter
{
    /// <summary>Creates a choice.</summary>
    /// <param name="name">The name.</param>
    /// <param name="options">At least one, with different labels.</param>
    /// <exception cref="ArgumentException">There is no option, or a label comes twice.</exception>
    public Choice(string name, params IEnumerable<ChoiceOption> options)
        : base(name)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = Array.AsReadOnly(options.ToArray());
        if (Options.Count == 0)
        {
            throw new ArgumentException($"The choice '{name}' has no option: give at least one.");
        }

        if (Options.GroupBy(option => option.Label, StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"The choice '{name}' has the option '{twice.Key}' {twice.Count()} times: give each a label of its own.");
        }
    }

    /// <summary>The options.</summary>
    public IReadOnlyList<ChoiceOption> Options { get; }

    /// <inheritdoc/>
    public override string Describe() => $"one of {string.Join(", ", Options.Select(option => option.Label))}";

    /// <summary>Number of an option, from 0; −1 for none of this choice.</summary>
    internal int IndexOf(object value) => value is ChoiceOption chosen ? Options.ToList().FindIndex(option => option.Label == chosen.Label) : -1;

    /// <inheritdoc/>
    public bool Equals(Choice? other) => other is not null && Name == other.Name && Options.SequenceEqual(other.Options);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Options.Count);

    internal override object FromUnit(double unit) => Options[Math.Clamp((int)(unit * Options.Count), 0, Options.Count - 1)];

    internal override bool Contains(object value) => IndexOf(value) >= 0;

    internal override IReadOnlyList<object> Grid(int steps) => Options;

    internal override object Read(JsonElement json) =>
        json.ValueKind == JsonValueKind.String && Options.FirstOrDefault(option => option.Label == json.GetString()) is { } found
            ? found
            : throw new InvalidDataException($"{json.GetRawText()} is no value of '{Name}', {Describe()}.");
}
