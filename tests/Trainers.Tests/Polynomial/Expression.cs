using System.Globalization;
using System.Text.RegularExpressions;

namespace MLNet.GradientTrainers.Tests;

/// <summary>
/// Evaluates what polynomials are exported as. Functions: <c>head(double a, …) { double t = expression; … return expression; }</c> with numbers, names, + - * / and
/// brackets, in the precedence that C# and C share. Formulas for people: also ·, ^, names in square brackets, and T3(t) for a Chebyshev polynomial. LaTeX.
/// </summary>
internal sealed class Expression
{
    private readonly string _text;
    private readonly Dictionary<string, double> _variables;
    private readonly bool _isCode;
    private int _at;

    private Expression(string text, Dictionary<string, double> variables, bool isCode)
    {
        _text = text;
        _variables = variables;
        _isCode = isCode;
    }

    /// <summary>The value of <c>y = sum, where t1 = (x1 - 2005) / 15, …</c> for values of the features, by their names as they are written.</summary>
    public static double OfFormula(string formula, IReadOnlyDictionary<string, double> features)
    {
        Assert.StartsWith("y = ", formula);
        string[] parts = formula["y = ".Length..].Split(", where ");
        var variables = new Dictionary<string, double>(features);
        foreach (string definition in parts.Length == 1 ? [] : parts[1].Split(", ").Where(d => !d.Contains("(t) = ")))
        {
            string[] sides = definition.Split(" = ");
            variables.Add(sides[0], new Expression(sides[1], variables, isCode: false).Evaluate());
        }

        return new Expression(parts[0], variables, isCode: false).Evaluate();
    }

    /// <summary>The value of a formula in LaTeX whose features are x_{1}, x_{2}, ….</summary>
    public static double OfLatex(string latex, IReadOnlyDictionary<string, double> features)
    {
        string text = latex.Replace(@",\quad ", ", ").Replace(@"T_{k+1}(t) = 2 t T_{k}(t) - T_{k-1}(t), T_{1}(t) = t, T_{0}(t) = 1", "Chebyshev(t) = ");
        text = Regex.Replace(text, @"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", "($1) / ($2)");
        text = Regex.Replace(text, @" \\times 10\^\{(-?\d+)\}", "e$1");
        text = Regex.Replace(text, @"([xtT])_\{(\d+)\}", "$1$2");
        text = Regex.Replace(text, @"\^\{(\d+)\}", "^$1").Replace(@"\,", "·").Replace(@" \cdot ", "·");
        int where = text.IndexOf(", ", StringComparison.Ordinal);
        return OfFormula(where < 0 ? text : text[..where] + ", where " + text[(where + 2)..], features);
    }

    /// <summary>The result of a function for the values of its parameters.</summary>
    public static double Run(string function, params double[] arguments)
    {
        string[] lines = [.. function.Split('\n').Where(line => !line.StartsWith("//", StringComparison.Ordinal))];
        string code = string.Join('\n', lines);
        int open = code.IndexOf('(');
        string[] parameters = [.. code[(open + 1)..code.IndexOf(')')].Split(',').Select(p => p.Trim())];
        Assert.HasCount(arguments.Length, parameters);
        var variables = new Dictionary<string, double>();
        for (int i = 0; i < parameters.Length; i++)
        {
            Assert.StartsWith("double ", parameters[i]);
            variables.Add(parameters[i]["double ".Length..], arguments[i]);
        }

        foreach (string statement in code[(code.IndexOf('{') + 1)..code.LastIndexOf('}')].Split(';').Select(s => s.Trim()))
        {
            if (statement.StartsWith("return ", StringComparison.Ordinal))
            {
                return new Expression(statement["return ".Length..], variables, isCode: true).Evaluate();
            }

            string[] sides = statement.Split('=');
            variables.Add(sides[0].Trim()["double ".Length..], new Expression(sides[1], variables, isCode: true).Evaluate());
        }

        throw new FormatException("no return");
    }

    private double Evaluate()
    {
        double value = Sum();
        Assert.AreEqual('\0', Peek(), $"all of '{_text}' is read");
        return value;
    }

    private double Sum()
    {
        double value = Product();
        while (Peek() is '+' or '-')
        {
            value = _text[_at++] == '+' ? value + Product() : value - Product();
        }

        return value;
    }

    private double Product()
    {
        double value = Power();
        while (Peek() is '*' or '/' || (Peek() == '·' && !_isCode))
        {
            value = _text[_at++] == '/' ? value / Power() : value * Power();
        }

        return value;
    }

    private double Power()
    {
        // A minus binds less than a power: -x^2 is -(x^2).
        if (Peek() == '-')
        {
            _at++;
            return -Power();
        }

        double value = Factor();
        if (Peek() == '^' && !_isCode)
        {
            _at++;
            value = Math.Pow(value, Factor());
        }

        return value;
    }

    private double Factor()
    {
        switch (Peek())
        {
            case '(':
                _at++;
                double value = Sum();
                Assert.AreEqual(')', Peek());
                _at++;
                return value;
            case '[' when !_isCode:
                int end = _text.IndexOf(']', _at);
                string name = _text[_at..(end + 1)];
                _at = end + 1;
                return _variables[name];
        }

        int start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.' || (_text[_at] is '-' or '+' && _text[_at - 1] is 'E' or 'e' && char.IsDigit(_text[start]))))
        {
            _at++;
        }

        string token = _text[start.._at];
        if (!char.IsDigit(token[0]))
        {
            return _isCode || Peek() != '(' ? _variables[token] : Chebyshev(int.Parse(token.AsSpan(1), CultureInfo.InvariantCulture), Factor());
        }

        Assert.IsTrue(!_isCode || token.Contains('.') || token.Contains('E'), $"'{token}' is an integer in C# and C");
        return double.Parse(token, CultureInfo.InvariantCulture);
    }

    private static double Chebyshev(int degree, double t)
    {
        var (before, value) = (1.0, t);
        for (int k = 2; k <= degree; k++)
        {
            (before, value) = (value, (2 * t * value) - before);
        }

        return value;
    }

    private char Peek()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }

        return _at < _text.Length ? _text[_at] : '\0';
    }
}
