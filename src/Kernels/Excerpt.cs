using System.Globalization;
using System.Text;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Text from outside (a cell of a file, a name of a column, a member of a model file) made fit for a message or a figure: on one line, short, and without characters that
/// a terminal would obey.
/// </summary>
public static class Excerpt
{
    /// <summary>Characters that are shown of a text unless told otherwise.</summary>
    public const int DefaultLength = 80;

    /// <summary>Characters of a message that quotes such text in a place that nobody can know.</summary>
    public const int MessageLength = 400;

    /// <summary>Names that are listed unless told otherwise.</summary>
    public const int DefaultCount = 10;

    /// <summary>
    /// The text with control characters, line separators, marks of writing direction and broken surrogates written as <c>\n</c> or <c>\u001b</c>; a long one cut, with an ellipsis
    /// and its length: <c>abc… (10,485,760 characters)</c>.
    /// </summary>
    /// <param name="text">The text; null is taken for an empty one.</param>
    /// <param name="length">The most characters to show, at least 1.</param>
    public static string Of(string? text, int length = DefaultLength) =>
        Cut(text, length, out bool cut) + (cut ? string.Create(CultureInfo.InvariantCulture, $" ({text!.Length:N0} characters)") : "");

    /// <summary>A name for a table or a figure: as by <see cref="Of"/>, but a long one is cut with the ellipsis alone.</summary>
    /// <param name="name">The name.</param>
    /// <param name="length">The most characters to show, at least 1.</param>
    public static string Name(string? name, int length = DefaultLength / 2) => Cut(name, length, out _);

    /// <summary>The first names, each as by <see cref="Of"/>, and how many there are more: <c>a, b and 199,998 more</c>.</summary>
    /// <param name="names">The names.</param>
    /// <param name="count">The most names to list, at least 1.</param>
    /// <param name="quote">What stands before and after each name, for example <c>'</c>.</param>
    public static string List(IReadOnlyCollection<string> names, int count = DefaultCount, string quote = "")
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        string listed = string.Join(", ", names.Take(count).Select(name => quote + Of(name, DefaultLength / 2) + quote));
        return names.Count <= count ? listed : string.Create(CultureInfo.InvariantCulture, $"{listed} and {names.Count - count:N0} more");
    }

    private static string Cut(string? text, int length, out bool cut)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        var shown = new StringBuilder();
        for (int at = 0; at < (text?.Length ?? 0);)
        {
            bool whole = Rune.TryGetRuneAt(text!, at, out Rune rune);
            string next = whole && IsPlain(rune) ? rune.ToString() : Escaped(whole ? rune.Value : text![at]);
            if (shown.Length + next.Length > length)
            {
                cut = true;
                return shown.Append('…').ToString();
            }

            shown.Append(next);
            at += whole ? rune.Utf16SequenceLength : 1;
        }

        cut = false;
        return shown.ToString();
    }

    /// <summary>Joiners stay, which scripts and emoji need; other invisible characters can reverse or hide what stands behind them.</summary>
    private static bool IsPlain(Rune rune) => rune.Value is 0x200C or 0x200D || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.OtherNotAssigned);

    private static string Escaped(int character) => character switch
    {
        '\n' => @"\n",
        '\r' => @"\r",
        '\t' => @"\t",
        <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $@"\u{character:x4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $@"\U{character:x8}"),
    };
}
