using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>The degrees that are tried where none is given.</summary>
internal static class PolynomialDegrees
{
    /// <summary>Tried on any rows; the penalty sees to few ones.</summary>
    private const int Usual = 3;

    /// <summary>Tried where there are <see cref="RowsForTerm"/> rows for each term: beyond the range of the rows such polynomials leave any measure.</summary>
    private const int Highest = 8;

    private const int RowsForTerm = 20;

    /// <summary>A fit of so many terms takes about half a second.</summary>
    private const int MaxTerms = 300;

    /// <summary>The most multiplications of a QR, halved, and of the errors of rows left out: about another half.</summary>
    private const double MaxWork = 8e8;

    /// <summary>The highest degree that is tried.</summary>
    public static int HighestFor(int features, int rows, bool interactionOnly)
    {
        int degree = 1;
        while (degree < Highest && IsTried(degree + 1))
        {
            degree++;
        }

        return degree;

        bool IsTried(int higher)
        {
            var terms = PolynomialTerms.CountOf(features, higher, interactionOnly);
            double leftOut = Math.Min(rows, LeaveOneOut.MaxRows);
            return terms <= MaxTerms
                && terms > PolynomialTerms.CountOf(features, higher - 1, interactionOnly)
                && (double)terms * (((double)terms * rows) + (leftOut * ((double)terms + (2 * PolynomialPenalty.Growths.Length * PolynomialChoice.Strengths.Length)))) <= MaxWork
                && (higher <= Usual || terms * RowsForTerm <= rows);
        }
    }

    /// <summary>For the log: a usual degree that is not tried though it has terms of its own, and how to have it; null where there is none.</summary>
    public static string? Untried(int features, int rows, bool interactionOnly)
    {
        int next = HighestFor(features, rows, interactionOnly) + 1;
        var terms = PolynomialTerms.CountOf(features, next, interactionOnly);
        return next > Usual || terms == PolynomialTerms.CountOf(features, next - 1, interactionOnly)
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"Degree {next} was not tried, as its {terms:N0} terms would take long{(terms <= PolynomialTerms.MaxTerms ? $"; set {nameof(PolynomialTrainer.Options.Degree)} = {next} to have it" : "")}.");
    }
}
