namespace MLNet.GradientTrainers.Kernels;

/// <content>The functions with their derivatives.</content>
public readonly partial struct Dual
{
    /// <summary>e.</summary>
    public static Dual E => Math.E;

    /// <summary>π.</summary>
    public static Dual Pi => Math.PI;

    /// <summary>2π.</summary>
    public static Dual Tau => Math.Tau;

    /// <summary>|x|; its derivative at 0 is taken as 0.</summary>
    public static Dual Abs(Dual x) => new(Math.Abs(x.Value), x.Value > 0 ? x.Derivative : x.Value < 0 ? -x.Derivative : 0);

    /// <summary>The larger one with its derivative.</summary>
    public static Dual Max(Dual x, Dual y) => x.Value >= y.Value || double.IsNaN(x.Value) ? x : y;

    /// <summary>The smaller one with its derivative.</summary>
    public static Dual Min(Dual x, Dual y) => x.Value <= y.Value || double.IsNaN(x.Value) ? x : y;

    /// <summary>√x.</summary>
    public static Dual Sqrt(Dual x)
    {
        double root = Math.Sqrt(x.Value);
        return x.Chain(root, 0.5 / root);
    }

    /// <summary>∛x.</summary>
    public static Dual Cbrt(Dual x)
    {
        double root = Math.Cbrt(x.Value);
        return x.Chain(root, 1 / (3 * root * root));
    }

    /// <summary>√(x² + y²); its derivative at (0, 0) is taken as 0.</summary>
    public static Dual Hypot(Dual x, Dual y)
    {
        double length = double.Hypot(x.Value, y.Value);
        return new(length, length == 0 ? 0 : ((x.Value * x.Derivative) + (y.Value * y.Derivative)) / length);
    }

    /// <summary>The n-th root of x.</summary>
    public static Dual RootN(Dual x, int n)
    {
        double root = double.RootN(x.Value, n);
        return x.Chain(root, 1 / (n * Math.Pow(root, n - 1.0)));
    }

    /// <summary>xʸ. With a constant y any x is allowed that <see cref="Math.Pow"/> allows; a variable y needs an x above 0, or an x of 0 and a y above 0.</summary>
    public static Dual Pow(Dual x, Dual y)
    {
        double power = Math.Pow(x.Value, y.Value);
        double byBase = x.Derivative == 0 || y.Value == 0 ? 0 : y.Value * Math.Pow(x.Value, y.Value - 1) * x.Derivative;
        double byExponent = y.Derivative == 0 || (x.Value == 0 && y.Value > 0) ? 0 : power * Math.Log(x.Value) * y.Derivative;
        return new(power, byBase + byExponent);
    }

    /// <summary>eˣ.</summary>
    public static Dual Exp(Dual x)
    {
        double power = Math.Exp(x.Value);
        return x.Chain(power, power);
    }

    /// <summary>2ˣ.</summary>
    public static Dual Exp2(Dual x)
    {
        double power = double.Exp2(x.Value);
        return x.Chain(power, power * Math.Log(2));
    }

    /// <summary>10ˣ.</summary>
    public static Dual Exp10(Dual x)
    {
        double power = double.Exp10(x.Value);
        return x.Chain(power, power * Math.Log(10));
    }

    /// <summary>Natural logarithm.</summary>
    public static Dual Log(Dual x) => x.Chain(Math.Log(x.Value), 1 / x.Value);

    /// <summary>Logarithm to a base.</summary>
    public static Dual Log(Dual x, Dual newBase) => Log(x) / Log(newBase);

    /// <summary>Logarithm to the base 2.</summary>
    public static Dual Log2(Dual x) => x.Chain(Math.Log2(x.Value), 1 / (x.Value * Math.Log(2)));

    /// <summary>Logarithm to the base 10.</summary>
    public static Dual Log10(Dual x) => x.Chain(Math.Log10(x.Value), 1 / (x.Value * Math.Log(10)));

    /// <summary>Sine of radians.</summary>
    public static Dual Sin(Dual x) => x.Chain(Math.Sin(x.Value), Math.Cos(x.Value));

    /// <summary>Cosine of radians.</summary>
    public static Dual Cos(Dual x) => x.Chain(Math.Cos(x.Value), -Math.Sin(x.Value));

    /// <summary>Tangent of radians.</summary>
    public static Dual Tan(Dual x)
    {
        double tangent = Math.Tan(x.Value);
        return x.Chain(tangent, 1 + (tangent * tangent));
    }

    /// <summary>Sine and cosine of radians.</summary>
    public static (Dual Sin, Dual Cos) SinCos(Dual x) => (Sin(x), Cos(x));

    /// <summary>sin(π · x).</summary>
    public static Dual SinPi(Dual x) => x.Chain(double.SinPi(x.Value), Math.PI * double.CosPi(x.Value));

    /// <summary>cos(π · x).</summary>
    public static Dual CosPi(Dual x) => x.Chain(double.CosPi(x.Value), -Math.PI * double.SinPi(x.Value));

    /// <summary>tan(π · x).</summary>
    public static Dual TanPi(Dual x)
    {
        double tangent = double.TanPi(x.Value);
        return x.Chain(tangent, Math.PI * (1 + (tangent * tangent)));
    }

    /// <summary>sin(π · x) and cos(π · x).</summary>
    public static (Dual SinPi, Dual CosPi) SinCosPi(Dual x) => (SinPi(x), CosPi(x));

    /// <summary>Arc sine in radians.</summary>
    public static Dual Asin(Dual x) => x.Chain(Math.Asin(x.Value), 1 / Math.Sqrt(1 - (x.Value * x.Value)));

    /// <summary>Arc cosine in radians.</summary>
    public static Dual Acos(Dual x) => x.Chain(Math.Acos(x.Value), -1 / Math.Sqrt(1 - (x.Value * x.Value)));

    /// <summary>Arc tangent in radians.</summary>
    public static Dual Atan(Dual x) => x.Chain(Math.Atan(x.Value), 1 / (1 + (x.Value * x.Value)));

    /// <summary>Arc sine in units of π.</summary>
    public static Dual AsinPi(Dual x) => Asin(x) / Math.PI;

    /// <summary>Arc cosine in units of π.</summary>
    public static Dual AcosPi(Dual x) => Acos(x) / Math.PI;

    /// <summary>Arc tangent in units of π.</summary>
    public static Dual AtanPi(Dual x) => Atan(x) / Math.PI;

    /// <summary>Hyperbolic sine.</summary>
    public static Dual Sinh(Dual x) => x.Chain(Math.Sinh(x.Value), Math.Cosh(x.Value));

    /// <summary>Hyperbolic cosine.</summary>
    public static Dual Cosh(Dual x) => x.Chain(Math.Cosh(x.Value), Math.Sinh(x.Value));

    /// <summary>Hyperbolic tangent.</summary>
    public static Dual Tanh(Dual x)
    {
        double tangent = Math.Tanh(x.Value);
        return x.Chain(tangent, 1 - (tangent * tangent));
    }

    /// <summary>Inverse hyperbolic sine.</summary>
    public static Dual Asinh(Dual x) => x.Chain(Math.Asinh(x.Value), 1 / Math.Sqrt((x.Value * x.Value) + 1));

    /// <summary>Inverse hyperbolic cosine.</summary>
    public static Dual Acosh(Dual x) => x.Chain(Math.Acosh(x.Value), 1 / Math.Sqrt((x.Value * x.Value) - 1));

    /// <summary>Inverse hyperbolic tangent.</summary>
    public static Dual Atanh(Dual x) => x.Chain(Math.Atanh(x.Value), 1 / (1 - (x.Value * x.Value)));

    /// <summary>The chain rule; a constant stays one, even where the outer derivative is infinite.</summary>
    private Dual Chain(double value, double outerDerivative) => new(value, Derivative == 0 ? 0 : outerDerivative * Derivative);
}
