using System.Globalization;

namespace MLNet.GradientTrainers.Tests;

/// <summary>
/// Runs the functions that polynomials are exported as: <c>head(double a, …) { double t = expression; … return expression; }</c> with numbers, names, + - * / and
/// brackets, in the precedence that C# and C share.
/// </summary>
internal sealed class Expression
{
    private readonly string _text;
    private readonly Dictionary<string, double> _variables;
    private int _at;

    private Expression(string text, Dictionary<string, double> variables)
    {
        _text = text;
        _variables = variables;
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
                return new Expression(statement["return ".Length..], variables).Evaluate();
            }

            string[] sides = statement.Split('=');
            variables.Add(sides[0].Trim()["double ".Length..], new Expression(sides[1], variables).Evaluate());
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
        double value = Factor();
        while (Peek() is '*' or '/')
        {
            value = _text[_at++] == '*' ? value * Factor() : value / Factor();
        }

        return value;
    }

    private double Factor()
    {
        switch (Peek())
        {
            case '-':
                _at++;
                return -Factor();
            case '(':
                _at++;
                double value = Sum();
                Assert.AreEqual(')', Peek());
                _at++;
                return value;
        }

        int start = _at;
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.' || (_text[_at] is '-' or '+' && _text[_at - 1] == 'E' && char.IsDigit(_text[start]))))
        {
            _at++;
        }

        string token = _text[start.._at];
        if (!char.IsDigit(token[0]))
        {
            return _variables[token];
        }

        Assert.IsTrue(token.Contains('.') || token.Contains('E'), $"'{token}' is an integer in C# and C");
        return double.Parse(token, CultureInfo.InvariantCulture);
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
