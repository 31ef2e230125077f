namespace MLNet.GradientTrainers.DigitService.Images;

/// <summary>
/// Makes an image as those of MNIST are made: what is written is scaled into a box of 20 × 20 pixels with its proportions kept, and placed in 28 × 28 pixels so that its centre of
/// mass lies in the middle, to whole pixels. An image of MNIST comes out as it went in.
/// </summary>
/// <remarks>Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits": what its page says of the files' format.</remarks>
internal static class DigitNormalizer
{
    /// <summary>Rows and columns of the result.</summary>
    public const int Size = 28;

    /// <summary>Pixels of the longer side of what is written.</summary>
    private const int BoxSize = 20;

    /// <summary>A dot stays a dot: nothing counts as smaller than this part of the image's longer side.</summary>
    private const double SmallestPart = 0.2;

    /// <summary>Normalizes an image.</summary>
    /// <param name="image">Any size.</param>
    /// <returns>28 × 28 ink values whose darkest is 1; null when nothing is written.</returns>
    public static float[]? Normalize(InkImage image)
    {
        if (image.Box() is not { } box)
        {
            return null;
        }

        double longest = Math.Max(Math.Max(box.Width, box.Height), SmallestPart * Math.Max(image.Width, image.Height));
        double scale = BoxSize / longest;
        (double massX, double massY) = CentreOfMass(image, box);
        int left = Offset(massX * scale, box.Width * scale);
        int top = Offset(massY * scale, box.Height * scale);

        // Separable: columns first, for the rows of the box alone.
        float[] narrow = new float[box.Height * Size];
        Tent[] columns = Tents(left, scale, box.Width);
        for (int y = 0; y < box.Height; y++)
        {
            ReadOnlySpan<float> row = image.Ink.AsSpan(((box.Top + y) * image.Width) + box.Left, box.Width);
            for (int x = 0; x < Size; x++)
            {
                narrow[(y * Size) + x] = columns[x].Of(row, 1);
            }
        }

        float[] result = new float[Size * Size];
        Tent[] rows = Tents(top, scale, box.Height);
        for (int y = 0; y < Size; y++)
        {
            for (int x = 0; x < Size; x++)
            {
                result[(y * Size) + x] = rows[y].Of(narrow.AsSpan(x), Size);
            }
        }

        Darken(result);
        return result;
    }

    /// <summary>Where the box begins, so that its centre of mass is in the middle and none of it outside.</summary>
    private static int Offset(double mass, double side) => (int)Math.Clamp(Math.Round((Size / 2.0) - mass), 0, Math.Floor(Size - side));

    /// <summary>In pixels from the box's corner.</summary>
    private static (double X, double Y) CentreOfMass(InkImage image, InkBox box)
    {
        double sum = 0, sumX = 0, sumY = 0;
        for (int y = 0; y < box.Height; y++)
        {
            for (int x = 0; x < box.Width; x++)
            {
                double ink = image.Ink[((box.Top + y) * image.Width) + box.Left + x];
                sum += ink;
                sumX += ink * (x + 0.5);
                sumY += ink * (y + 0.5);
            }
        }

        return (sumX / sum, sumY / sum);
    }

    /// <summary>A thin pen on a large sheet is pale once it is small: full ink again.</summary>
    private static void Darken(float[] ink)
    {
        float darkest = ink.Max();
        for (int i = 0; i < ink.Length; i++)
        {
            ink[i] = Math.Clamp(ink[i] / darkest, 0, 1);
        }
    }

    private static Tent[] Tents(int offset, double scale, int count) => [.. Enumerable.Range(0, Size).Select(pixel => Tent.At((pixel + 0.5 - offset) / scale, Math.Max(1, 1 / scale), count))];

    /// <summary>The weights of the pixels round a place, falling in straight lines to both sides: interpolation where the image grows, a mean where it shrinks.</summary>
    private readonly record struct Tent(int First, float[] Weights)
    {
        public static Tent At(double centre, double reach, int count)
        {
            int first = (int)Math.Floor(centre - reach);
            double[] all = [.. Enumerable.Range(first, (int)Math.Ceiling(centre + reach) - first).Select(i => Math.Max(0, 1 - (Math.Abs(i + 0.5 - centre) / reach)))];
            double sum = all.Sum();

            // What lies outside the box is paper: its weight counts, its ink is 0.
            int from = Math.Clamp(first, 0, count);
            int to = Math.Clamp(first + all.Length, from, count);
            return new Tent(from, [.. Enumerable.Range(from, to - from).Select(i => (float)(all[i - first] / sum))]);
        }

        public float Of(ReadOnlySpan<float> values, int stride)
        {
            float sum = 0;
            for (int i = 0; i < Weights.Length; i++)
            {
                sum += Weights[i] * values[(First + i) * stride];
            }

            return sum;
        }
    }
}
