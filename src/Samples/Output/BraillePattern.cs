namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>A grid of dots written with the Braille patterns of Unicode: a character is 2 × 4 dots.</summary>
/// <param name="columns">Characters of a line.</param>
/// <param name="rows">Lines.</param>
internal sealed class BraillePattern(int columns, int rows)
{
    // The bit of each dot of a pattern: two to a row, four rows.
    private static readonly byte[] Bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

    private readonly byte[,] _patterns = new byte[rows, columns];

    /// <summary>Dots of a line.</summary>
    public int Width => 2 * columns;

    /// <summary>Dots from the first line's top to the last line's bottom.</summary>
    public int Height => 4 * rows;

    /// <summary>The lines of text.</summary>
    public IEnumerable<string> Lines =>
        Enumerable.Range(0, rows).Select(row => string.Concat(Enumerable.Range(0, columns).Select(column => (char)(0x2800 + _patterns[row, column]))));

    /// <summary>Sets a dot; (0, 0) is at the top left.</summary>
    public void Set(int x, int y) => _patterns[y / 4, x / 2] |= Bits[(2 * (y % 4)) + (x % 2)];
}
