namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>Columns of text in a terminal under grey headings; numbers are aligned to the right.</summary>
/// <param name="Headings">The columns' headings.</param>
internal sealed class TextTable(params string[] Headings)
{
    private readonly List<string[]> _rows = [];

    /// <summary>How many of the first columns are names, aligned to the left.</summary>
    public int Names { get; init; }

    /// <summary>Adds a row, a cell for each heading.</summary>
    public void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Prints the table.</summary>
    public void Print(Terminal terminal)
    {
        int[] widths = [.. Headings.Select((heading, i) => _rows.Select(row => row[i].Length).Append(heading.Length).Max())];
        terminal.Line($"[grey]{Line(Headings, widths)}[/]");
        foreach (string[] row in _rows)
        {
            terminal.Line(Line(row, widths));
        }
    }

    // Spectre.Console takes brackets for markup.
    private string Line(string[] cells, int[] widths) => Spectre.Console.Markup.Escape("  " + string.Join("  ", cells.Select((cell, i) => i < Names ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))).TrimEnd());
}
