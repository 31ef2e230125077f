namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Exp, log, tanh, erf and asinh of the SIMD lanes against double precision.</summary>
[TestClass]
public sealed unsafe class LaneMathTests
{
    // Every 2111th float (a prime): two million, of every size and sign, infinities and NaNs among them.
    private const uint Stride = 2111;

    private delegate TLane Function<TLane>(TLane x);

    [TestMethod]
    public void ExpIsWithinOneUlp() => Check(Lane512.Exp, Math.Exp, 1);

    [TestMethod]
    public void LogIsWithinOneUlp() => Check(Lane512.Log, Math.Log, 1);

    [TestMethod]
    public void TanhIsWithinOneAndAHalfUlp() => Check(Lane512.Tanh, Math.Tanh, 1.5);

    [TestMethod]
    public void ErfIsWithinOneAndAHalfUlp() => Check(Lane512.Erf, ErrorFunction.Erf, 1.5);

    [TestMethod]
    public void AsinhIsWithinOneAndAHalfUlp() => Check(Lane512.Asinh, x => Math.Asinh(Math.Clamp(x, -1e18f, 1e18f)), 1.5);

    [TestMethod]
    public void AllWidthsGiveTheSameBits()
    {
        AssertSame(Lane512.Exp, Lane256.Exp, Lane128.Exp);
        AssertSame(Lane512.Log, Lane256.Log, Lane128.Log);
        AssertSame(Lane512.Tanh, Lane256.Tanh, Lane128.Tanh);
        AssertSame(Lane512.Erf, Lane256.Erf, Lane128.Erf);
        AssertSame(Lane512.Asinh, Lane256.Asinh, Lane128.Asinh);
    }

    [TestMethod]
    public void SpecialValues()
    {
        AssertValues(Lane512.Exp, (0, 1), (-0f, 1), (float.NegativeInfinity, 0), (float.PositiveInfinity, float.PositiveInfinity), (float.NaN, float.NaN),
            (88.73f, float.PositiveInfinity), (-103.98f, 0), (-104.5f, 0), (float.MinValue, 0), (float.MaxValue, float.PositiveInfinity), (float.Epsilon, 1));
        AssertValues(Lane512.Log, (1, 0), (0, float.NegativeInfinity), (-0f, float.NegativeInfinity), (-1, float.NaN), (-float.Epsilon, float.NaN),
            (float.NegativeInfinity, float.NaN), (float.PositiveInfinity, float.PositiveInfinity), (float.NaN, float.NaN));
        AssertValues(Lane512.Tanh, (0, 0), (-0f, -0f), (20, 1), (-20, -1), (float.PositiveInfinity, 1), (float.NegativeInfinity, -1), (float.NaN, float.NaN),
            (float.Epsilon, float.Epsilon), (-float.Epsilon, -float.Epsilon), (float.MaxValue, 1));
        AssertValues(Lane512.Erf, (0, 0), (-0f, -0f), (4, 1), (-5, -1), (float.PositiveInfinity, 1), (float.NegativeInfinity, -1), (float.NaN, float.NaN),
            (float.Epsilon, float.Epsilon), (float.MaxValue, 1));
        AssertValues(Lane512.Asinh, (0, 0), (float.Epsilon, float.Epsilon), (-float.Epsilon, -float.Epsilon), (float.NaN, float.NaN));
        float largest = Evaluate<Lane512>(Lane512.Asinh, [1e18f])[0];
        AssertValues(Lane512.Asinh, (float.MaxValue, largest), (float.PositiveInfinity, largest), (float.NegativeInfinity, -largest));
    }

    private static void AssertValues(Function<Lane512> function, params (float X, float Y)[] pairs)
    {
        foreach ((float x, float y) in pairs)
        {
            float actual = Evaluate(function, [x])[0];
            Assert.IsTrue(
                BitConverter.SingleToInt32Bits(y) == BitConverter.SingleToInt32Bits(actual) || (float.IsNaN(y) && float.IsNaN(actual)),
                $"f({x:R}) is {actual:R}, expected {y:R}.");
        }
    }

    private static void Check(Function<Lane512> function, Func<double, double> exact, double limit)
    {
        float[] inputs = Inputs();
        float[] outputs = Evaluate(function, inputs);
        double worst = 0;
        float where = 0;
        for (int i = 0; i < inputs.Length; i++)
        {
            double expected = exact(inputs[i]);
            if (float.IsNaN((float)expected) || float.IsInfinity((float)expected))
            {
                Assert.AreEqual((float)expected, outputs[i], $"f({inputs[i]:R})");
                continue;
            }

            float rounded = MathF.Abs((float)expected);
            double ulp = Math.Max(MathF.BitIncrement(rounded) - (double)rounded, float.Epsilon);
            double error = Math.Abs(outputs[i] - expected) / (double.IsInfinity(ulp) ? Math.ScaleB(1, 104) : ulp);
            if (!(error <= worst))
            {
                worst = error;
                where = inputs[i];
            }
        }

        Assert.IsTrue(worst <= limit, $"f({where:R}) is wrong by {worst} ulp.");
    }

    private static void AssertSame(Function<Lane512> wide, Function<Lane256> middle, Function<Lane128> narrow)
    {
        float[] inputs = Inputs();
        float[] expected = Evaluate(wide, inputs);
        BackendCases.AssertNear(expected, Evaluate(middle, inputs), 0, "256 bits");
        BackendCases.AssertNear(expected, Evaluate(narrow, inputs), 0, "128 bits");
    }

    private static float[] Inputs()
    {
        List<float> inputs = [];
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Stride)
        {
            inputs.Add(BitConverter.UInt32BitsToSingle((uint)bits));
        }

        // Where results leave the range of floats, and where the formulas change.
        foreach (float centre in (float[])[-104, -103.2789f, -87.33655f, 88.72284f, 0.625f, -0.625f, 0.921875f, -0.921875f, 1.5f, -1.5f, 1e18f, 4, 1, MathF.Sqrt(0.5f), MathF.Sqrt(2), 1.17549435e-38f])
        {
            int bits = BitConverter.SingleToInt32Bits(centre);
            for (int i = -2000; i <= 2000; i++)
            {
                inputs.Add(BitConverter.Int32BitsToSingle(bits + i));
            }
        }

        return [.. inputs];
    }

    private static float[] Evaluate<TLane>(Function<TLane> function, float[] inputs)
        where TLane : struct, ISimdLane<TLane>
    {
        float[] x = new float[inputs.Length + TLane.Count];
        float[] y = new float[x.Length];
        inputs.CopyTo(x, 0);
        fixed (float* from = x, to = y)
        {
            for (int i = 0; i < inputs.Length; i += TLane.Count)
            {
                TLane.Store(function(TLane.Load(from + i)), to + i);
            }
        }

        return y[..inputs.Length];
    }
}
