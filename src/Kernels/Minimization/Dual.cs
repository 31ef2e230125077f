using System.Globalization;
using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// A number that carries its derivative along: a + b·ε with ε² = 0. Computing f(x + ε) gives f(x) and, exactly, f′(x): forward-mode differentiation.
/// </summary>
/// <remarks>
/// Functions may be written over <see cref="Dual"/> itself or, to serve <see cref="double"/> as well, over any number:
/// <c>static T F&lt;T&gt;(T x) where T : IFloatingPointIeee754&lt;T&gt; => x * x * T.Sin(x);</c> Comparisons look at the value only. Where a function has a kink one number
/// between the derivatives of its sides is taken: 0 for |x| at 0. W. Clifford, "Preliminary sketch of biquaternions", 1873; R. Wengert, "A simple automatic derivative evaluation
/// program", 1964.
/// </remarks>
public readonly partial struct Dual : IFloatingPointIeee754<Dual>
{
    /// <summary>Creates a number.</summary>
    /// <param name="value">a.</param>
    /// <param name="derivative">b; 0 for a constant, 1 for the variable itself.</param>
    public Dual(double value, double derivative = 0)
    {
        Value = value;
        Derivative = derivative;
    }

    /// <summary>a: the value.</summary>
    public double Value { get; }

    /// <summary>b: the derivative with respect to the variable.</summary>
    public double Derivative { get; }

    /// <summary>A constant: its derivative is 0.</summary>
    public static implicit operator Dual(double value) => new(value);

    /// <summary>The value; the derivative is lost.</summary>
    public static explicit operator double(Dual number) => number.Value;

    /// <summary>The variable at a point: its derivative is 1.</summary>
    public static Dual Variable(double value) => new(value, 1);

    /// <summary>x.</summary>
    public static Dual operator +(Dual x) => x;

    /// <summary>−x.</summary>
    public static Dual operator -(Dual x) => new(-x.Value, -x.Derivative);

    /// <summary>x + y.</summary>
    public static Dual operator +(Dual x, Dual y) => new(x.Value + y.Value, x.Derivative + y.Derivative);

    /// <summary>x − y.</summary>
    public static Dual operator -(Dual x, Dual y) => new(x.Value - y.Value, x.Derivative - y.Derivative);

    /// <summary>x · y.</summary>
    public static Dual operator *(Dual x, Dual y) => new(x.Value * y.Value, (x.Derivative * y.Value) + (x.Value * y.Derivative));

    /// <summary>x / y.</summary>
    public static Dual operator /(Dual x, Dual y)
    {
        double quotient = x.Value / y.Value;
        return new(quotient, (x.Derivative - (quotient * y.Derivative)) / y.Value);
    }

    /// <summary>x + 1.</summary>
    public static Dual operator ++(Dual x) => new(x.Value + 1, x.Derivative);

    /// <summary>x − 1.</summary>
    public static Dual operator --(Dual x) => new(x.Value - 1, x.Derivative);

    /// <summary>Whether the values are equal.</summary>
    public static bool operator ==(Dual x, Dual y) => x.Value == y.Value;

    /// <summary>Whether the values differ.</summary>
    public static bool operator !=(Dual x, Dual y) => x.Value != y.Value;

    /// <summary>Compares the values.</summary>
    public static bool operator <(Dual x, Dual y) => x.Value < y.Value;

    /// <summary>Compares the values.</summary>
    public static bool operator >(Dual x, Dual y) => x.Value > y.Value;

    /// <summary>Compares the values.</summary>
    public static bool operator <=(Dual x, Dual y) => x.Value <= y.Value;

    /// <summary>Compares the values.</summary>
    public static bool operator >=(Dual x, Dual y) => x.Value >= y.Value;

    /// <summary>Whether values and derivatives are equal; NaN equals itself.</summary>
    public bool Equals(Dual other) => Value.Equals(other.Value) && Derivative.Equals(other.Derivative);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dual other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Value, Derivative);

    /// <summary>Both parts, for example <c>2 + 1ε</c>.</summary>
    public override string ToString() => ToString(null, CultureInfo.InvariantCulture);

    /// <summary>Both parts in a number format.</summary>
    public string ToString(string? format, IFormatProvider? formatProvider) => $"{Value.ToString(format, formatProvider)} + {Derivative.ToString(format, formatProvider)}ε";
}
