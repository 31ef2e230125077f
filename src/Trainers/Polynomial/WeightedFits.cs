namespace MLNet.GradientTrainers;

/// <summary>
/// Fits with several penalties, each with its share: as all are linear in the same terms, their mean is one polynomial, and the errors of rows left out are the mean of theirs. Where rows are
/// few, no choice of a penalty is sure, and the mean predicts better than the one that looks best.
/// </summary>
internal sealed class WeightedFits
{
    private readonly double[] _losses;
    private readonly double[] _weights;

    private WeightedFits(LeaveOneOut[] fits, double[][] shares, double strength)
    {
        Strength = strength;
        Count = shares.Sum(some => some.Length);
        (Used, Rank, ConstantError, _weights) = (fits[0].Used, fits[0].Rank, fits[0].ConstantError, fits[0].Weights);
        var errors = new double[_weights.Length];
        for (int f = 0; f < fits.Length; f++)
        {
            for (int l = 0; l < shares[f].Length; l++)
            {
                if (shares[f][l] != 0)
                {
                    Doubles.AddScaled(shares[f][l], fits[f].Errors[l], errors);
                }
            }
        }

        _losses = Array.ConvertAll(errors, error => error * error);
        Error = _losses.Sum() / _weights.Sum();
        Solution = new double[fits[0].Columns];
        for (int f = 0; f < fits.Length; f++)
        {
            fits[f].AddTo(Solution, shares[f]);
        }
    }

    /// <summary>How many they are.</summary>
    public int Count { get; }

    /// <summary>The coefficients of the columns.</summary>
    public double[] Solution { get; }

    /// <summary>The strength of the penalty; NaN for a mean of several.</summary>
    public double Strength { get; }

    /// <summary>The mean squared error of the rows left out; NaN for one row.</summary>
    public double Error { get; }

    /// <inheritdoc cref="LeaveOneOut.ConstantError"/>
    public double ConstantError { get; }

    /// <inheritdoc cref="LeaveOneOut.Used"/>
    public int Used { get; }

    /// <inheritdoc cref="LeaveOneOut.Rank"/>
    public int Rank { get; }

    /// <summary>A fit of one strength, alone.</summary>
    public static WeightedFits Of(LeaveOneOut fit) => new([fit], [[1]], fit.Strengths.Single());

    /// <summary>
    /// The mean of all strengths of several penalties. A share is the product of evidence, likelihood of the rows left out, and a half-Cauchy prior of the coefficients' scale 1/√λ (N. Polson,
    /// J. Scott, "On the half-Cauchy prior for a global scale parameter", 2012).
    /// </summary>
    public static WeightedFits Mean(LeaveOneOut[] fits)
    {
        // Where the rows don't determine it, least squares is not what the fit gets to with ever smaller penalties.
        var shares = Array.ConvertAll(fits, fit => fit.Strengths.Select((strength, l) =>
            strength == 0 && fit.Rank < fit.Used ? double.NegativeInfinity : fit.LogEvidence[l] + fit.LogLikelihood[l] + LogPrior(Math.Max(strength, LeaveOneOut.SmallestStrength))).ToArray());
        double largest = shares.Max(some => some.Max());
        shares = Array.ConvertAll(shares, some => Array.ConvertAll(some, share => Math.Exp(share - largest)));
        double sum = shares.Sum(some => some.Sum());
        shares = Array.ConvertAll(shares, some => Array.ConvertAll(some, share => share / sum));

        // Where no penalty at all has most of it, the limit of small ones is least squares.
        bool none = fits.Select((fit, f) => fit.Strengths[0] == 0 ? shares[f][0] : 0).Sum() > 0.5;
        return new WeightedFits(fits, shares, none ? 0 : double.NaN);
    }

    /// <summary>Whether the mean squared error is at most one standard error of their difference above the other's, over the same rows.</summary>
    public bool IsAsGoodAs(WeightedFits other)
    {
        // The losses hold their weights already.
        double weight = _weights.Sum();
        double mean = 0;
        for (int i = 0; i < _losses.Length; i++)
        {
            mean += (_losses[i] - other._losses[i]) / weight;
        }

        double squares = 0;
        for (int i = 0; i < _losses.Length; i++)
        {
            double deviation = (_losses[i] - other._losses[i] - (_weights[i] * mean)) / weight;
            squares += deviation * deviation;
        }

        return mean <= Math.Sqrt(squares);
    }

    private static double LogPrior(double strength) => Math.Log(Math.Sqrt(strength) / (1 + strength));
}
