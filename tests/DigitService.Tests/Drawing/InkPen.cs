using BigGustave;

namespace MLNet.GradientTrainers.DigitService.Tests.Drawing;

/// <summary>Draws strokes as the page does: a round pen, dark on white.</summary>
internal static class InkPen
{
    /// <summary>Width of the page's pen, as a part of the pad.</summary>
    public const double Width = 0.075;

    /// <summary>The ink of each pixel of a square, 0 to 1.</summary>
    public static float[] Ink(DrawnDigit drawn, int size)
    {
        float[] ink = new float[size * size];
        double reach = (Width / 2) + (1.0 / size);
        foreach (var (from, to) in drawn.Strokes.SelectMany(stroke => stroke.Zip(stroke.Skip(1))))
        {
            for (int y = Pixel(Math.Min(from.Y, to.Y) - reach); y <= Pixel(Math.Max(from.Y, to.Y) + reach); y++)
            {
                for (int x = Pixel(Math.Min(from.X, to.X) - reach); x <= Pixel(Math.Max(from.X, to.X) + reach); x++)
                {
                    double distance = Distance((x + 0.5) / size, (y + 0.5) / size, from, to);
                    ref float pixel = ref ink[(y * size) + x];
                    pixel = Math.Max(pixel, (float)Math.Clamp((((Width / 2) - distance) * size) + 0.5, 0, 1));
                }
            }
        }

        return ink;

        int Pixel(double place) => (int)Math.Clamp(place * size, 0, size - 1);
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
