using System.Globalization;
using System.Numerics;

namespace Microsoft.ML.Data;

/// <summary>Reads a value from a cell of text; false where the text is none. The value is then NaN for Single and Double, else the default.</summary>
internal delegate bool TextParser<T>(ReadOnlyMemory<char> text, out T value);

/// <summary>ML.NET's reading of text: an empty cell is zero (or NaN on demand), "?", "NaN", "NA" and "N/A" are NaN.</summary>
internal static class TextParsing
{
    private static readonly NumberFormatInfo s_decimalComma = new() { NumberDecimalSeparator = ",", NumberGroupSeparator = "." };

    public static TextParser<T> Get<T>(bool decimalComma = false, bool emptyIsNaN = false)
    {
        Delegate parser = default(T) switch
        {
            sbyte => Whole<sbyte>(),
            short => Whole<short>(),
            int => Whole<int>(),
            long => Whole<long>(),
            byte => Whole<byte>(),
            ushort => Whole<ushort>(),
            uint => Whole<uint>(),
            ulong => Whole<ulong>(),
            float => Real<float>(decimalComma, emptyIsNaN),
            double => Real<double>(decimalComma, emptyIsNaN),
            bool => (TextParser<bool>)Flag,
            TimeSpan => Other((string text, out TimeSpan value) => TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out value)),
            DateTime => Other((string text, out DateTime value) => DateTime.TryParse(text, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out value)),
            DateTimeOffset => Other((string text, out DateTimeOffset value) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal, out value)),
            _ => (TextParser<ReadOnlyMemory<char>>)Text,
        };
        return (TextParser<T>)parser;
    }

    /// <summary>Numbers 0 … count − 1 become the keys 1 … count; an empty or missing cell becomes the missing key.</summary>
    public static TextParser<T> GetKey<T>(ulong count)
    {
        var parse = Whole<ulong>();
        return (ReadOnlyMemory<char> text, out T key) =>
        {
            key = default;
            if (text.IsEmpty || IsMissing(text.Span))
                return true;
            if (!parse(text, out ulong number) || number >= count)
                return false;
            key = Transforms.KeyValue.FromNumber<T>(number + 1);
            return true;
        };
    }

    private static bool IsMissing(ReadOnlySpan<char> text) => text is "?"
        || text.Equals("NaN", StringComparison.OrdinalIgnoreCase)
        || text.Equals("NA", StringComparison.OrdinalIgnoreCase)
        || text.Equals("N/A", StringComparison.OrdinalIgnoreCase);

    private static bool Text(ReadOnlyMemory<char> text, out ReadOnlyMemory<char> value)
    {
        value = text;
        return true;
    }

    // Digits with an optional minus: no spaces, no plus, no separators. Unsigned numbers have no empty form.
    private static TextParser<T> Whole<T>() where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        bool signed = T.MinValue < T.Zero;
        var style = signed ? NumberStyles.AllowLeadingSign : NumberStyles.None;
        return (ReadOnlyMemory<char> text, out T value) =>
        {
            value = T.Zero;
            return text.IsEmpty ? signed : text.Span[0] != '+' && T.TryParse(text.Span, style, CultureInfo.InvariantCulture, out value);
        };
    }

    private static TextParser<T> Real<T>(bool decimalComma, bool emptyIsNaN) where T : struct, IFloatingPointIeee754<T>
    {
        IFormatProvider format = decimalComma ? s_decimalComma : CultureInfo.InvariantCulture;
        return (ReadOnlyMemory<char> text, out T value) =>
        {
            var cell = text.Span.Trim();
            if (cell.IsEmpty)
            {
                value = emptyIsNaN ? T.NaN : T.Zero;
                return true;
            }
            if (TryDigits(text.Span, out int whole))
            {
                value = T.CreateTruncating(whole);
                return true;
            }
            // ML.NET does not read a number of several characters after white space.
            bool spoilt = cell.Length > 1 && char.IsWhiteSpace(text.Span[0]);
            if (!spoilt && T.TryParse(cell, NumberStyles.Float, format, out value))
                return true;
            value = T.NaN;
            return IsMissing(cell);
        };
    }

    // Most cells of pixel data: up to seven digits, exact in Single.
    private static bool TryDigits(ReadOnlySpan<char> cell, out int value)
    {
        value = 0;
        if (cell.Length > 7)
            return false;
        foreach (char c in cell)
        {
            if ((uint)(c - '0') > 9)
                return false;
            value = value * 10 + (c - '0');
        }
        return true;
    }

    private static bool Flag(ReadOnlyMemory<char> text, out bool value)
    {
        string cell = text.Length <= 5 ? text.ToString().ToLowerInvariant() : "too long";
        value = cell is "true" or "t" or "yes" or "y" or "1" or "+1" or "+";
        return value || cell is "" or "false" or "f" or "no" or "n" or "0" or "-1" or "-";
    }

    private delegate bool StringParser<T>(string text, out T value);

    private static TextParser<T> Other<T>(StringParser<T> parse) => (ReadOnlyMemory<char> text, out T value) =>
    {
        value = default;
        return text.IsEmpty || parse(text.ToString(), out value);
    };
}
