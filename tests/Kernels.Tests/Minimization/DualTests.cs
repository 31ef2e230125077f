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
