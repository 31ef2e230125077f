using System.Text;

namespace Microsoft.ML.Data;

/// <summary>Splits a line of text into fields, by separators, double quotes and, on demand, sparse items "index:value".</summary>
internal sealed class TextFields(TextLoader.Options options, int fieldsNeeded)
{
    private readonly char[] _separators = options.Separators;
    private readonly bool _spaceSeparates = options.Separators.Contains(' ');
    private readonly StringBuilder _unquoted = new();
    private ReadOnlyMemory<char>[] _fields = new ReadOnlyMemory<char>[16];
    private int[] _indices = new int[16];
    private int _count;
    private string _line;
    private int _at;

    /// <summary>The number of fields that the line has, or, where it is sparse, says to have.</summary>
    public int Size { get; private set; }

    /// <summary>Whether the line ended inside a quoted field.</summary>
    public bool IsOpen { get; private set; }

    public bool IsSparse { get; private set; }

    /// <summary>The fields that are there, empty ones of dense lines included, and their indices in ascending order.</summary>
    public ReadOnlySpan<ReadOnlyMemory<char>> Present => _fields.AsSpan(0, _count);
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, _count);

    /// <summary>The position in <see cref="Present"/> of the first field from <paramref name="index"/> on.</summary>
    public int FirstFrom(int index)
    {
        if (!IsSparse)
            return Math.Min(index, _count);
        int at = Array.BinarySearch(_indices, 0, _count, index);
        return at >= 0 ? at : ~at;
    }

    /// <summary>Splits a line, as far as the fields that are needed.</summary>
    public void Split(string line)
    {
        (_line, _at, _count, Size, IsOpen, IsSparse) = (line, 0, 0, 0, false, false);
        int end = options.TrimWhitespace ? line.AsSpan().TrimEnd().Length : line.Length;
        int sparseFrom = -1, previous = -1;
        for (bool more = true; more && (Size <= fieldsNeeded || options.AllowSparse);)
        {
            SkipSpaces(end);
            int index = options.AllowSparse ? ReadSparseIndex(end) : -1;
            more = ReadField(end, out var field);
            if (index < 0)
            {
                if (IsSparse) // a plain field after a sparse one is a format error: the rest of the line is lost
                    break;
                Add(field, Size++);
                continue;
            }
            if (!IsSparse && !StartSparse(out sparseFrom))
                break;
            if (index <= previous || index >= Size - sparseFrom)
                break;
            previous = index;
            if (!field.IsEmpty)
                Add(field, sparseFrom + index);
        }
        if (!IsSparse)
            Size = Math.Max(Size, options.InputSize ?? 0);
    }

    /// <summary>The field before the first sparse item tells how many sparse fields follow, unless the input size is given.</summary>
    private bool StartSparse(out int from)
    {
        from = _count;
        if (options.InputSize > 0)
            Size = options.InputSize.Value;
        else if (_count > 0 && int.TryParse(_fields[_count - 1].Span, out int length) && length > 0)
            Size = (from = --_count) + length;
        else
            return false;
        return IsSparse = true;
    }

    private void Add(ReadOnlyMemory<char> field, int index)
    {
        if (_count == _fields.Length)
        {
            Array.Resize(ref _fields, 2 * _count);
            Array.Resize(ref _indices, 2 * _count);
        }
        _fields[_count] = field;
        _indices[_count++] = index;
    }

    private void SkipSpaces(int end)
    {
        while (!_spaceSeparates && _at < end && _line[_at] == ' ')
            _at++;
    }

    private int ReadSparseIndex(int end)
    {
        int colon = _at;
        while (colon < end && colon - _at < 9 && char.IsAsciiDigit(_line[colon]))
            colon++;
        if (colon == _at || colon >= end || _line[colon] != ':')
            return -1;
        int index = int.Parse(_line.AsSpan(_at, colon - _at));
        _at = colon + 1;
        SkipSpaces(end);
        return index;
    }

    /// <summary>Reads up to the next separator and past it; false at the end of the line.</summary>
    private bool ReadField(int end, out ReadOnlyMemory<char> field)
    {
        if (options.AllowQuoting && _at < end && _line[_at] == '"')
            field = ReadQuoted(end);
        else
        {
            int length = _line.AsSpan(_at, end - _at).IndexOfAny(_separators);
            length = length < 0 ? end - _at : length;
            field = _line.AsMemory(_at, length);
            _at += length;
        }
        return _at++ < end;
    }

    private ReadOnlyMemory<char> ReadQuoted(int end)
    {
        _unquoted.Clear();
        bool closed = false;
        for (_at++; _at < end && !closed; _at++)
        {
            char c = _line[_at];
            bool escapes = c == options.EscapeChar && _at + 1 < end && _line[_at + 1] == '"';
            if (c == '"' && !escapes)
                closed = true;
            else
                _unquoted.Append(escapes ? _line[++_at] : c);
        }
        IsOpen = !closed;
        // Only spaces may follow the closing quote. Anything else is a format error, which loses the field.
        bool valid = closed;
        for (; _at < end && !_separators.Contains(_line[_at]); _at++)
            valid &= _line[_at] == ' ';
        return valid ? _unquoted.ToString().AsMemory() : default;
    }
}
