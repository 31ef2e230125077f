using System.Globalization;

namespace MLNet.GradientTrainers.DigitService.Tests.Drawing;

/// <summary>A digit as somebody draws it with a mouse: strokes of points from 0 to 1 over the pad.</summary>
/// <param name="Digit">0 to 9.</param>
/// <param name="Strokes">The strokes, each of two points or more.</param>
internal sealed record DrawnDigit(int Digit, IReadOnlyList<IReadOnlyList<(double X, double Y)>> Strokes)
{
    /// <summary>
    /// How the digits are drawn: several forms each, strokes apart by |, points in a box of 1 × 1. Through them goes a smooth curve, with corners where a point stands twice. They are this test's own, not those
    /// that the training digits come from.
    /// </summary>
    private static readonly string[][] Forms =
    [
        [
            ".55,.02 .2,.12 .03,.5 .18,.88 .5,.99 .82,.87 .97,.5 .85,.14 .5,.02",
            ".48,0 .78,.1 .95,.48 .8,.9 .5,1 .2,.9 .05,.5 .22,.08 .56,.01",
            ".7,.08 .42,.02 .12,.25 .05,.6 .25,.95 .6,.98 .9,.7 .93,.3 .72,.05 .5,.1",
        ],
        [
            ".5,0 .5,.5 .5,1",
            ".2,.27 .55,0 .55,0 .55,.5 .54,1",
            ".64,0 .55,.5 .44,1",
            ".25,.22 .5,.02 .5,.02 .5,.95 .5,.95 | .2,.97 .8,.97",
        ],
        [
            ".08,.25 .25,.05 .55,.01 .85,.15 .82,.4 .5,.68 .08,.98 .08,.98 .5,.97 .96,.97",
            ".1,.2 .4,.0 .8,.1 .85,.35 .6,.65 .2,.9 .12,.98 .25,.88 .5,.92 .75,1 .95,.9",
            ".05,.08 .45,.03 .88,.06 .88,.06 .5,.5 .1,.95 .1,.95 .5,.97 .95,.95",
        ],
        [
            ".1,.12 .45,.01 .82,.12 .8,.35 .45,.47 .45,.47 .85,.58 .92,.82 .55,.99 .08,.9",
            ".1,.03 .5,.03 .9,.03 .9,.03 .5,.42 .5,.42 .85,.5 .95,.75 .7,.97 .35,1 .05,.88",
            ".15,.18 .4,.02 .75,.08 .78,.3 .55,.45 .4,.48 .65,.5 .88,.65 .85,.9 .5,1 .12,.88",
        ],
        [
            ".3,.02 .18,.35 .06,.62 .06,.62 .5,.62 .96,.6 | .7,.3 .69,.65 .68,1",
            ".68,1 .68,.5 .68,.02 .68,.02 .35,.38 .04,.7 .04,.7 .5,.7 .98,.69",
            ".14,.04 .1,.3 .1,.52 .1,.52 .5,.53 .88,.5 | .84,.03 .82,.5 .8,.99",
        ],
        [
            ".2,.04 .16,.25 .14,.45 .14,.45 .45,.36 .82,.48 .88,.75 .6,.97 .08,.92 | .2,.04 .5,.03 .9,.02",
            ".9,.04 .55,.03 .22,.04 .22,.04 .18,.25 .15,.45 .15,.45 .5,.38 .85,.55 .85,.82 .5,1 .08,.9",
            ".86,.02 .5,.05 .24,.07 .24,.07 .22,.42 .22,.42 .6,.42 .86,.6 .78,.88 .42,.98 .1,.88",
        ],
        [
            ".72,.02 .35,.22 .1,.55 .1,.8 .35,.99 .72,.95 .9,.75 .75,.55 .4,.53 .13,.72",
            ".5,0 .25,.3 .1,.65 .2,.92 .5,1 .82,.9 .85,.65 .55,.53 .22,.66",
            ".82,.1 .5,.03 .2,.3 .1,.65 .25,.95 .6,.99 .85,.8 .7,.56 .35,.58 .15,.75",
        ],
        [
            ".06,.04 .5,.04 .94,.03 .94,.03 .7,.4 .45,1",
            ".08,.06 .5,.03 .92,.02 .92,.02 .65,.5 .42,.98 | .3,.5 .8,.48",
            ".1,.2 .12,.05 .12,.05 .5,.06 .92,.04 .92,.04 .68,.42 .6,.7 .55,1",
        ],
        [
            ".82,.14 .5,.01 .2,.12 .25,.35 .55,.5 .85,.68 .82,.92 .5,1 .18,.9 .2,.68 .5,.5 .78,.34 .82,.14",
            ".5,.47 .2,.36 .2,.1 .5,.01 .8,.1 .8,.36 .5,.47 | .5,.48 .15,.6 .12,.88 .5,1 .88,.88 .85,.6 .5,.48",
            ".75,.06 .4,.02 .2,.2 .4,.42 .7,.58 .85,.82 .6,.99 .25,.95 .15,.75 .35,.55 .65,.38 .8,.2 .72,.05",
        ],
        [
            ".85,.22 .55,.02 .2,.12 .15,.35 .4,.52 .75,.42 .86,.2 .86,.2 .85,.6 .82,1",
            ".84,.25 .65,.03 .3,.04 .12,.25 .28,.48 .6,.48 .84,.25 .86,.55 .7,.88 .3,.99",
            ".8,.12 .45,.03 .15,.22 .3,.48 .65,.42 .82,.14 .82,.14 .7,.55 .55,1",
        ],
    ];

    /// <summary>A digit in one of its forms, as one of many hands draws it: of another size, place, slant and steadiness.</summary>
    /// <param name="digit">0 to 9.</param>
    /// <param name="seed">Decides all of it.</param>
    public static DrawnDigit Of(int digit, int seed)
    {
        var random = new Random((digit * 1000) + seed);
        string form = Forms[digit][seed % Forms[digit].Length];
        double height = Uniform(0.5, 0.86);
        double width = height * Uniform(0.55, 0.8);
        double slant = Uniform(-0.18, 0.22);
        double angle = Uniform(-0.12, 0.12);
        double left = Uniform(width / 2 + 0.04, 0.96 - (width / 2));
        double top = Uniform(height / 2 + 0.04, 0.96 - (height / 2));
        (double X, double Y) Place((double X, double Y) point)
        {
            double y = (point.Y - 0.5 + Uniform(-0.025, 0.025)) * height;
            double x = ((point.X - 0.5 + Uniform(-0.025, 0.025)) * width) - (slant * y);
            return (Math.Clamp(left + (Math.Cos(angle) * x) - (Math.Sin(angle) * y), 0.02, 0.98), Math.Clamp(top + (Math.Sin(angle) * x) + (Math.Cos(angle) * y), 0.02, 0.98));
        }

        return new DrawnDigit(digit, [.. form.Split(" | ").Select(stroke => Smooth([.. stroke.Split(' ').Select(Point).Select(Place)]))]);

        double Uniform(double low, double high) => low + ((high - low) * random.NextDouble());
    }

    private static (double X, double Y) Point(string text)
    {
        string[] parts = text.Split(',');
        return (double.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>A Catmull-Rom curve through the points.</summary>
    private static List<(double X, double Y)> Smooth((double X, double Y)[] points)
    {
        const int Parts = 8;
        List<(double X, double Y)> curve = [points[0]];
        for (int i = 0; i + 1 < points.Length; i++)
        {
            var (a, b, c, d) = (points[Math.Max(0, i - 1)], points[i], points[i + 1], points[Math.Min(points.Length - 1, i + 2)]);
            for (int part = 1; part <= Parts; part++)
            {
                double t = (double)part / Parts;
                curve.Add((Spline(a.X, b.X, c.X, d.X, t), Spline(a.Y, b.Y, c.Y, d.Y, t)));
            }
        }

        return curve;
    }

    private static double Spline(double a, double b, double c, double d, double t) =>
        0.5 * ((2 * b) + ((c - a) * t) + (((2 * a) - (5 * b) + (4 * c) - d) * t * t) + (((3 * b) - a - (3 * c) + d) * t * t * t));
}
