using System.Collections;
using System.Globalization;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>One option of a <see cref="Choice"/>.</summary>
/// <param name="Label">The name by which journals and reports know it.</param>
/// <param name="Value">What it stands for.</param>
/// <param name="Space">The parameters that count only where it is chosen.</param>
public sealed record ChoiceOption(string Label, object? Value, SearchSpace Space)
{
    /// <summary>An option whose label is its value.</summary>
    /// <param name="label">The label.</param>
    /// <param name="space">The parameters that count only where it is chosen; null for none.</param>
    public ChoiceOption(string label, SearchSpace? space = null)
        : this(label, label, space ?? SearchSpace.Empty)
    {
    }

    /// <summary>The option of a plain value, such as a number, a text or a list of numbers, that nothing hangs on.</summary>
    /// <param name="value">The value; an option is taken as it is.</param>
    public static ChoiceOption Of(object? value) => value as ChoiceOption ?? new ChoiceOption(Name(value), value, SearchSpace.Empty);

    /// <inheritdoc/>
    public override string ToString() => Label;

    /// <summary>Options are the same where their labels are: values may be lists, which compare by reference.</summary>
    public bool Equals(ChoiceOption? other) => other is not null && Label == other.Label && Space.Equals(other.Space);

    /// <inheritdoc/>
    public override int GetHashCode() => Label.GetHashCode(StringComparison.Ordinal);

    private static string Name(object? value) => value switch
    {
        null => "none",
        string text => text,
        bool flag => flag ? "true" : "false",
        Kernels.IDescription description => description.Name,
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Name))}]",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
