namespace MLNet.GradientTrainers.Samples.Output;

/// <summary>Small images side by side in a terminal.</summary>
internal static class BrailleImage
{
    // Empty columns at the left and right that an image gives up, so that six of 28 pixels fit into 80 columns.
    private const int Trimmed = 2;

    /// <summary>Lines of text; a dot where a pixel is above the middle of its image's range.</summary>
    /// <param name="images">size × size pixels each, rows from the top.</param>
    /// <param name="size">Rows of an image; a multiple of 4.</param>
    public static IEnumerable<string> Row(IEnumerable<float[]> images, int size) =>
        images.Select(pixels => Pattern(pixels, size).Lines).Aggregate((left, right) => left.Zip(right, (l, r) => $"{l} {r}"));

    /// <summary>A caption in the middle of an image's width and the gap after it.</summary>
    public static string Center(string text, int size)
    {
        int width = (size / 2) - Trimmed;
        return text.PadLeft((width + text.Length) / 2).PadRight(width + 1);
    }

    private static BraillePattern Pattern(float[] pixels, int size)
    {
        float middle = (pixels.Min() + pixels.Max()) / 2;
        var pattern = new BraillePattern((size / 2) - Trimmed, size / 4);
        for (int y = 0; y < size; y++)
        {
            for (int x = 0; x < pattern.Width; x++)
            {
                if (pixels[(y * size) + x + Trimmed] > middle)
                {
                    pattern.Set(x, y);
                }
            }
        }

        return pattern;
    }
}
