namespace MLNet.GradientTrainers.Kernels;

/// <summary>The error function erf(x) = 2/√π · ∫₀ˣ e^(−t²) dt in double, which .NET does not have. Slow and plain: the lane of floats has a fast one.</summary>
internal static class ErrorFunction
{
    /// <summary>Below it the series, from it on the fraction: each is good to a few units of the last place on its side.</summary>
    private const double Border = 2;

    private const int Fractions = 120;

    /// <summary>erf(x): −1 for −∞, 1 for ∞, NaN for NaN.</summary>
    public static double Erf(double x)
    {
        double magnitude = Math.Abs(x);
        return magnitude < Border ? Series(x)
            : double.IsNaN(x) ? x
            : Math.CopySign(1 - Complement(magnitude), x);
    }

    /// <summary>2/√π · e^(−x²) · Σ 2ⁿ · x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)): all terms have one sign (M. Abramowitz, I. Stegun, 7.1.6).</summary>
    private static double Series(double x)
    {
        double term = x;
        double sum = 0;
        for (int n = 1; sum + term != sum; n++)
        {
            sum += term;
            term *= 2 * x * x / ((2 * n) + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x) * sum;
    }

    /// <summary>erfc(x) = e^(−x²) / √π · 1/(x + ½/(x + 1/(x + 1½/(x + …)))) for x &gt; 0 (7.1.14), from the far end.</summary>
    private static double Complement(double x)
    {
        double fraction = x;
        for (int k = Fractions; k > 0; k--)
        {
            fraction = x + (0.5 * k / fraction);
        }

        return Math.Exp(-x * x) / (Math.Sqrt(Math.PI) * fraction);
    }
}
