using MLNet.GradientTrainers.Samples.Figures;
using MLNet.GradientTrainers.Samples.Output;

namespace MLNet.GradientTrainers.Sweeps;

/// <summary>
/// A column of the report: a parameter, or those of one name that hang on different options of one choice, such as the learning rates of all optimizers, of which a trial has one.
/// </summary>
internal sealed class ReportParameter
{
    private readonly (string Name, SearchParameter Parameter)[] _members;
    private readonly string[] _labels;

    private ReportParameter(string name, (string Name, SearchParameter Parameter)[] members)
    {
        Name = name;
        _members = members;
        _labels = [.. members.Select(member => member.Parameter).OfType<Choice>().SelectMany(choice => choice.Options).Select(option => option.Label).Distinct(StringComparer.Ordinal)];
    }

    public string Name { get; }

    /// <summary>The full names, or the first and how many there are more.</summary>
    public string FullName => _members.Length == 1 ? _members[0].Name : Format.Text($"{_members[0].Name} and {_members.Length - 1} more");

    /// <summary>The options of a choice; empty for numbers.</summary>
    public IReadOnlyList<string> Labels => _labels;

    /// <summary>Whether values are whole numbers.</summary>
    public bool IsWhole => _members.All(member => member.Parameter is IntegerRange);

    /// <summary>The parameters of which a trial has a value, in the order of the space.</summary>
    public static IReadOnlyList<ReportParameter> Of(SweepResult result)
    {
        var members = new List<(string Key, string Short, string Long, string Name, SearchParameter Parameter)>();
        Walk(result.Space, "", "", "", members);
        var groups = members.GroupBy(member => member.Key).Where(group => group.Any(member => result.Trials.Any(trial => trial.Values.ContainsKey(member.Name)))).ToArray();
        var twice = groups.GroupBy(group => group.First().Short).Where(same => same.Count() > 1).Select(same => same.Key).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. groups.Select(group => new ReportParameter(
                twice.Contains(group.First().Short) ? group.First().Long : group.First().Short, [.. group.Select(member => (member.Name, member.Parameter))])),
        ];
    }

    /// <summary>A trial's value; null where it has none.</summary>
    public object? Value(Trial trial) => _members.Where(member => trial.Values.ContainsKey(member.Name)).Select(member => trial.Values[member.Name]).FirstOrDefault();

    /// <summary>A trial's value for people; empty where it has none.</summary>
    public string Text(Trial trial) => Value(trial) switch
    {
        null => "",
        double real => Format.Number(real, 4),
        var other => FormattableString.Invariant($"{other}"),
    };

    /// <summary>An axis of numbers from a low to a high pixel.</summary>
    public IScale Scale(double low, double high)
    {
        var ranges = _members.Select(member => member.Parameter is RealRange real
            ? (real.Minimum, real.Maximum, real.LogScale)
            : member.Parameter is IntegerRange whole ? (whole.Minimum, whole.Maximum, whole.LogScale) : (Minimum: 0.0, Maximum: 1.0, LogScale: false)).ToArray();
        double minimum = ranges.Min(range => range.Minimum);
        double maximum = ranges.Max(range => range.Maximum);
        return ranges.All(range => range.LogScale) && maximum > minimum
            ? new LogScale(minimum, maximum, low, high, 5, widen: false)
            : new AxisScale(minimum, maximum, low, high, 5, widen: false);
    }

    private static void Walk(SearchSpace space, string key, string path, string prefix, List<(string Key, string Short, string Long, string Name, SearchParameter Parameter)> members)
    {
        foreach (var parameter in space.Parameters)
        {
            string own = $"{key}\n{parameter.Name.Length} {parameter.Name} {(parameter is Choice ? "option" : "number")}";
            members.Add((own, parameter.Name, path + parameter.Name, prefix + parameter.Name, parameter));
            foreach (var option in parameter is Choice choice ? choice.Options : [])
            {
                Walk(option.Space, own, $"{path}{parameter.Name} › ", $"{prefix}{parameter.Name}.{option.Label}.", members);
            }
        }
    }
}
