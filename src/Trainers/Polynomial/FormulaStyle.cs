using System.Globalization;

namespace MLNet.GradientTrainers;

/// <summary>How the parts of a formula are written.</summary>
internal abstract class FormulaStyle
{
    /// <summary>What stands between a number and its factors.</summary>
    public abstract string TimesFactors { get; }

    /// <summary>What stands between factors.</summary>
    public abstract string Times { get; }

    /// <summary>What Chebyshev polynomials are.</summary>
    public abstract string ChebyshevDefinition { get; }

    /// <summary>The name of a feature.</summary>
    public abstract string Feature(int feature);

    /// <summary>The name of a scaled feature.</summary>
    public abstract string Scaled(int feature);

    /// <summary>A power above 1.</summary>
    public abstract string Power(string factor, int power);

    /// <summary>The Chebyshev polynomial of a degree above 1.</summary>
    public abstract string Chebyshev(string factor, int degree);

    /// <summary>A sum or a name, divided.</summary>
    public abstract string Quotient(string dividend, string divisor);

    /// <summary>The definitions behind the sum.</summary>
    public abstract string Where(IEnumerable<string> definitions);

    /// <summary>A number with so many significant digits.</summary>
    public string Number(double value, int digits) => Number(digits < WrittenTerm.AllDigits ? value.ToString("G" + digits, CultureInfo.InvariantCulture) : Shortest(value));

    /// <summary>A number with all its digits.</summary>
    public string Number(double value) => Number(Shortest(value));

    /// <summary>A number as .NET writes it, with E before its power of ten.</summary>
    protected abstract string Number(string text);

    private static string Shortest(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
