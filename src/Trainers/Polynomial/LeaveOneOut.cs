namespace MLNet.GradientTrainers;

/// <summary>
/// The fits with several strengths of one penalty, and the error of each row under the fit to all other rows, exactly, from one decomposition: eᵢ / (1 − hᵢᵢ), with the row's error e and its
/// leverage h in the fit to all.
/// </summary>
/// <remarks>
/// D. Allen, "The relationship between variable selection and data augmentation and a method for prediction", 1974 (PRESS). With Z = U·S·Vᵀ, the columns less their mean and divided by the
/// roots of their penalties, e = r + U·G·Uᵀy and 1 − h = q + Σₖuᵢₖ²·gₖ, where r and q are those of no penalty and gₖ = λ / (sₖ² + λ). All sums are of what is left, so that they are right
/// where the polynomial goes through all rows, too.
/// </remarks>
internal sealed class LeaveOneOut
{
    /// <summary>Of more rows, so many are left out, evenly spread: the fit is to all, and their errors tell enough.</summary>
    public const int MaxRows = 10_000;

    /// <summary>Directions whose singular value is less than this share of the largest do not count.</summary>
    private const double Tolerance = 1e-9;

    /// <summary>A leverage this near to 1 is 1 but for rounding: the row is fitted exactly.</summary>
    private const double ExactFit = 1e-8;

    /// <summary>Stands for no penalty at all: its limit, which is there where 0 / 0 is not.</summary>
    public const double SmallestStrength = 1e-16;

    /// <summary>Labels are Singles: half their last bit.</summary>
    private const double Rounding = 6e-8;

    private readonly PolynomialDesign _design;
    private readonly double[] _scales;
    private readonly double[] _means;
    private readonly double _meanLabel;

    // Rows of S·Vᵀ; behind each stands its element of Uᵀy.
    private readonly double[][] _directions;

    // gₖ of each direction and strength.
    private readonly double[][] _shares;

    private LeaveOneOut(PolynomialDesign design, LeastSquares squares, int columns, ReadOnlySpan<double> penalties, double[] strengths, CancellationToken token)
    {
        (_design, Strengths) = (design, strengths);
        int first = design.Intercepts;
        int width = columns - first;
        _scales = new double[width];
        _means = new double[width];
        for (int j = 0; j < width; j++)
        {
            _scales[j] = penalties[first + j] > 0 ? 1 / Math.Sqrt(penalties[first + j]) : 0;
            _means[j] = first == 1 ? squares[0, 1 + j] / squares[0, 0] : 0;
        }

        _meanLabel = first == 1 ? squares[0, design.Columns] / squares[0, 0] : 0;
        _directions = Directions(squares, first, design.Columns, _scales, token);
        _shares = Array.ConvertAll(_directions, direction =>
        {
            double square = Doubles.Dot(direction.AsSpan(0, width), direction.AsSpan(0, width));
            return Array.ConvertAll(strengths, strength => 1 / (1 + (square / (Math.Max(strength, SmallestStrength) * design.Weight))));
        });
        Errors = Array.ConvertAll(strengths, _ => new double[Math.Min(design.Count, MaxRows)]);
        Weights = new double[Math.Min(design.Count, MaxRows)];
        LogEvidence = new double[strengths.Length];
        LogLikelihood = new double[strengths.Length];
    }

    /// <summary>The strengths of the penalty, ascending.</summary>
    public double[] Strengths { get; }

    /// <summary>For each strength the errors of the rows left out, times the roots of their weights; NaN for one row.</summary>
    public double[][] Errors { get; }

    /// <summary>The weights of the rows left out.</summary>
    public double[] Weights { get; }

    /// <summary>For each strength the logarithm of the labels' likelihood, were coefficients drawn as the penalty has them, over all scales of the noise (D. MacKay, "Bayesian interpolation", 1992).</summary>
    public double[] LogEvidence { get; }

    /// <summary>For each strength that of the likelihood of the rows left out, by their mean square (S. Geisser, W. Eddy, "A predictive approach to model selection", 1979).</summary>
    public double[] LogLikelihood { get; }

    /// <summary>The mean square of the errors by the mean of the other rows, or by 0 without intercept.</summary>
    public double ConstantError { get; private set; }

    /// <summary>Columns that are used.</summary>
    public int Columns => _scales.Length + _design.Intercepts;

    /// <summary>Coefficients beside the constant: those of columns that are not 0 in all rows.</summary>
    public int Used => _scales.Count(scale => scale > 0);

    /// <summary>How many of them the rows alone determine.</summary>
    public int Rank => _directions.Length;

    /// <param name="design">The terms and rows.</param>
    /// <param name="squares">Their triangle.</param>
    /// <param name="columns">Columns that are used, the leading ones.</param>
    /// <param name="penalties">For each column, the factor of θ² beside the mean of the squared errors for strength 1; 0 for columns that are always 0, and for the constant.</param>
    /// <param name="strengths">The strengths, ascending.</param>
    /// <param name="token">Cancels.</param>
    public static LeaveOneOut Measure(PolynomialDesign design, LeastSquares squares, int columns, ReadOnlySpan<double> penalties, double[] strengths, CancellationToken token)
    {
        var result = new LeaveOneOut(design, squares, columns, penalties, strengths, token);
        result.Measure(squares, token);
        return result;
    }

    /// <summary>Adds the fit of each strength, times its share, to the coefficients of the columns.</summary>
    public void AddTo(double[] solution, double[] shares)
    {
        int first = _design.Intercepts;
        int width = _scales.Length;
        var sum = new double[width];
        for (int k = 0; k < _directions.Length; k++)
        {
            // s·vₖ·(Uᵀy)ₖ·Σ(1 − gₖ) / s².
            double kept = 0;
            for (int l = 0; l < shares.Length; l++)
            {
                kept += shares[l] * (1 - _shares[k][l]);
            }

            var direction = _directions[k].AsSpan(0, width);
            Doubles.AddScaled(kept * _directions[k][width] / Doubles.Dot(direction, direction), direction, sum);
        }

        double constant = shares.Sum() * _meanLabel;
        for (int j = 0; j < width; j++)
        {
            solution[first + j] += sum[j] * _scales[j];
            constant -= sum[j] * _scales[j] * _means[j];
        }

        if (first == 1)
        {
            solution[0] += constant;
        }
    }

    /// <summary>Reads the rows and gets what each strength's fit makes of them.</summary>
    private void Measure(LeastSquares squares, CancellationToken token)
    {
        int first = _design.Intercepts;
        int width = _scales.Length;
        int last = _design.Columns;
        int rows = Weights.Length;
        double[] lengths = Array.ConvertAll(_directions, direction => Doubles.Dot(direction.AsSpan(0, width), direction.AsSpan(0, width)));
        var rests = _shares.Select((shares, k) => Array.ConvertAll(shares, share => share * _directions[k][width])).ToArray();
        var values = new double[last + 1];
        var z = new double[width];
        var errors = new double[Strengths.Length];
        var leftOver = new double[Strengths.Length];
        double constantLoss = 0;
        double labels = 0;
        double unfitted = 0;
        for (int i = 0; i < rows; i++)
        {
            token.ThrowIfCancellationRequested();
            Weights[i] = _design.Read((int)((long)i * _design.Count / rows), values);
            double root = first == 1 ? values[0] : 0;
            for (int j = 0; j < width; j++)
            {
                z[j] = (values[first + j] - (root * _means[j])) * _scales[j];
            }

            double label = values[last] - (root * _meanLabel);
            double error = label;
            double withoutMean = first == 1 ? 1 - (root / squares[0, 0] * (root / squares[0, 0])) : 1;
            double rest = withoutMean;
            errors.AsSpan().Clear();
            leftOver.AsSpan().Clear();
            for (int k = 0; k < _directions.Length; k++)
            {
                double u = Doubles.Dot(z, _directions[k].AsSpan(0, width)) / lengths[k];
                error -= u * _directions[k][width];
                rest -= u * u;
                Doubles.AddScaled(u, rests[k], errors);
                Doubles.AddScaled(u * u, _shares[k], leftOver);
            }

            (error, rest) = rest > ExactFit ? (error, rest) : (0, 0);
            for (int l = 0; l < errors.Length; l++)
            {
                Errors[l][i] = (error + errors[l]) / (rest + leftOver[l]);
            }

            constantLoss += Square(label / withoutMean);
            labels += Square(values[last]);
            unfitted += Square(error);
        }

        double weight = Weights.Sum();
        ConstantError = constantLoss / weight;
        double rounding = Square(Rounding) * labels / weight;
        for (int l = 0; l < errors.Length; l++)
        {
            double square = ((unfitted / weight) + rounding) * _design.Weight;
            double logarithm = 0;
            for (int k = 0; k < _directions.Length; k++)
            {
                square += rests[k][l] * _directions[k][width];
                logarithm += Math.Log(_shares[k][l]);
            }

            double mean = (Doubles.Dot(Errors[l], Errors[l]) / weight) + rounding;
            LogEvidence[l] = (logarithm - ((_design.Count - first) * Math.Log(Math.Max(square, double.Epsilon)))) / 2;

            // One row has no others.
            LogLikelihood[l] = double.IsNaN(mean) ? 0 : -_design.Count * Math.Log(Math.Max(mean, double.Epsilon)) / 2;
        }
    }

    /// <summary>S·Vᵀ of the columns less their mean, scaled; behind each row stands its element of Uᵀy.</summary>
    private static double[][] Directions(LeastSquares squares, int first, int last, double[] scales, CancellationToken token)
    {
        int width = scales.Length;
        var rows = new double[width][];
        for (int i = 0; i < width; i++)
        {
            rows[i] = new double[width + 1];
            for (int j = i; j < width; j++)
            {
                rows[i][j] = squares[first + i, first + j] * scales[j];
            }

            rows[i][width] = squares[first + i, last];
        }

        double Length(double[] row) => Math.Sqrt(Doubles.Dot(row.AsSpan(0, width), row.AsSpan(0, width)));
        double largest = rows.Select(Length).DefaultIfEmpty().Max();

        // With fewer rows than columns most of the triangle is rounding.
        rows = [.. rows.Where(row => Length(row) > 1e-3 * Tolerance * largest).OrderByDescending(Length)];
        OrthogonalRows.Make(rows, width, token);
        double limit = Tolerance * rows.Select(Length).DefaultIfEmpty().Max();
        return [.. rows.Where(row => Length(row) > limit)];
    }

    private static double Square(double value) => value * value;
}
