using System.Text;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Samples.Figures;
using Spectre.Console;

namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>Where a run prints: to a person at a terminal, with colours and a moving bar, or as plain lines to a file or a test.</summary>
/// <param name="Console">Renders tables, colours and bars; writes plain text when not <see cref="IsInteractive"/>.</param>
/// <param name="Output">Standard output, for what must not be wrapped or styled.</param>
/// <param name="Error">Standard error.</param>
internal sealed record Terminal(IAnsiConsole Console, TextWriter Output, TextWriter Error)
{
    private const int PlainWidth = 80;

    /// <summary>Where the value of a fact begins.</summary>
    private const int Indent = 20;

    /// <summary>Characters that are printed of a heading, a path or a line of a message: a path of the longest kind fits.</summary>
    private const int LongestLine = 5000;

    /// <summary>Whether lines can be redrawn.</summary>
    public bool IsInteractive => Console.Profile.Capabilities.Interactive && Console.Profile.Capabilities.Ansi;

    /// <summary>Characters of a line.</summary>
    public int Width => Console.Profile.Width;

    /// <summary>The terminal of this process; plain when its standard output goes elsewhere.</summary>
    public static Terminal OfProcess() =>
        System.Console.IsOutputRedirected ? Plain(System.Console.Out, System.Console.Error) : new(AnsiConsole.Console, System.Console.Out, System.Console.Error);

    /// <summary>No colours, no escape codes, no redrawing, whatever the machine.</summary>
    public static Terminal Plain(TextWriter output, TextWriter error)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        console.Profile.Width = PlainWidth;
        console.Profile.Capabilities.Unicode = true;
        return new Terminal(console, output, error);
    }

    /// <summary>A heading with a line to its right.</summary>
    public void Heading(string text)
    {
        Console.WriteLine();
        Console.Write(new Rule($"[bold]{Markup.Escape(Excerpt.Of(text, LongestLine))}[/]") { Justification = Justify.Left, Style = Style.Parse("grey") });
    }

    /// <summary>A line of Spectre.Console's markup.</summary>
    public void Line(string markup) => Console.MarkupLine(markup);

    /// <summary>Lines of Spectre.Console's markup.</summary>
    public void Lines(IEnumerable<string> markup)
    {
        foreach (string line in markup)
        {
            Line(line);
        }
    }

    /// <summary>Curves and dots under their names.</summary>
    /// <param name="unit">What lies on the horizontal axis.</param>
    /// <param name="series">The series, with colours that Spectre.Console knows.</param>
    public void Chart(string unit, params Series[] series)
    {
        Line("  " + string.Join("   ", series.Select(s => $"[{s.Color}]{(s.Style == SeriesStyle.Points ? '●' : '━')}[/] {Markup.Escape(s.Name)}")));
        Lines(BrailleChart.Lines(series, unit, Width));
    }

    /// <summary>A named value of a list, aligned; a long one goes on under itself.</summary>
    public void Fact(string name, string value)
    {
        var line = new StringBuilder();
        foreach (string word in Excerpt.Of(value, LongestLine).Split(' '))
        {
            if (line.Length > 0 && Indent + line.Length + 1 + word.Length > Width)
            {
                Print(name, line.ToString());
                name = "";
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        Print(name, line.ToString());
    }

    /// <summary>The paths of files under a name, as short as they can be said; not wrapped, so that they can be copied.</summary>
    public void Files(string name, params IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            Print(name, Excerpt.Of(Shown(path), LongestLine));
            name = "";
        }
    }

    /// <summary>Shows the cursor again, which a moving bar hides, and ends colours.</summary>
    public void Restore()
    {
        if (IsInteractive)
        {
            Output.Write("\u001b[?25h\u001b[0m");
        }
    }

    /// <summary>What went wrong, on standard error; each line without what a terminal would obey, as it may quote a file or a path.</summary>
    public void Fail(string message)
    {
        foreach (string line in message.ReplaceLineEndings("\n").Split('\n'))
        {
            Error.WriteLine(Excerpt.Of(line, LongestLine));
        }
    }

    private void Print(string name, string text)
    {
        Console.Markup($"  [grey]{Markup.Escape(name),-18}[/]");
        Output.WriteLine(text);
    }

    /// <summary>A path as short as it can be said from the current folder.</summary>
    public static string Shown(string path)
    {
        string relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative;
    }
}
