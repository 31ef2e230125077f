using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>docs/toolbox.md lists what the registries hold, with the settings and defaults that the classes have.</summary>
[TestClass]
public sealed partial class ToolboxPageTests
{
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "docs", "toolbox.md"));

    private static IEnumerable<object[]> Sections =>
    [
        ["Optimizers", Optimizers.All],
        ["Losses", Losses.All],
        ["Activations", Activations.All],
        ["Initializers", Initializers.All],
        ["Schedules", Schedules.All],
    ];

    /// <summary>One row a member, in the order of the registry.</summary>
    [TestMethod]
    [DynamicData(nameof(Sections))]
    public void TableIsThatOfTheRegistry(string section, IEnumerable members)
    {
        string[] expected = [.. members.Cast<IDescription>().Select(Row)];
        string[] rows = [.. s_lines.SkipWhile(line => line != $"## {section}").Skip(1).TakeWhile(line => !line.StartsWith("## ", StringComparison.Ordinal)).Where(line => RowOfMember().IsMatch(line))];
        string[] actual = [.. rows.Select(row => string.Join('|', row.Split('|')[..4]) + "|")];
        CollectionAssert.AreEqual(expected, actual, $"docs/toolbox.md, section {section}, should have rows that begin so:\n{string.Join('\n', expected)}\n");
        Assert.IsTrue(rows.All(row => row.Split('|').Length > 5 && row.Split('|')[4].Trim().Length > 0), "Every row says what the member does.");
    }

    private static string Row(IDescription member)
    {
        const BindingFlags Own = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        IEnumerable<string> settings = member.GetType().GetProperties(Own)
            .Where(property => property.SetMethod is not null)
            .Select(property => $"`{property.Name}` {Text(property.GetValue(member)!)}");
        return $"| `{member.Name}` | `{member.GetType().Name}` | {string.Join(", ", settings)} |".Replace("|  |", "| |", StringComparison.Ordinal);
    }

    private static string Text(object value) => value switch
    {
        double number => number.ToString(number == 0 || Math.Abs(number) is >= 1e-4 and < 1e4 ? "0.##########" : "0.####e0", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    [GeneratedRegex("^\\| `[a-z0-9-]+` \\|")]
    private static partial Regex RowOfMember();
}
