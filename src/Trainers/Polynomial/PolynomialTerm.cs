using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>A term of a fitted polynomial, in the features' own units.</summary>
/// <param name="Name">The term as text, for example <c>x1^2·x2</c>; <c>1</c> for the constant.</param>
/// <param name="Coefficient">What the term is multiplied by.</param>
/// <param name="Factors">The features in the term with their powers, by ascending index; empty for the constant.</param>
public sealed record PolynomialTerm(string Name, double Coefficient, IReadOnlyList<PolynomialFactor> Factors)
{
    /// <summary>Sum of the powers: 0 for the constant.</summary>
    public int Degree => Factors.Sum(factor => factor.Power);

    /// <summary>For example <c>0.5·x1^2·x2</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Coefficient:G6}·{Name}");
}

/// <summary>A power of a feature.</summary>
/// <param name="Feature">Index of the feature in the feature column, from 0.</param>
/// <param name="Power">The power, at least 1.</param>
public readonly record struct PolynomialFactor(int Feature, int Power);
