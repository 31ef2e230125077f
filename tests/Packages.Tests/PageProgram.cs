using System.Text;
using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Packages.Tests;

/// <summary>
/// The C# of a page as a program. The blocks fenced as <c>csharp</c>, one after another as they stand, are the body of one method; their <c>using</c>
/// directives go to the top of the file, and types, which come last in a block, behind the method. Nothing else is added but what the page takes as given.
/// </summary>
internal sealed partial class PageProgram
{
    private readonly string _path;
    private readonly string[] _given;
    private readonly string[] _lines;

    /// <param name="path">The page, below the repository's root.</param>
    /// <param name="given">Lines before the page's own, for what it names but does not make: the reader's rows, for instance.</param>
    public PageProgram(string path, string given = "")
    {
        Name = path;
        _path = Path.Combine(Repository.Root, path);
        _given = given.Split('\n');
        _lines = File.ReadAllLines(_path);
    }

    /// <summary>The path of the page below the repository's root.</summary>
    public string Name { get; }

    /// <summary>Builds a program of pages, which runs the one whose name is its argument.</summary>
    /// <param name="project">The program, with nothing but its references.</param>
    /// <param name="pages">The pages by their names, of classes.</param>
    public static void Make(ConsoleProject project, IReadOnlyDictionary<string, PageProgram> pages)
    {
        foreach (var (name, page) in pages)
        {
            File.WriteAllText(project[name + ".cs"], page.Source(name));
        }

        File.WriteAllText(project["Program.cs"], $$"""
            switch (args[0])
            {
            {{string.Join("\n", pages.Keys.Select(name => $"    case \"{name}\": await {name}.RunAsync(); break;"))}}
            }
            """);
        project.Make();
    }

    /// <summary>The source of a class of that name with a method <c>RunAsync</c>; compilers' messages name the page's lines.</summary>
    public string Source(string name)
    {
        StringBuilder usings = new(), body = new(), types = new();
        foreach (var (file, first, block) in Blocks("```csharp").Prepend(($"given for {_path}", 1, _given)))
        {
            var target = body;
            body.AppendLine($"#line {first} \"{file}\"");
            for (int i = 0; i < block.Length; i++)
            {
                if (Using().IsMatch(block[i]))
                {
                    usings.AppendLine(block[i]);
                    body.AppendLine();
                    continue;
                }

                if (target == body && Type().IsMatch(block[i]))
                {
                    target = types;
                    types.AppendLine($"#line {first + i} \"{file}\"");
                }

                target.AppendLine(block[i]);
            }
        }

        return $$"""
            {{usings}}
            internal static class {{name}}
            {
                public static async Task RunAsync()
                {
                    await Task.CompletedTask;
            {{body}}
                }
            }

            {{types}}
            """;
    }

    /// <summary>The one block of the page that is a program as it stands, with top-level statements, fenced as <c>cs</c>.</summary>
    public string WholeProgram()
    {
        var (file, first, lines) = Blocks("```cs").Single();
        return $"#line {first} \"{file}\"\n{string.Join('\n', lines)}\n";
    }

    /// <summary>Lines of blocks that are indented, not fenced, outside of lists.</summary>
    public IEnumerable<string> IndentedLines()
    {
        bool fenced = false;
        foreach (string line in _lines)
        {
            fenced ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!fenced && line.StartsWith("    ", StringComparison.Ordinal))
            {
                yield return line.Trim();
            }
        }
    }

    /// <summary>The formulas that comments say are printed: <c>Console.WriteLine(...);  // y = ...</c>.</summary>
    public IEnumerable<string> PromisedFormulas() => _lines.Select(line => Promise().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value.Trim());

    /// <summary>The blocks behind a fence, each with its file and the number of its first line.</summary>
    private IEnumerable<(string File, int First, string[] Lines)> Blocks(string fence)
    {
        for (int i = 0; i < _lines.Length; i++)
        {
            if (_lines[i] == fence)
            {
                int end = Array.IndexOf(_lines, "```", i);
                yield return (_path, i + 2, _lines[(i + 1)..end]);
                i = end;
            }
        }
    }

    [GeneratedRegex(@"^using (static )?[A-Z][\w.]*;")]
    private static partial Regex Using();

    [GeneratedRegex(@"Console\.WriteLine\(.*\); +// (y = .+)$")]
    private static partial Regex Promise();

    [GeneratedRegex(@"^((public|internal|sealed|file) )*(class|record|struct|enum|interface) ")]
    private static partial Regex Type();
}
