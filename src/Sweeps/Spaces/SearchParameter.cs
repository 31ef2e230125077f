using System.Text.Json;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>One named parameter of a <see cref="SearchSpace"/>: a <see cref="RealRange"/>, an <see cref="IntegerRange"/> or a <see cref="Choice"/>.</summary>
public abstract record SearchParameter
{
    private protected SearchParameter(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The name; of a nested parameter with those of the choice and its option before it: <c>Optimizer.sgd.Momentum</c>.</summary>
    public string Name { get; init; }

    /// <summary>The range or the options in words, as journals and messages tell it.</summary>
    public abstract string Describe();

    /// <summary>A value from its place in [0, 1).</summary>
    internal abstract object FromUnit(double unit);

    /// <summary>Whether a value is one of this parameter's.</summary>
    internal abstract bool Contains(object value);

    /// <summary>The values that a grid visits, in order, without repetition.</summary>
    /// <param name="steps">Values of a range that has as many, at least 1.</param>
    internal abstract IReadOnlyList<object> Grid(int steps);

    /// <exception cref="InvalidDataException">The text is no value of this parameter.</exception>
    internal abstract object Read(JsonElement json);
}
