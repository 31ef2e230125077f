using System.Text;

namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>A grid of dots written with the Braille patterns of Unicode: a character is 2 × 4 dots.</summary>
/// <param name="columns">Characters of a line.</param>
/// <param name="rows">Lines.</param>
internal sealed class BraillePattern(int columns, int rows)
{
    // The bit of each dot of a pattern: two to a row, four rows.
    private static readonly byte[] Bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

    private readonly byte[,] _patterns = new byte[rows, columns];
    private readonly int[,] _layers = new int[rows, columns];

    /// <summary>Dots of a line.</summary>
    public int Width => 2 * columns;

    /// <summary>Dots from the first line's top to the last line's bottom.</summary>
    public int Height => 4 * rows;

    /// <summary>The lines of text.</summary>
    public IEnumerable<string> Lines =>
        Enumerable.Range(0, rows).Select(row => string.Concat(Enumerable.Range(0, columns).Select(column => Character(row, column))));

    /// <summary>Sets a dot; (0, 0) is at the top left. A character takes the colour of the highest layer that has a dot in it.</summary>
    public void Set(int x, int y, int layer = 0)
    {
        _patterns[y / 4, x / 2] |= Bits[(2 * (y % 4)) + (x % 2)];
        _layers[y / 4, x / 2] = Math.Max(_layers[y / 4, x / 2], layer);
    }

    /// <summary>The lines in Spectre.Console's markup.</summary>
    /// <param name="colors">The colour of each layer; "" for that of ordinary text.</param>
    public IEnumerable<string> Markup(IReadOnlyList<string> colors)
    {
        for (int row = 0; row < rows; row++)
        {
            var line = new StringBuilder();
            string last = "";
            for (int column = 0; column < columns; column++)
            {
                string color = _patterns[row, column] == 0 ? last : colors[_layers[row, column]];
                if (color != last)
                {
                    line.Append(last == "" ? "" : "[/]").Append(color == "" ? "" : $"[{color}]");
                    last = color;
                }

                line.Append(Character(row, column));
            }

            yield return line.Append(last == "" ? "" : "[/]").ToString();
        }
    }

    private char Character(int row, int column) => (char)(0x2800 + _patterns[row, column]);
}
