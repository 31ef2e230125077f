namespace MLNet.GradientTrainers;

/// <summary>
/// The error of each row under the fit to all other rows, exactly, for several strengths of the penalty, from one decomposition: eᵢ / (1 − hᵢᵢ), with the row's error e and its leverage h
/// in the fit to all. The strength that is chosen has the smallest mean square, or is larger and as good.
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
    private const double SmallestStrength = 1e-16;

    private readonly double[] _losses;
    private readonly double[] _weights;

    private LeaveOneOut(double strength, double[] losses, double[] weights, double constantError, int used, int rank)
    {
        (Strength, ConstantError, Used, Rank) = (strength, constantError, used, rank);
        _losses = losses;
        _weights = weights;
        Error = losses.Sum() / weights.Sum();
    }

    /// <summary>The strength chosen.</summary>
    public double Strength { get; }

    /// <summary>Its mean squared error of the rows left out; NaN for one row.</summary>
    public double Error { get; }

    /// <summary>That of the mean of the other rows, or of 0 without intercept.</summary>
    public double ConstantError { get; }

    /// <summary>Coefficients beside the constant: those of columns that are not 0 in all rows.</summary>
    public int Used { get; }

    /// <summary>How many of them the rows alone determine.</summary>
    public int Rank { get; }

    /// <param name="design">The terms and rows.</param>
    /// <param name="squares">Their triangle, or that of its leading columns.</param>
    /// <param name="columns">Columns that are used, the leading ones.</param>
    /// <param name="penalties">For each column, the factor of θ² beside the mean of the squared errors for strength 1; 0 for columns that are always 0, and for the constant.</param>
    /// <param name="strengths">The strengths, ascending; 0 is not chosen where rows don't determine all coefficients.</param>
    /// <param name="asGood">How far above the smallest error that of a larger strength may be that is preferred, in standard errors of the difference.</param>
    /// <param name="token">Cancels.</param>
    public static LeaveOneOut Measure(PolynomialDesign design, LeastSquares squares, int columns, ReadOnlySpan<double> penalties, double[] strengths, double asGood, CancellationToken token)
    {
        int first = design.Intercepts;
        int width = columns - first;
        double[] scales = new double[width];
        double[] means = new double[width];
        int last = design.Columns;
        for (int j = 0; j < width; j++)
        {
            scales[j] = penalties[first + j] > 0 ? 1 / Math.Sqrt(penalties[first + j]) : 0;
            means[j] = first == 1 ? squares[0, 1 + j] / squares[0, 0] : 0;
        }

        double meanLabel = first == 1 ? squares[0, last] / squares[0, 0] : 0;
        double[][] directions = Directions(squares, first, last, scales, token);
        int count = strengths.Length;
        var shares = new double[directions.Length][];
        var rests = new double[directions.Length][];
        for (int k = 0; k < directions.Length; k++)
        {
            var direction = directions[k].AsSpan(0, width);
            double square = Doubles.Dot(direction, direction);
            double length = Math.Sqrt(square);
            double label = directions[k][width];
            shares[k] = Array.ConvertAll(strengths, strength => Math.Max(strength, SmallestStrength) * design.Weight is var penalty ? penalty / (square + penalty) : 0);
            rests[k] = Array.ConvertAll(shares[k], share => share * label);
            for (int j = 0; j < width; j++)
            {
                directions[k][j] /= length;
            }

            // What turns a row's product with the direction into that with the left singular vector.
            directions[k][width + 1] = 1 / length;
        }

        int rows = Math.Min(design.Count, MaxRows);
        var values = new double[last + 1];
        var z = new double[width];
        var errors = new double[count];
        var leftOver = new double[count];
        var losses = new double[count][];
        for (int l = 0; l < count; l++)
        {
            losses[l] = new double[rows];
        }

        var weights = new double[rows];
        double constantLoss = 0;
        for (int i = 0; i < rows; i++)
        {
            token.ThrowIfCancellationRequested();
            weights[i] = design.Read((int)((long)i * design.Count / rows), values);
            double root = first == 1 ? values[0] : 0;
            for (int j = 0; j < width; j++)
            {
                z[j] = (values[first + j] - (root * means[j])) * scales[j];
            }

            double label = values[last] - (root * meanLabel);
            double error = label;
            double withoutMean = first == 1 ? 1 - (root / squares[0, 0] * (root / squares[0, 0])) : 1;
            double rest = withoutMean;
            errors.AsSpan().Clear();
            leftOver.AsSpan().Clear();
            for (int k = 0; k < directions.Length; k++)
            {
                double u = Doubles.Dot(z, directions[k].AsSpan(0, width)) * directions[k][width + 1];
                error -= u * directions[k][width];
                rest -= u * u;
                Doubles.AddScaled(u, rests[k], errors);
                Doubles.AddScaled(u * u, shares[k], leftOver);
            }

            (error, rest) = rest > ExactFit ? (error, rest) : (0, 0);
            for (int l = 0; l < count; l++)
            {
                losses[l][i] = Square((error + errors[l]) / (rest + leftOver[l]));
            }

            constantLoss += Square(label / withoutMean);
        }

        // Where the rows don't determine it, least squares is not what the fit gets to with ever smaller penalties.
        int used = scales.Count(scale => scale > 0);
        int lowest = count > 1 && directions.Length < used ? 1 : 0;
        int best = Enumerable.Range(lowest, count - lowest).MinBy(l => losses[l].Sum());
        int chosen = count - 1;
        while (chosen > best && !IsAsGood(losses[chosen], losses[best], weights, asGood))
        {
            chosen--;
        }

        return new LeaveOneOut(strengths[chosen], losses[chosen], weights, constantLoss / weights.Sum(), used, directions.Length);
    }

    /// <summary>Whether the mean squared error is at most one standard error of their difference above the other's, over the same rows.</summary>
    public bool IsAsGoodAs(LeaveOneOut other) => IsAsGood(_losses, other._losses, _weights, standardErrors: 1);

    private static bool IsAsGood(double[] losses, double[] others, double[] weights, double standardErrors)
    {
        // The losses hold their weights already.
        double weight = weights.Sum();
        double mean = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            mean += (losses[i] - others[i]) / weight;
        }

        double squares = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            squares += Square((losses[i] - others[i] - (weights[i] * mean)) / weight);
        }

        return mean <= standardErrors * Math.Sqrt(squares);
    }

    /// <summary>S·Vᵀ of the columns less their mean, scaled; behind each row stand Uᵀy and a free number.</summary>
    private static double[][] Directions(LeastSquares squares, int first, int last, double[] scales, CancellationToken token)
    {
        int width = scales.Length;
        var rows = new double[width][];
        for (int i = 0; i < width; i++)
        {
            rows[i] = new double[width + 2];
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
