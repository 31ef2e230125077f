using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>A term as it is written.</summary>
/// <param name="Factors">The features with their powers, or with the degrees of their Chebyshev polynomials; empty for the constant.</param>
/// <param name="Coefficient">What they are multiplied by.</param>
/// <param name="Reach">The largest absolute value of the factors' product in the training range.</param>
/// <param name="Digits">The coefficient's significant digits.</param>
internal readonly record struct WrittenTerm(IReadOnlyList<PolynomialFactor> Factors, double Coefficient, double Reach, int Digits)
{
    /// <summary>Digits that a double needs at most.</summary>
    public const int AllDigits = 17;

    /// <summary>Digits of a coefficient, unless more are needed.</summary>
    private const int UsualDigits = 6;

    /// <summary>The most that the term adds to a score or takes from it.</summary>
    public double Contribution => Math.Abs(Coefficient) * Reach;

    /// <summary>The term with so many digits that what is cut changes no score by more than the tolerance.</summary>
    public WrittenTerm Rounded(double tolerance)
    {
        for (int digits = UsualDigits; digits < AllDigits; digits++)
        {
            double shown = double.Parse(Coefficient.ToString("G" + digits, CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
            if (Math.Abs(Coefficient - shown) * Reach <= tolerance)
            {
                return this with { Digits = digits };
            }
        }

        return this;
    }
}
