using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <content>What generic math asks of any number, by the value alone: a text or another number is a constant.</content>
public readonly partial struct Dual
{
    static Dual INumberBase<Dual>.One => 1;

    static int INumberBase<Dual>.Radix => 2;

    static Dual INumberBase<Dual>.Zero => 0;

    static Dual IAdditiveIdentity<Dual, Dual>.AdditiveIdentity => 0;

    static Dual IMultiplicativeIdentity<Dual, Dual>.MultiplicativeIdentity => 1;

    /// <summary>Whether value and derivative are finite.</summary>
    public static bool IsFinite(Dual value) => double.IsFinite(value.Value) && double.IsFinite(value.Derivative);

    /// <summary>Whether the value is no number.</summary>
    public static bool IsNaN(Dual value) => double.IsNaN(value.Value);

    static bool INumberBase<Dual>.IsCanonical(Dual value) => true;

    static bool INumberBase<Dual>.IsComplexNumber(Dual value) => false;

    static bool INumberBase<Dual>.IsEvenInteger(Dual value) => double.IsEvenInteger(value.Value);

    static bool INumberBase<Dual>.IsImaginaryNumber(Dual value) => false;

    static bool INumberBase<Dual>.IsInfinity(Dual value) => double.IsInfinity(value.Value);

    static bool INumberBase<Dual>.IsInteger(Dual value) => double.IsInteger(value.Value);

    static bool INumberBase<Dual>.IsNegative(Dual value) => double.IsNegative(value.Value);

    static bool INumberBase<Dual>.IsNegativeInfinity(Dual value) => double.IsNegativeInfinity(value.Value);

    static bool INumberBase<Dual>.IsNormal(Dual value) => double.IsNormal(value.Value);

    static bool INumberBase<Dual>.IsOddInteger(Dual value) => double.IsOddInteger(value.Value);

    static bool INumberBase<Dual>.IsPositive(Dual value) => double.IsPositive(value.Value);

    static bool INumberBase<Dual>.IsPositiveInfinity(Dual value) => double.IsPositiveInfinity(value.Value);

    static bool INumberBase<Dual>.IsRealNumber(Dual value) => double.IsRealNumber(value.Value);

    static bool INumberBase<Dual>.IsSubnormal(Dual value) => double.IsSubnormal(value.Value);

    static bool INumberBase<Dual>.IsZero(Dual value) => value.Value == 0;

    static Dual INumberBase<Dual>.MaxMagnitude(Dual x, Dual y) => Math.Abs(x.Value) >= Math.Abs(y.Value) || double.IsNaN(x.Value) ? x : y;

    static Dual INumberBase<Dual>.MaxMagnitudeNumber(Dual x, Dual y) => Math.Abs(x.Value) >= Math.Abs(y.Value) || double.IsNaN(y.Value) ? x : y;

    static Dual INumberBase<Dual>.MinMagnitude(Dual x, Dual y) => Math.Abs(x.Value) <= Math.Abs(y.Value) || double.IsNaN(x.Value) ? x : y;

    static Dual INumberBase<Dual>.MinMagnitudeNumber(Dual x, Dual y) => Math.Abs(x.Value) <= Math.Abs(y.Value) || double.IsNaN(y.Value) ? x : y;

    static Dual INumberBase<Dual>.Parse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider) => double.Parse(s, style, provider);

    static Dual INumberBase<Dual>.Parse(string s, NumberStyles style, IFormatProvider? provider) => double.Parse(s, style, provider);

    static Dual ISpanParsable<Dual>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => double.Parse(s, provider);

    static Dual IParsable<Dual>.Parse(string s, IFormatProvider? provider) => double.Parse(s, provider);

    static bool INumberBase<Dual>.TryParse(ReadOnlySpan<char> s, NumberStyles style, IFormatProvider? provider, out Dual result) =>
        Constant(double.TryParse(s, style, provider, out double value), value, out result);

    static bool INumberBase<Dual>.TryParse([NotNullWhen(true)] string? s, NumberStyles style, IFormatProvider? provider, out Dual result) =>
        Constant(double.TryParse(s, style, provider, out double value), value, out result);

    static bool ISpanParsable<Dual>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Dual result) =>
        Constant(double.TryParse(s, provider, out double value), value, out result);

    static bool IParsable<Dual>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Dual result) =>
        Constant(double.TryParse(s, provider, out double value), value, out result);

    static bool INumberBase<Dual>.TryConvertFromChecked<TOther>(TOther value, out Dual result) => Constant(true, double.CreateChecked(value), out result);

    static bool INumberBase<Dual>.TryConvertFromSaturating<TOther>(TOther value, out Dual result) => Constant(true, double.CreateSaturating(value), out result);

    static bool INumberBase<Dual>.TryConvertFromTruncating<TOther>(TOther value, out Dual result) => Constant(true, double.CreateTruncating(value), out result);

    static bool INumberBase<Dual>.TryConvertToChecked<TOther>(Dual value, out TOther result)
    {
        result = TOther.CreateChecked(value.Value);
        return true;
    }

    static bool INumberBase<Dual>.TryConvertToSaturating<TOther>(Dual value, out TOther result)
    {
        result = TOther.CreateSaturating(value.Value);
        return true;
    }

    static bool INumberBase<Dual>.TryConvertToTruncating<TOther>(Dual value, out TOther result)
    {
        result = TOther.CreateTruncating(value.Value);
        return true;
    }

    bool ISpanFormattable.TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
    {
        string text = ToString(format.ToString(), provider);
        charsWritten = text.TryCopyTo(destination) ? text.Length : 0;
        return charsWritten == text.Length;
    }

    private static bool Constant(bool known, double value, out Dual result)
    {
        result = value;
        return known;
    }
}
