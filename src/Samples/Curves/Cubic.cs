using System.Globalization;

namespace MLNet.GradientTrainers.Samples.Curves;

/// <summary>The coefficients of y = a + b·x + c·x² + d·x³.</summary>
internal readonly record struct Cubic(double A, double B, double C, double D)
{
    /// <summary>y by Horner's rule.</summary>
    public double At(double x) => (((((D * x) + C) * x) + B) * x) + A;

    /// <summary>The largest difference of a coefficient.</summary>
    public double Distance(Cubic other) =>
        Math.Max(Math.Max(Math.Abs(A - other.A), Math.Abs(B - other.B)), Math.Max(Math.Abs(C - other.C), Math.Abs(D - other.D)));

    /// <summary>The cubic of x that is mean + spread · this((x − center) / width).</summary>
    public Cubic Unscaled(double center, double width, double mean, double spread)
    {
        // The powers of (x − center) first, then those of x.
        var (a, b, c, d) = (mean + (spread * A), spread * B / width, spread * C / (width * width), spread * D / (width * width * width));
        return new Cubic(
            a - (center * (b - (center * (c - (center * d))))),
            b - (center * ((2 * c) - (3 * center * d))),
            c - (3 * center * d),
            d);
    }

    /// <summary>As a formula.</summary>
    /// <param name="number">Writes a coefficient.</param>
    public string Formula(Func<double, string> number)
    {
        return $"y = {Term(A, "", "−")} {Term(B, "+ ", "− ")}·x {Term(C, "+ ", "− ")}·x² {Term(D, "+ ", "− ")}·x³";

        string Term(double coefficient, string plus, string minus)
        {
            string text = number(coefficient);
            return text.StartsWith('-') ? minus + text[1..] : plus + text;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Formula(value => (Math.Round(value, 6) + 0.0).ToString("0.000000", CultureInfo.InvariantCulture));
}
