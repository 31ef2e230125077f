using System.Globalization;
using System.Numerics;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Every function of the differentiable number against central differences of the same function of doubles.</summary>
[TestClass]
public sealed class DualTests
{
    private static readonly (string Name, Func<double, double> Double, Func<Dual, Dual> Dual)[] Functions =
    [
        ("-x", x => -x, x => -x),
        ("+x", x => +x, x => +x),
        ("x+3", x => x + 3, x => x + 3),
        ("3-x", x => 3 - x, x => 3 - x),
        ("x*x*2", x => x * x * 2, x => x * x * 2),
        ("1/x", x => 1 / x, x => 1 / x),
        ("x/(1+x)", x => x / (1 + x), x => x / (1 + x)),
        ("abs", Math.Abs, Dual.Abs),
        ("max", x => Math.Max(x, 0.3), x => Dual.Max(x, 0.3)),
        ("min", x => Math.Min(x, 0.3), x => Dual.Min(x, 0.3)),
        ("sqrt", Math.Sqrt, Dual.Sqrt),
        ("cbrt", Math.Cbrt, Dual.Cbrt),
        ("hypot", x => double.Hypot(x, 2 * x * x), x => Dual.Hypot(x, 2 * x * x)),
        ("rootn", x => double.RootN(x, 5), x => Dual.RootN(x, 5)),
        ("pow 3", x => Math.Pow(x, 3), x => Dual.Pow(x, 3)),
        ("pow x", x => Math.Pow(2, x), x => Dual.Pow(2, x)),
        ("x pow x", x => Math.Pow(x, x), x => Dual.Pow(x, x)),
        ("exp", Math.Exp, Dual.Exp),
        ("exp2", double.Exp2, Dual.Exp2),
        ("exp10", double.Exp10, Dual.Exp10),
        ("log", Math.Log, Dual.Log),
        ("log base", x => Math.Log(x, 3), x => Dual.Log(x, 3)),
        ("log2", Math.Log2, Dual.Log2),
        ("log10", Math.Log10, Dual.Log10),
        ("sin", Math.Sin, Dual.Sin),
        ("cos", Math.Cos, Dual.Cos),
        ("tan", Math.Tan, Dual.Tan),
        ("sincos", x => Math.Sin(x) * Math.Cos(x), x => Dual.SinCos(x).Sin * Dual.SinCos(x).Cos),
        ("sinpi", double.SinPi, Dual.SinPi),
        ("cospi", double.CosPi, Dual.CosPi),
        ("tanpi", double.TanPi, Dual.TanPi),
        ("sincospi", x => double.SinPi(x) * double.CosPi(x), x => Dual.SinCosPi(x).SinPi * Dual.SinCosPi(x).CosPi),
        ("asin", Math.Asin, Dual.Asin),
        ("acos", Math.Acos, Dual.Acos),
        ("atan", Math.Atan, Dual.Atan),
        ("asinpi", double.AsinPi, Dual.AsinPi),
        ("acospi", double.AcosPi, Dual.AcosPi),
        ("atanpi", double.AtanPi, Dual.AtanPi),
        ("sinh", Math.Sinh, Dual.Sinh),
        ("cosh", Math.Cosh, Dual.Cosh),
        ("tanh", Math.Tanh, Dual.Tanh),
        ("asinh", Math.Asinh, Dual.Asinh),
        ("acosh", x => Math.Acosh(x + 1), x => Dual.Acosh(x + 1)),
        ("atanh", Math.Atanh, Dual.Atanh),
        ("atan2", x => Math.Atan2(x, 1 - (2 * x)), x => Dual.Atan2(x, 1 - (2 * x))),
        ("atan2pi", x => double.Atan2Pi(1 - x, -x), x => Dual.Atan2Pi(1 - x, -x)),
        ("clamp", x => Math.Clamp(x * x, 0.1, 0.5), x => Dual.Clamp(x * x, 0.1, 0.5)),
        ("copysign", x => Math.CopySign(x * x, x - 0.5), x => Dual.CopySign(x * x, x - 0.5)),
        ("%", x => 5 * x % 1.3, x => 5 * x % 1.3),
        ("% x", x => 2 % x, x => 2 % x),
        ("floor", x => Math.Floor(7 * x) + x, x => Dual.Floor(7 * x) + x),
        ("ceiling", x => Math.Ceiling(7 * x) + x, x => Dual.Ceiling(7 * x) + x),
        ("round", x => Math.Round(7 * x) + x, x => Dual.Round(7 * x) + x),
        ("truncate", x => Math.Truncate(-7 * x) + x, x => Dual.Truncate(-7 * x) + x),
        ("fma", x => Math.FusedMultiplyAdd(x, 2 * x, x), x => Dual.FusedMultiplyAdd(x, 2 * x, x)),
        ("lerp", x => double.Lerp(x, x * x, 3 * x), x => Generic<Dual>.Lerp(x, x * x, 3 * x)),
        ("scaleb", x => Math.ScaleB(x * x, 3), x => Generic<Dual>.ScaleB(x * x, 3)),
        ("remainder", x => Math.IEEERemainder(5 * x, 1.3), x => Generic<Dual>.Remainder(5 * x, 1.3)),
        ("++", x => ++x * x, x => ++x * x),
        ("--", x => --x * x, x => --x * x),
    ];

    [TestMethod]
    public void DerivativesAreThoseOfCentralDifferences()
    {
        const double H = 1e-6;
        foreach (var (name, real, dual) in Functions)
        {
            foreach (double x in new[] { 0.17, 0.43, 0.81 })
            {
                Dual result = dual(Dual.Variable(x));
                Assert.AreEqual(real(x), result.Value, 1e-13 * (1 + Math.Abs(real(x))), $"{name}({x})");
                double expected = (real(x + H) - real(x - H)) / (2 * H);
                Assert.AreEqual(expected, result.Derivative, 1e-7 * (1 + Math.Abs(expected)), $"{name}'({x})");
            }
        }
    }

    [TestMethod]
    public void GenericMathTakesIt()
    {
        // One function for numbers and for differentiation.
        Assert.AreEqual(Bump(0.7), Bump<Dual>(Dual.Variable(0.7)).Value);
        Assert.AreEqual((Bump(0.7 + 1e-6) - Bump(0.7 - 1e-6)) / 2e-6, Bump<Dual>(Dual.Variable(0.7)).Derivative, 1e-8);
        Assert.AreEqual(2.5, Sum<Dual>([1, 1.5]).Value);
    }

    [TestMethod]
    public void ConstantsHaveNoDerivativeAlsoWhereTheFunctionHasAnInfiniteOne()
    {
        Assert.AreEqual(0.0, Dual.Sqrt(0).Derivative);
        Assert.AreEqual(0.0, Dual.Pow(0, 0.5).Derivative);
        Assert.AreEqual(0.0, Dual.Abs(Dual.Variable(0)).Derivative);
        Assert.AreEqual(-1.0, Dual.Abs(Dual.Variable(-2)).Derivative);
    }

    /// <summary>At the borders of their domains functions have the derivative that they have there, not 0 · ∞.</summary>
    [TestMethod]
    public void DerivativesAtBorders()
    {
        Dual zero = Dual.Variable(0);
        Assert.AreEqual(new Dual(1, 0), Dual.Pow(zero, 0));
        Assert.AreEqual(new Dual(0, 1), Dual.Pow(zero, 1));
        Assert.AreEqual(new Dual(0, 0), Dual.Pow(zero, 2));
        Assert.AreEqual(new Dual(0, 0), Dual.Pow(0, Dual.Variable(2)));
        Assert.AreEqual(new Dual(0, 0), Dual.Hypot(zero, 0));
        Assert.AreEqual(new Dual(0, 1), Dual.RootN(zero, 1));
        Assert.AreEqual(new Dual(0, double.PositiveInfinity), Dual.RootN(zero, 3));
        Assert.AreEqual(new Dual(0, 0), Dual.Atan2(0, 0));
        Assert.IsTrue(Dual.IsNaN(Dual.Abs(new Dual(double.NaN, 1))));
        Assert.AreEqual(new Dual(-2, -1), -Dual.Abs(Dual.Variable(2)));
    }

    /// <summary>Code for any floating-point number takes it, up to the constraint that has all functions.</summary>
    [TestMethod]
    public void AnyFloatingPointConstraintTakesIt()
    {
        foreach (double x in new[] { -0.7, 0.2, 1.9 })
        {
            Assert.AreEqual(Hinge(x), Hinge(Dual.Variable(x)).Value);
            Assert.AreEqual(x < 1 ? -1.0 : 0.0, Hinge(Dual.Variable(x)).Derivative);
            Dual ripple = Ripple(Dual.Variable(x));
            Assert.AreEqual(Ripple(x), ripple.Value, 1e-15);
            Assert.AreEqual((Ripple(x + 1e-6) - Ripple(x - 1e-6)) / 2e-6, ripple.Derivative, 1e-8);
        }

        Assert.AreEqual(1, new Dual(2, 5).CompareTo(new Dual(1, 9)));
        Assert.AreEqual(0, new Dual(2, 5).CompareTo(2));
        Assert.AreEqual(-1, Dual.Sign(-3));
        Assert.IsTrue(double.IsNaN(Generic<Dual>.NaN.Value));
        Assert.AreEqual(double.Epsilon, Generic<Dual>.Epsilon.Value);
        Assert.AreEqual(-1.0, Generic<Dual>.NegativeOne.Value);
        Assert.AreEqual(3, Generic<Dual>.ILogB(9));
        Assert.AreEqual(Math.BitIncrement(1.0), Generic<Dual>.BitIncrement(1).Value);
    }

    [TestMethod]
    public void ComparesByValueAndPrintsBothParts()
    {
        Dual two = Dual.Variable(2);
        Assert.IsTrue(two < 3 && two <= 2 && two > 1 && two >= 2 && two == 2 && two != 1);
        Assert.IsFalse(two.Equals((Dual)2));
        Assert.IsTrue(two.Equals(Dual.Variable(2)));
        Assert.AreEqual(two.GetHashCode(), Dual.Variable(2).GetHashCode());
        Assert.AreEqual("2 + 1ε", two.ToString());
        Assert.AreEqual(2.0, (double)two);
        Assert.IsTrue(Dual.IsFinite(two) && !Dual.IsFinite(new Dual(1, double.NaN)) && Dual.IsNaN(double.NaN));
    }

    [TestMethod]
    public void TextsAndOtherNumbersAreConstants()
    {
        Assert.AreEqual(new Dual(1.5), Parse<Dual>("1.5"));
        Assert.AreEqual(new Dual(3), Create<Dual>(3));
        Assert.AreEqual(3, int.CreateChecked(new Dual(3, 9)));
        Assert.IsFalse(TryParse<Dual>("x"));
        Assert.IsTrue(TryParse<Dual>("7"));
    }

    private static T Bump<T>(T x)
        where T : ITrigonometricFunctions<T>, IExponentialFunctions<T> => x * x * T.Sin(x) / (T.One + T.Exp(-x)) + T.Pi;

    private static T Hinge<T>(T x)
        where T : INumber<T> => T.Max(T.Zero, T.One - x);

    private static T Ripple<T>(T x)
        where T : IFloatingPointIeee754<T> => T.Sin(T.CreateChecked(3) * x) * T.Exp(-T.Abs(x)) + T.Atan2(x, T.One + x * x) + T.Pow(x, T.CreateChecked(2)) * T.Sqrt(T.One + x * x);

    /// <summary>Members that are reached through the constraint only.</summary>
    private static class Generic<T>
        where T : IFloatingPointIeee754<T>
    {
        public static T NaN => T.NaN;

        public static T Epsilon => T.Epsilon;

        public static T NegativeOne => T.NegativeOne;

        public static T Lerp(T a, T b, T share) => T.Lerp(a, b, share);

        public static T ScaleB(T x, int n) => T.ScaleB(x, n);

        public static T Remainder(T x, T y) => T.Ieee754Remainder(x, y);

        public static T BitIncrement(T x) => T.BitIncrement(x);

        public static int ILogB(T x) => T.ILogB(x);
    }

    private static T Sum<T>(ReadOnlySpan<T> values)
        where T : INumberBase<T>
    {
        T sum = T.Zero;
        foreach (T value in values)
        {
            sum += value;
        }

        return sum;
    }

    private static T Create<T>(int value)
        where T : INumberBase<T> => T.CreateChecked(value);

    private static T Parse<T>(string text)
        where T : INumberBase<T> => T.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);

    private static bool TryParse<T>(string text)
        where T : INumberBase<T> => T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
