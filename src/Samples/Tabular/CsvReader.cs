using System.Globalization;
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
internal sealed class CsvReader
{
    private const int End = -1;

    private static readonly char[] Separators = [',', ';', '\t'];

    private readonly string _path;
    private readonly CsvLimits _limits;
    private readonly CancellationToken _cancellation;
    private readonly TextReader _reader;
    private readonly char[] _buffer = new char[1 << 14];
    private int _at;
    private int _filled;
    private long _characters;
    private int _line;

    private CsvReader(TextReader reader, string path, CsvLimits limits, CancellationToken cancellation) =>
        (_reader, _path, _limits, _cancellation) = (reader, path, limits, cancellation);

    /// <summary>The rows of a file, a pipe or a device.</summary>
    /// <exception cref="SampleException">A line has another number of cells than the first one, a quote is not closed, or a limit is reached; the message names the option that raises it.</exception>
    public static IReadOnlyList<CsvRow> Read(string path, CsvLimits limits, CancellationToken cancellation)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        if (file.CanSeek && file.Length > limits.Bytes)
        {
            throw TooMuch(path, limits.Bytes, "bytes", CsvLimitArguments.Bytes);
        }

        using var reader = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true);
        return new CsvReader(reader, path, limits, cancellation).Read();
    }

    private List<CsvRow> Read()
    {
        var rows = new List<CsvRow>();
        var record = new StringBuilder();
        char separator = '\0';
        long cells = 0;
        for (int first = 1; ReadRecord(record); first = _line + 1)
        {
            string text = record.ToString();
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            separator = separator == '\0' ? Separators.MaxBy(s => Outside(text, s)) : separator;
            rows.Add(new CsvRow(first, Split(text, separator)));
            cells += rows[^1].Cells.Length;
            if (rows[^1].Cells.Length != rows[0].Cells.Length)
            {
                throw Ragged(rows[^1], rows[0]);
            }

            if (rows.Count > _limits.Rows)
            {
                throw TooMuch(_path, _limits.Rows, "rows", CsvLimitArguments.Rows);
            }

            if (cells > _limits.Cells)
            {
                throw TooMuch(_path, _limits.Cells, "cells", CsvLimitArguments.Cells);
            }
        }

        return rows;
    }

    /// <summary>Reads a line, and those that a quoted cell joins to it; false at the end of the file.</summary>
    private bool ReadRecord(StringBuilder record)
    {
        record.Clear();
        int first = _line + 1;
        bool quoted = false;
        bool any = false;
        while (true)
        {
            int c = Next();
            if (c == End)
            {
                _line += any ? 1 : 0;
                return !quoted ? any : throw new SampleException($"Line {first} of '{_path}' opens a quote that is never closed. Close it, or take it away.");
            }

            any = true;
            if (c == '\r' && Peek() == '\n')
            {
                c = Next();
            }

            if (c is '\n' or '\r')
            {
                _line++;
                if (!quoted)
                {
                    return true;
                }

                c = '\n';
            }

            quoted ^= c == '"';
            record.Append((char)c);
            if (record.Length > _limits.LineLength)
            {
                string quote = quoted ? ", in a quote that may never be closed" : "";
                throw new SampleException(string.Create(
                    CultureInfo.InvariantCulture, $"Line {first} of '{_path}' has more than {_limits.LineLength:N0} characters{quote}. Mend it, or allow more with {CsvLimitArguments.LineLength} N."));
            }
        }
    }

    private int Next() => Peek() == End ? End : _buffer[_at++];

    private int Peek()
    {
        if (_at == _filled)
        {
            _cancellation.ThrowIfCancellationRequested();
            _at = 0;
            _filled = _reader.Read(_buffer);
            _characters += _filled;

            // A character takes at least one byte.
            if (_characters > _limits.Bytes)
            {
                throw TooMuch(_path, _limits.Bytes, "bytes", CsvLimitArguments.Bytes);
            }
        }

        return _at < _filled ? _buffer[_at] : End;
    }

    private SampleException Ragged(CsvRow row, CsvRow first) => new(string.Create(
        CultureInfo.InvariantCulture,
        $"Line {row.Line} of '{_path}' has {row.Cells.Length:N0} cell{(row.Cells.Length == 1 ? "" : "s")}, but line {first.Line} has {first.Cells.Length:N0}. Give all lines as many."));

    private static SampleException TooMuch(string path, int limit, string what, string option) => new(string.Create(
        CultureInfo.InvariantCulture, $"'{path}' has more than {limit:N0} {what}, or never ends. Give fewer, or allow more with {option} N."));

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
