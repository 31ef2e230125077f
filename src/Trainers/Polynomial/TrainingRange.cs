using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers;

/// <summary>Where a polynomial was fitted: the range of each feature over the training rows, and that of the scores there.</summary>
/// <param name="Lowest">The smallest value of each feature.</param>
/// <param name="Highest">The largest value of each feature.</param>
/// <param name="LowestScore">The smallest score of a training row.</param>
/// <param name="HighestScore">The largest score of a training row.</param>
internal sealed record TrainingRange(double[] Lowest, double[] Highest, double LowestScore, double HighestScore)
{
    /// <summary>Half the distance of neighbouring Singles, relatively: scores are told no finer.</summary>
    public const double SinglePrecision = 6e-8;

    /// <summary>What a score may be off by: a share of the scores' range, or what a Single does not resolve.</summary>
    public double Tolerance(double share) =>
        Math.Max(share * (HighestScore - LowestScore), SinglePrecision * Math.Max(Math.Abs(LowestScore), Math.Abs(HighestScore)));

    /// <summary>The ranges over rows.</summary>
    /// <param name="rows">The training rows.</param>
    /// <param name="score">The polynomial.</param>
    /// <param name="before">The ranges of the rows that the polynomial was fitted to before; null for none.</param>
    public static TrainingRange Of(PolynomialRows rows, Func<double[], double> score, TrainingRange? before)
    {
        var features = new double[rows.Width];
        double[] lowest = before?.Lowest.ToArray() ?? Filled(rows.Width, double.PositiveInfinity);
        double[] highest = before?.Highest.ToArray() ?? Filled(rows.Width, double.NegativeInfinity);
        double lowestScore = double.PositiveInfinity;
        double highestScore = double.NegativeInfinity;
        for (int i = 0; i < rows.Count; i++)
        {
            rows.Read(i, features);
            double value = score(features);
            lowestScore = Math.Min(lowestScore, value);
            highestScore = Math.Max(highestScore, value);
            for (int j = 0; j < features.Length; j++)
            {
                lowest[j] = Math.Min(lowest[j], features[j]);
                highest[j] = Math.Max(highest[j], features[j]);
            }
        }

        return new TrainingRange(lowest, highest, lowestScore, highestScore);
    }

    private static double[] Filled(int count, double value)
    {
        double[] values = new double[count];
        Array.Fill(values, value);
        return values;
    }
}
