namespace MLNet.GradientTrainers;

/// <summary>
/// Products of Chebyshev polynomials of scaled features: term x₁²·x₂ is stood for by T₂(t₁)·T₁(t₂), where tⱼ = (xⱼ − centreⱼ) / halfWidthⱼ lies in [−1, 1] for the
/// training rows. The span is that of the powers, but the columns are far from parallel, so that high degrees can be solved for.
/// </summary>
/// <remarks>T₀ = 1, T₁ = t, Tₖ₊₁ = 2·t·Tₖ − Tₖ₋₁. P. Chebyshev, "Théorie des mécanismes connus sous le nom de parallélogrammes", 1854.</remarks>
internal sealed class PolynomialBasis
{
    private readonly double[] _centres;
    private readonly double[] _halfWidths;
    private readonly int _stride;

    /// <param name="terms">The terms.</param>
    /// <param name="centres">Middle of each feature's range.</param>
    /// <param name="halfWidths">Half the width of each feature's range; 0 for a feature that never changes, whose terms are 0.</param>
    public PolynomialBasis(PolynomialTerms terms, double[] centres, double[] halfWidths)
    {
        Terms = terms;
        _centres = centres;
        _halfWidths = halfWidths;
        _stride = terms.LargestPower + 1;
    }

    public PolynomialTerms Terms { get; }

    public ReadOnlySpan<double> Centres => _centres;

    public ReadOnlySpan<double> HalfWidths => _halfWidths;

    /// <summary>Numbers that <see cref="Evaluate"/> needs to work with.</summary>
    public int ScratchSize => Terms.Features * _stride;

    /// <summary>The value of each term for one row.</summary>
    /// <param name="features">The row.</param>
    /// <param name="scratch"><see cref="ScratchSize"/> numbers.</param>
    /// <param name="values">Receives one value a term.</param>
    public void Evaluate(ReadOnlySpan<double> features, Span<double> scratch, Span<double> values)
    {
        for (int j = 0; j < features.Length; j++)
        {
            Chebyshev(features[j], j, scratch.Slice(j * _stride, _stride));
        }

        var prefixes = Terms.Prefixes;
        var lasts = Terms.Lasts;
        var powers = Terms.Powers;
        values[0] = 1;
        for (int i = 1; i < prefixes.Length; i++)
        {
            values[i] = values[prefixes[i]] * scratch[(lasts[i] * _stride) + powers[i]];
        }
    }

    /// <summary>The coefficients of the products of powers of x, from those of this basis.</summary>
    public double[] ToPowers(ReadOnlySpan<double> coefficients) => ToPowers(coefficients, _centres, _halfWidths);

    /// <summary>The coefficients of the products of powers of the scaled features t, from those of this basis.</summary>
    public double[] ToScaledPowers(ReadOnlySpan<double> coefficients) =>
        ToPowers(coefficients, new double[Terms.Features], Array.ConvertAll(_halfWidths, width => width > 0 ? 1.0 : 0.0));

    /// <summary>
    /// One feature after another, Tₖ becomes its powers. Terms come in ascending degree, so that what a term adds to lower ones goes to those that are done.
    /// </summary>
    private double[] ToPowers(ReadOnlySpan<double> coefficients, double[] centres, double[] halfWidths)
    {
        double[] result = coefficients.ToArray();
        int[][] factors = new int[result.Length][];
        for (int i = 0; i < result.Length; i++)
        {
            factors[i] = Terms.FactorsOf(i);
        }

        for (int j = 0; j < Terms.Features; j++)
        {
            if (halfWidths[j] == 0)
            {
                continue;
            }

            double[][] powers = PowersOfChebyshev(centres[j], halfWidths[j]);
            for (int i = 1; i < result.Length; i++)
            {
                int first = Array.IndexOf(factors[i], j);
                if (first < 0 || result[i] == 0)
                {
                    continue;
                }

                double value = result[i];
                int power = Array.LastIndexOf(factors[i], j) - first + 1;
                result[i] = value * powers[power][power];
                var lower = factors[i].ToList();
                for (int k = power - 1; k >= 0; k--)
                {
                    lower.RemoveAt(first);
                    result[Terms.IndexOf(lower.ToArray())] += value * powers[power][k];
                }
            }
        }

        return result;
    }

    /// <summary>Row k: the coefficients of Tₖ((x − centre) / halfWidth) as a polynomial of x.</summary>
    private double[][] PowersOfChebyshev(double centre, double halfWidth)
    {
        var rows = new double[_stride][];
        rows[0] = [1];
        for (int k = 1; k < _stride; k++)
        {
            rows[k] = new double[k + 1];
            double factor = k == 1 ? 1 : 2;
            for (int p = 0; p < k; p++)
            {
                rows[k][p + 1] += factor * rows[k - 1][p] / halfWidth;
                rows[k][p] -= factor * rows[k - 1][p] * (centre / halfWidth);
            }

            for (int p = 0; p < k - 1; p++)
            {
                rows[k][p] -= rows[k - 2][p];
            }
        }

        return rows;
    }

    private void Chebyshev(double x, int feature, Span<double> values)
    {
        double width = _halfWidths[feature];
        values[0] = 1;
        if (width == 0)
        {
            // 0, but a NaN stays visible.
            values[1..].Fill(0 * x);
            return;
        }

        double t = (x - _centres[feature]) / width;
        values[1] = t;
        for (int k = 2; k < values.Length; k++)
        {
            values[k] = (2 * t * values[k - 1]) - values[k - 2];
        }
    }
}
