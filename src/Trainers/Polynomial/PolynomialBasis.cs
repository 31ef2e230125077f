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
    private readonly bool _powers;

    /// <param name="terms">The terms.</param>
    /// <param name="centres">Middle of each feature's range.</param>
    /// <param name="halfWidths">Half the width of each feature's range; 0 for a feature that never changes, whose terms are 0.</param>
    /// <param name="powers">Whether t² and t³ stand for themselves, as a penalty on their coefficients asks for; <see cref="ToChebyshev"/> then gives those of a basis without.</param>
    public PolynomialBasis(PolynomialTerms terms, double[] centres, double[] halfWidths, bool powers = false)
    {
        _powers = powers;
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

    /// <summary>The polynomial with these coefficients of this basis; for one thread.</summary>
    public Func<double[], double> Polynomial(double[] coefficients)
    {
        var scratch = new double[ScratchSize];
        var values = new double[coefficients.Length];
        return features =>
        {
            Evaluate(features, scratch, values);
            return Doubles.Dot(values, coefficients);
        };
    }

    /// <summary>The coefficients of the same basis without powers, from those of this basis, whose t² and t³ stand for themselves.</summary>
    public double[] ToChebyshev(ReadOnlySpan<double> coefficients)
    {
        var rows = new double[_stride][];
        for (int k = 0; k < _stride; k++)
        {
            // t² = (T₂ + 1) / 2, t³ = (T₃ + 3·T₁) / 4.
            rows[k] = k == 2 ? [0.5, 0, 0.5] : k == 3 ? [0, 0.75, 0, 0.25] : [.. new double[k], 1];
        }

        return Convert(coefficients, _ => rows);
    }

    /// <summary>The coefficients of the products of powers of x, from those of this basis.</summary>
    public double[] ToPowers(ReadOnlySpan<double> coefficients) => ToPowers(coefficients, new double[Terms.Features], Ones());

    /// <summary>The coefficients of the products of powers of (x − centre) / width, from those of this basis.</summary>
    /// <param name="coefficients">The coefficients of this basis.</param>
    /// <param name="centres">A centre for each feature.</param>
    /// <param name="widths">A width above 0 for each feature.</param>
    public double[] ToPowers(ReadOnlySpan<double> coefficients, double[] centres, double[] widths) =>
        Convert(coefficients, j => PowersOfChebyshev((_centres[j] - centres[j]) / widths[j], _halfWidths[j] / widths[j], cancel: true));

    /// <summary>
    /// The sums of the absolute values of what <see cref="ToPowers(ReadOnlySpan{double}, double[], double[])"/> adds up to each coefficient. What rounding does to it is a small multiple of their last bit.
    /// </summary>
    public double[] MagnitudesOfPowers(ReadOnlySpan<double> coefficients, double[] centres, double[] widths) =>
        Convert(Array.ConvertAll(coefficients.ToArray(), Math.Abs), j => PowersOfChebyshev((_centres[j] - centres[j]) / widths[j], _halfWidths[j] / widths[j], cancel: false));

    private double[] Ones()
    {
        double[] ones = new double[Terms.Features];
        Array.Fill(ones, 1);
        return ones;
    }

    /// <summary>
    /// One feature after another, its polynomial of degree k becomes what row k of its matrix tells. Terms come in ascending degree, so that what a term adds to lower ones goes to those that are done.
    /// </summary>
    private double[] Convert(ReadOnlySpan<double> coefficients, Func<int, double[][]> rowsOf)
    {
        double[] result = coefficients.ToArray();
        int[][] factors = new int[result.Length][];
        for (int i = 0; i < result.Length; i++)
        {
            factors[i] = Terms.FactorsOf(i);
        }

        for (int j = 0; j < Terms.Features; j++)
        {
            if (_halfWidths[j] == 0)
            {
                continue;
            }

            double[][] powers = rowsOf(j);
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

    /// <summary>Row k: the coefficients of Tₖ((x − centre) / halfWidth) as a polynomial of x; or, where nothing may cancel, sums of absolute values.</summary>
    private double[][] PowersOfChebyshev(double centre, double halfWidth, bool cancel)
    {
        double shift = cancel ? -(centre / halfWidth) : Math.Abs(centre / halfWidth);
        double sign = cancel ? -1 : 1;
        var rows = new double[_stride][];
        rows[0] = [1];
        for (int k = 1; k < _stride; k++)
        {
            rows[k] = new double[k + 1];
            double factor = k == 1 ? 1 : 2;
            for (int p = 0; p < k; p++)
            {
                rows[k][p + 1] += factor * rows[k - 1][p] / halfWidth;
                rows[k][p] += factor * rows[k - 1][p] * shift;
            }

            for (int p = 0; p < k - 1; p++)
            {
                rows[k][p] += sign * rows[k - 2][p];
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

        for (int k = 2; k < Math.Min(4, values.Length) && _powers; k++)
        {
            values[k] = t * values[k - 1];
        }
    }
}
