using System.Text;
using MLNet.GradientTrainers.Samples.CommandLine;

namespace MLNet.GradientTrainers.Samples.Tabular;

/// <summary>A line's cells.</summary>
/// <param name="Line">The number of its first line in the file, from 1.</param>
/// <param name="Cells">The cells, without quotes and without white space at their ends.</param>
internal sealed record CsvRow(int Line, string[] Cells);

/// <summary>
/// Reads separated text after RFC 4180: a cell in double quotes may hold separators, line ends, and quotes written twice. The separator is the one of comma,
/// semicolon and tab that the first line has most of. Blank lines are left out.
/// </summary>
internal static class CsvReader
{
    private static readonly char[] Separators = [',', ';', '\t'];

    /// <summary>The rows of a file.</summary>
    /// <exception cref="SampleException">A quote is not closed.</exception>
    public static IReadOnlyList<CsvRow> Read(string path)
    {
        using var reader = new StreamReader(path, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        var rows = new List<CsvRow>();
        char separator = '\0';
        int line = 0;
        while (reader.ReadLine() is { } text)
        {
            int first = ++line;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            // An odd number of quotes: a cell goes on in the next line.
            while (text.Count(c => c == '"') % 2 != 0)
            {
                line++;
                text += "\n" + (reader.ReadLine() ?? throw new SampleException($"Line {first} of '{path}' opens a quote that is never closed. Close it, or take it away."));
            }

            separator = separator == '\0' ? Separators.MaxBy(s => Outside(text, s)) : separator;
            rows.Add(new CsvRow(first, Split(text, separator)));
        }

        return rows;
    }

    /// <summary>How often a separator stands outside quotes.</summary>
    private static int Outside(string text, char separator)
    {
        bool quoted = false;
        int count = 0;
        foreach (char c in text)
        {
            quoted ^= c == '"';
            count += !quoted && c == separator ? 1 : 0;
        }

        return count;
    }

    private static string[] Split(string text, char separator)
    {
        var cells = new List<string>();
        var cell = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == separator && !quoted))
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else if (text[i] != '"')
            {
                cell.Append(text[i]);
            }
            else if (quoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                cell.Append('"');
                i++;
            }
            else
            {
                quoted = !quoted;
            }
        }

        return [.. cells];
    }
}
