using System.Text.RegularExpressions;
using MLNet.GradientTrainers.Samples.CommandLine;
using MLNet.GradientTrainers.Samples.Tests.Support;

namespace MLNet.GradientTrainers.Samples.Tests;

/// <summary>README.md says what is so: its samples exist, its links lead somewhere.</summary>
[TestClass]
public sealed partial class ReadmeTests
{
    private static readonly string Root = Repository.Root;
    private static readonly string Readme = File.ReadAllText(Path.Combine(Root, "README.md")).ReplaceLineEndings("\n");

    [TestMethod]
    public void ItsSamplesExistAndAllAreNamed()
    {
        var names = SampleRegistry.All().Select(s => s.Name).ToArray();
        var run = RunCommand().Matches(Readme).Select(m => m.Groups[1].Value).Distinct().ToArray();
        Assert.IsGreaterThan(1, run.Length);
        CollectionAssert.IsSubsetOf(run, names.Append("help").Append("serve").ToArray());
        foreach (string name in names)
        {
            Assert.IsTrue(SampleRow().Matches(Readme).Any(row => row.Value.Contains($"`{name}`", StringComparison.Ordinal)), name);
        }
    }

    [TestMethod]
    public void ItsLinksLeadToFilesOfTheRepositoryAndToTheirHeadings()
    {
        var targets = Link().Matches(Readme).Select(m => m.Groups[1].Value).Where(t => !t.StartsWith("https://", StringComparison.Ordinal)).ToArray();
        Assert.IsGreaterThan(5, targets.Length);
        foreach (string target in targets)
        {
            string[] parts = target.Split('#');
            string path = Path.Combine(Root, parts[0]);
            Assert.IsTrue(File.Exists(path), target);
            Assert.IsTrue(parts.Length == 1 || File.ReadLines(path).Any(line => line.StartsWith('#') && Anchor(line) == parts[1]), target);
        }
    }

    /// <summary>The anchor that a heading gets: its words in small letters, joined by hyphens.</summary>
    private static string Anchor(string heading) =>
        string.Concat(heading.TrimStart('#').Trim().ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');

    [GeneratedRegex(@"\./run\.sh ([a-z][a-z-]*)")]
    private static partial Regex RunCommand();

    [GeneratedRegex(@"^\| `[^|]*\|", RegexOptions.Multiline)]
    private static partial Regex SampleRow();

    [GeneratedRegex(@"\]\(([^)]+)\)")]
    private static partial Regex Link();
}
