using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Samples.Digits;

/// <summary>
/// Draws one digit of 28 × 28 pixels: a style with moved control points, under a random affine map, with a pen of random
/// width, as a smoothed distance field, with noise. Only + − × ÷ and square root on doubles take part, which IEEE 754 rounds alike everywhere:
/// the same random numbers give the same bytes on every machine.
/// </summary>
internal sealed class DigitPainter
{
    /// <summary>Rows and columns of an image.</summary>
    public const int Size = 28;

    // How unlike two samples of one style are. Chosen so that a linear model stays some points below a multilayer perceptron.
    private const double PointJitter = 0.04;
    private const double HalfAngleTangent = 0.14;
    private const double Shear = 0.38;
    private const double Shift = 2.2;

    private readonly double[] _distance = new double[Size * Size];
    private PenPoint[] _points = [];
    private double _radius;

    /// <summary>Draws a digit.</summary>
    /// <param name="digit">0 to 9.</param>
    /// <param name="random">Source of all choices.</param>
    /// <param name="pixels">Receives 784 bytes: 0 background, 255 ink.</param>
    public void Draw(int digit, RandomSource random, Span<byte> pixels)
    {
        IReadOnlyList<PenPath> styles = DigitStyles.All[digit];
        PenPath style = styles[random.NextInt32(styles.Count)];
        _points = new PenPoint[style.Points.Length];
        Place(style.Points, random);

        _radius = Uniform(random, 0.55, 1.75);
        Array.Fill(_distance, double.MaxValue);
        style.Draw(_points, DrawLine);
        Ink(random, pixels);
    }

    /// <summary>Moves each control point a little, then maps the box of the style onto the image.</summary>
    private void Place(PenPoint[] style, RandomSource random)
    {
        double width = Uniform(random, 9, 17);
        double height = Uniform(random, 15, 20.5);

        // With t = tan(angle / 2): cos = (1 − t²) / (1 + t²), sin = 2t / (1 + t²). No library function, whose last bit may differ.
        double t = Symmetric(random, HalfAngleTangent);
        double cos = (1 - (t * t)) / (1 + (t * t));
        double sin = 2 * t / (1 + (t * t));
        double shear = Symmetric(random, Shear);
        double centerX = (Size / 2.0) + Symmetric(random, Shift);
        double centerY = (Size / 2.0) + Symmetric(random, Shift);
        for (int i = 0; i < style.Length; i++)
        {
            double y = (style[i].Y - 0.5 + Symmetric(random, PointJitter)) * height;
            double x = ((style[i].X - 0.5 + Symmetric(random, PointJitter)) * width) - (shear * y);
            _points[i] = new PenPoint(centerX + (cos * x) - (sin * y), centerY + (sin * x) + (cos * y));
        }
    }

    /// <summary>Lowers the distance of the pixels near a line.</summary>
    private void DrawLine(PenPoint from, PenPoint to)
    {
        const double Reach = 4;
        int left = Pixel(Math.Min(from.X, to.X) - Reach);
        int right = Pixel(Math.Max(from.X, to.X) + Reach);
        int top = Pixel(Math.Min(from.Y, to.Y) - Reach);
        int bottom = Pixel(Math.Max(from.Y, to.Y) + Reach);
        double dx = to.X - from.X;
        double dy = to.Y - from.Y;
        double squared = (dx * dx) + (dy * dy);
        for (int row = top; row <= bottom; row++)
        {
            for (int column = left; column <= right; column++)
            {
                double px = column + 0.5 - from.X;
                double py = row + 0.5 - from.Y;
                double along = squared > 0 ? Math.Clamp(((px * dx) + (py * dy)) / squared, 0, 1) : 0;
                double ex = px - (along * dx);
                double ey = py - (along * dy);
                ref double distance = ref _distance[(row * Size) + column];
                distance = Math.Min(distance, (ex * ex) + (ey * ey));
            }
        }
    }

    /// <summary>Turns distances into bytes: full ink inside the pen's radius, a smooth edge, uneven ink, specks.</summary>
    private void Ink(RandomSource random, Span<byte> pixels)
    {
        double softness = Uniform(random, 0.6, 1.3);
        double strength = Uniform(random, 0.75, 1);
        double unevenness = Uniform(random, 0, 0.3);
        for (int i = 0; i < _distance.Length; i++)
        {
            double edge = Math.Clamp((_radius + softness - Math.Sqrt(Math.Min(_distance[i], 1e6))) / (2 * softness), 0, 1);
            double ink = edge * edge * (3 - (2 * edge)) * strength * (1 - (unevenness * random.NextDouble()));
            pixels[i] = (byte)((ink * 255) + 0.5);
        }

        for (int specks = random.NextInt32(7); specks > 0; specks--)
        {
            pixels[random.NextInt32(pixels.Length)] = (byte)(60 + random.NextInt32(160));
        }
    }

    private static int Pixel(double place) => (int)Math.Clamp(place, 0, Size - 1);

    private static double Uniform(RandomSource random, double low, double high) => low + ((high - low) * random.NextDouble());

    private static double Symmetric(RandomSource random, double range) => Uniform(random, -range, range);
}
