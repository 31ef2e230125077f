namespace Microsoft.ML.Data;

/// <summary>
/// The lines of text files that hold data, with their numbers. Empty lines are passed over, and so are lines that begin with "//" and,
/// at the top of a file, with "#". With <paramref name="joiner"/> a quoted field may go on over line ends.
/// </summary>
internal sealed class TextLines(IMultiStreamSource files, bool skipHeader, TextFields joiner) : IDisposable
{
    private TextReader _reader;
    private int _nextFile;

    public int LineNumber { get; private set; }

    /// <summary>The next line of data, or null after the last one.</summary>
    public string Read()
    {
        while (true)
        {
            if (_reader is null)
            {
                if (_nextFile >= files.Count)
                    return null;
                _reader = files.OpenTextReader(_nextFile++);
                LineNumber = 0;
                string first = NextLine(atTop: true);
                if (first is not null && !skipHeader)
                    return first;
            }
            if (NextLine(atTop: false) is { } line)
                return line;
            Dispose();
        }
    }

    private string NextLine(bool atTop)
    {
        while (_reader.ReadLine() is { } line)
        {
            LineNumber++;
            if (line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal) && !(atTop && line[0] == '#'))
                return joiner is null ? line : Join(line);
        }
        return null;
    }

    private string Join(string line)
    {
        int opened = LineNumber;
        for (joiner.Split(line); joiner.IsOpen; joiner.Split(line))
        {
            LineNumber++;
            string next = _reader.ReadLine() ?? throw new EndOfStreamException(
                $"A quoted field opened on line {opened} was never closed, and we've read to the last line in the file without finding the closing quote");
            line = line + "\n" + next;
        }
        return line;
    }

    public void Dispose()
    {
        _reader?.Dispose();
        _reader = null;
    }
}
