using BigGustave;

namespace MLNet.GradientTrainers.DigitService.Images;

/// <summary>Reads what is written in a PNG picture: dark on light or light on dark, in colour or grey, or on a transparent ground.</summary>
internal static class InkReader
{
    /// <summary>Reads a picture.</summary>
    /// <param name="png">The content of a PNG file.</param>
    /// <exception cref="BadImageException">It is not a PNG picture, is broken, or is too large; the message tells a caller what to do.</exception>
    public static InkImage Read(byte[] png)
    {
        PngHeader header = PngHeader.Check(png);
        Png picture;
        var light = new float[header.Width * header.Height];
        var opacity = new float[light.Length];
        try
        {
            picture = Png.Open(png);
            for (int i = 0; i < light.Length; i++)
            {
                Pixel pixel = picture.GetPixel(i % header.Width, i / header.Width);
                light[i] = ((0.299f * pixel.R) + (0.587f * pixel.G) + (0.114f * pixel.B)) / 255;
                opacity[i] = pixel.A / 255f;
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Of a broken picture the library tells by whatever it happens to meet.
            throw new BadImageException("The PNG picture is broken. Save it again and send the whole file.");
        }

        return new InkImage(header.Width, header.Height, Ink(light, opacity, header));
    }

    /// <summary>How far each pixel is from the paper, which is what is usual along the border.</summary>
    private static float[] Ink(float[] light, float[] opacity, PngHeader header)
    {
        int[] border = [.. Border(header.Width, header.Height)];
        if (border.Average(i => opacity[i]) < 0.5)
        {
            return opacity;
        }

        float[] along = [.. border.Select(i => light[i]).Order()];
        float paper = along[along.Length / 2];
        return [.. light.Select((value, i) => opacity[i] * MathF.Abs(value - paper))];
    }

    private static IEnumerable<int> Border(int width, int height) =>
        Enumerable.Range(0, width * height).Where(i => i % width == 0 || i % width == width - 1 || i < width || i >= width * (height - 1));
}
