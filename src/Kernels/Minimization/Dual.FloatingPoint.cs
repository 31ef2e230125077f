using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <content>
/// What code for any floating-point number may ask for beside the functions: order, rounding, and the bits of the value. Rounded numbers are constant between their jumps.
/// </content>
public readonly partial struct Dual
{
    static Dual IFloatingPointIeee754<Dual>.Epsilon => double.Epsilon;

    static Dual IFloatingPointIeee754<Dual>.NaN => double.NaN;

    static Dual IFloatingPointIeee754<Dual>.NegativeInfinity => double.NegativeInfinity;

    static Dual IFloatingPointIeee754<Dual>.NegativeZero => double.NegativeZero;

    static Dual IFloatingPointIeee754<Dual>.PositiveInfinity => double.PositiveInfinity;

    static Dual ISignedNumber<Dual>.NegativeOne => -1;

    /// <summary>The remainder of x / y with the sign of x: x − y · truncate(x / y).</summary>
    public static Dual operator %(Dual x, Dual y) => new(x.Value % y.Value, Along(x, y, Math.Truncate(x.Value / y.Value)));

    /// <summary>−1, 0 or 1.</summary>
    /// <exception cref="ArithmeticException">The value is NaN.</exception>
    public static int Sign(Dual x) => Math.Sign(x.Value);

    /// <summary>The magnitude of x with the sign of another number.</summary>
    public static Dual CopySign(Dual x, Dual sign) => double.IsNegative(x.Value) == double.IsNegative(sign.Value) ? x : -x;

    /// <summary>x, or the bound that it exceeds, with the derivative of the one that is taken.</summary>
    /// <exception cref="ArgumentException">The lower bound is above the upper one.</exception>
    public static Dual Clamp(Dual x, Dual min, Dual max) => min.Value > max.Value
        ? throw new ArgumentException($"The lower bound {min.Value} is above the upper one, {max.Value}.", nameof(min))
        : Min(Max(x, min), max);

    /// <summary>The next integer below.</summary>
    public static Dual Floor(Dual x) => Math.Floor(x.Value);

    /// <summary>The next integer above.</summary>
    public static Dual Ceiling(Dual x) => Math.Ceiling(x.Value);

    /// <summary>The next integer towards 0.</summary>
    public static Dual Truncate(Dual x) => Math.Truncate(x.Value);

    /// <summary>The nearest integer, of two the even one.</summary>
    public static Dual Round(Dual x) => Math.Round(x.Value);

    /// <summary>The nearest number of so many decimal digits.</summary>
    public static Dual Round(Dual x, int digits, MidpointRounding mode) => Math.Round(x.Value, digits, mode);

    /// <summary>x · y + z, its value rounded once.</summary>
    public static Dual FusedMultiplyAdd(Dual x, Dual y, Dual z) => new(Math.FusedMultiplyAdd(x.Value, y.Value, z.Value), (x * y).Derivative + z.Derivative);

    /// <summary>The angle of the point (x, y), in radians in [−π, π].</summary>
    public static Dual Atan2(Dual y, Dual x)
    {
        double turn = (y.Derivative * x.Value) - (y.Value * x.Derivative);
        bool constant = y.Derivative == 0 && x.Derivative == 0;
        return new(Math.Atan2(y.Value, x.Value), constant ? 0 : turn / ((x.Value * x.Value) + (y.Value * y.Value)));
    }

    /// <summary>The angle of the point (x, y), in units of π.</summary>
    public static Dual Atan2Pi(Dual y, Dual x) => Atan2(y, x) / Math.PI;

    /// <summary>Compares the values; NaN comes first.</summary>
    public int CompareTo(Dual other) => Value.CompareTo(other.Value);

    int IComparable.CompareTo(object? obj) => obj switch
    {
        null => 1,
        Dual other => CompareTo(other),
        _ => throw new ArgumentException($"A {nameof(Dual)} can't be compared with a {obj.GetType().Name}.", nameof(obj)),
    };

    static Dual IFloatingPointIeee754<Dual>.Ieee754Remainder(Dual x, Dual y) =>
        new(Math.IEEERemainder(x.Value, y.Value), Along(x, y, Math.Round(x.Value / y.Value)));

    static Dual IFloatingPointIeee754<Dual>.ScaleB(Dual x, int n) => new(Math.ScaleB(x.Value, n), Math.ScaleB(x.Derivative, n));

    static int IFloatingPointIeee754<Dual>.ILogB(Dual x) => Math.ILogB(x.Value);

    static Dual IFloatingPointIeee754<Dual>.BitIncrement(Dual x) => new(Math.BitIncrement(x.Value), x.Derivative);

    static Dual IFloatingPointIeee754<Dual>.BitDecrement(Dual x) => new(Math.BitDecrement(x.Value), x.Derivative);

    int IFloatingPoint<Dual>.GetExponentByteCount() => Bits.GetExponentByteCount();

    int IFloatingPoint<Dual>.GetExponentShortestBitLength() => Bits.GetExponentShortestBitLength();

    int IFloatingPoint<Dual>.GetSignificandBitLength() => Bits.GetSignificandBitLength();

    int IFloatingPoint<Dual>.GetSignificandByteCount() => Bits.GetSignificandByteCount();

    bool IFloatingPoint<Dual>.TryWriteExponentBigEndian(Span<byte> destination, out int bytesWritten) => Bits.TryWriteExponentBigEndian(destination, out bytesWritten);

    bool IFloatingPoint<Dual>.TryWriteExponentLittleEndian(Span<byte> destination, out int bytesWritten) => Bits.TryWriteExponentLittleEndian(destination, out bytesWritten);

    bool IFloatingPoint<Dual>.TryWriteSignificandBigEndian(Span<byte> destination, out int bytesWritten) => Bits.TryWriteSignificandBigEndian(destination, out bytesWritten);

    bool IFloatingPoint<Dual>.TryWriteSignificandLittleEndian(Span<byte> destination, out int bytesWritten) => Bits.TryWriteSignificandLittleEndian(destination, out bytesWritten);

    /// <summary>The value as what writes its bits.</summary>
    private IFloatingPoint<double> Bits => Value;

    /// <summary>The derivative of x − n · y for an integer n that is constant nearby.</summary>
    private static double Along(Dual x, Dual y, double n) => x.Derivative - (y.Derivative == 0 ? 0 : n * y.Derivative);
}
