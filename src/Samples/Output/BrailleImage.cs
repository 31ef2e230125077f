using System.Text;

namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>Draws small images in a terminal with the Braille patterns of Unicode: a character is 2 × 4 dots.</summary>
internal static class BrailleImage
{
    // Empty columns at the left and right that an image gives up, so that six fit into 80 columns.
    private const int Trimmed = 2;

    // The bit of each dot of a pattern: two to a row, four rows.
    private static readonly int[] Bits = [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80];

    /// <summary>Lines of text with square images side by side; a dot where a pixel is above the middle of its image's range.</summary>
    /// <param name="images">size × size pixels each, rows from the top.</param>
    /// <param name="size">Rows of an image; a multiple of 4.</param>
    public static IEnumerable<string> Row(IEnumerable<float[]> images, int size)
    {
        var all = images.Select(pixels => (Pixels: pixels, Middle: (pixels.Min() + pixels.Max()) / 2)).ToArray();
        for (int top = 0; top < size; top += 4)
        {
            var line = new StringBuilder();
            foreach (var (pixels, middle) in all)
            {
                for (int left = Trimmed; left < size - Trimmed; left += 2)
                {
                    int pattern = 0;
                    for (int dot = 0; dot < 8; dot++)
                    {
                        pattern |= pixels[((top + (dot / 2)) * size) + left + (dot % 2)] > middle ? Bits[dot] : 0;
                    }

                    line.Append((char)(0x2800 + pattern));
                }

                line.Append(' ');
            }

            yield return line.ToString().TrimEnd();
        }
    }

    /// <summary>A caption in the middle of an image's width and the gap after it.</summary>
    public static string Center(string text, int size)
    {
        int width = (size / 2) - Trimmed;
        return text.PadLeft((width + text.Length) / 2).PadRight(width + 1);
    }
}
