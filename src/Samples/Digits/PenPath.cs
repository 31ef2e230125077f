using System.Globalization;

namespace MLNet.GradientTrainers.Samples.Digits;

/// <summary>A point of a pen path.</summary>
internal readonly record struct PenPoint(double X, double Y);

/// <summary>Strokes of lines and Bézier curves, kept as their control points so that a hand can move each of them.</summary>
internal sealed class PenPath
{
    /// <summary>Lines that a curve is drawn with: at 20 pixels of height their corners cannot be seen.</summary>
    private const int LinesPerCurve = 8;

    private readonly (char Command, int First)[] _commands;

    private PenPath((char Command, int First)[] commands, PenPoint[] points)
    {
        _commands = commands;
        Points = points;
    }

    /// <summary>All control points in order.</summary>
    public PenPoint[] Points { get; }

    /// <summary>Reads a path of absolute M, L, Q and C commands.</summary>
    public static PenPath Parse(string text)
    {
        var commands = new List<(char, int)>();
        var numbers = new List<double>();
        foreach (string token in text.Split(' '))
        {
            if (char.IsAsciiLetter(token[0]))
            {
                commands.Add((token[0], numbers.Count / 2));
            }
            else
            {
                numbers.Add(double.Parse(token, CultureInfo.InvariantCulture));
            }
        }

        return new(
            [.. commands],
            [.. Enumerable.Range(0, numbers.Count / 2).Select(i => new PenPoint(numbers[2 * i], numbers[(2 * i) + 1]))]);
    }

    /// <summary>Draws the path as straight lines through other control points than its own.</summary>
    /// <param name="points">As many as <see cref="Points"/>.</param>
    /// <param name="draw">Called for each line with its two ends.</param>
    public void Draw(PenPoint[] points, Action<PenPoint, PenPoint> draw)
    {
        PenPoint pen = default;
        foreach ((char command, int first) in _commands)
        {
            switch (command)
            {
                case 'M':
                    pen = points[first];
                    break;
                case 'L':
                    draw(pen, points[first]);
                    pen = points[first];
                    break;
                case 'Q':
                    pen = Curve(pen, Between(pen, points[first], 2.0 / 3), Between(points[first + 1], points[first], 2.0 / 3), points[first + 1], draw);
                    break;
                case 'C':
                    pen = Curve(pen, points[first], points[first + 1], points[first + 2], draw);
                    break;
                default:
                    throw new FormatException($"A pen path knows M, L, Q and C, not {command}.");
            }
        }
    }

    private static PenPoint Curve(PenPoint a, PenPoint b, PenPoint c, PenPoint d, Action<PenPoint, PenPoint> draw)
    {
        PenPoint pen = a;
        for (int i = 1; i <= LinesPerCurve; i++)
        {
            double t = (double)i / LinesPerCurve;
            double u = 1 - t;
            double wa = u * u * u;
            double wb = 3 * u * u * t;
            double wc = 3 * u * t * t;
            double wd = t * t * t;
            var next = new PenPoint(
                (wa * a.X) + (wb * b.X) + (wc * c.X) + (wd * d.X),
                (wa * a.Y) + (wb * b.Y) + (wc * c.Y) + (wd * d.Y));
            draw(pen, next);
            pen = next;
        }

        return d;
    }

    private static PenPoint Between(PenPoint from, PenPoint to, double share) =>
        new(from.X + (share * (to.X - from.X)), from.Y + (share * (to.Y - from.Y)));
}
