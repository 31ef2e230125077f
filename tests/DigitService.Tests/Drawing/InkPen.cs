using BigGustave;

namespace MLNet.GradientTrainers.DigitService.Tests.Drawing;

/// <summary>Draws strokes as the page does: a round pen, dark on white.</summary>
internal static class InkPen
{
    /// <summary>Width of the page's pen, as a part of the pad.</summary>
    public const double Width = 0.075;

    /// <summary>The ink of each pixel of a square, 0 to 1.</summary>
    public static float[] Ink(DrawnDigit drawn, int size, double width = Width)
    {
        float[] ink = new float[size * size];
        for (int i = 0; i < ink.Length; i++)
        {
            (int y, int x) = Math.DivRem(i, size);
            double distance = drawn.Strokes.Min(stroke => stroke.Zip(stroke.Skip(1)).Min(line => Distance((x + 0.5) / size, (y + 0.5) / size, line.First, line.Second)));
            ink[i] = (float)Math.Clamp(((width / 2) - distance) * size + 0.5, 0, 1);
        }

        return ink;
    }

    /// <summary>A PNG picture of the ink.</summary>
    /// <param name="ink">Rows of so many pixels.</param>
    /// <param name="width">Pixels of a row.</param>
    /// <param name="isLight">Light ink on black instead of dark on white.</param>
    public static byte[] Png(float[] ink, int width, bool isLight = false)
    {
        var picture = PngBuilder.Create(width, ink.Length / width, hasAlphaChannel: false);
        for (int i = 0; i < ink.Length; i++)
        {
            byte value = (byte)(255 * (isLight ? ink[i] : 1 - ink[i]));
            picture.SetPixel(new Pixel(value, value, value), i % width, i / width);
        }

        return picture.Save();
    }

    private static double Distance(double x, double y, (double X, double Y) from, (double X, double Y) to)
    {
        (double dx, double dy) = (to.X - from.X, to.Y - from.Y);
        double squared = (dx * dx) + (dy * dy);
        double along = squared > 0 ? Math.Clamp((((x - from.X) * dx) + ((y - from.Y) * dy)) / squared, 0, 1) : 0;
        return Math.Sqrt(Math.Pow(x - from.X - (along * dx), 2) + Math.Pow(y - from.Y - (along * dy), 2));
    }
}
