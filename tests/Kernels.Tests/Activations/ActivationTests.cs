
namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Activations: values, derivatives, edge cases.</summary>
[TestClass]
public sealed class ActivationTests
{
    private static readonly Golden File = GoldenFile.Read<Golden>("activations.json");

    private static IEnumerable<object[]> Cases => Families.ActivationCases;

    private static IEnumerable<object[]> GoldenCases => File.Cases.Select(c => new object[] { c.Activation });

    /// <summary>Values and derivatives as PyTorch has them.</summary>
    [TestMethod]
    [DynamicData(nameof(GoldenCases))]
    public void AgreesWithPyTorch(Activation activation)
    {
        Case golden = File.Cases.Single(c => c.Activation == activation);
        ReferenceBackend<double> backend = new();
        Tensor<double> x = backend.Tensor(File.Points);
        Tensor<double> y = backend.Allocate(File.Points.Length);
        Tensor<double> gradient = backend.Tensor([.. File.Points.Select(_ => 1.0)]);
        activation.Forward(backend, x, y);
        TestTensors.AreClose(golden.Values, backend.Values(y), 1e-14, $"{activation}");
        activation.Backward(backend, activation.NeedsInput ? x : y, y, gradient, gradient);
        TestTensors.AreClose(golden.Derivatives, backend.Values(gradient), 1e-14, $"{activation}, derivative:");
    }

    /// <summary>A new activation needs golden values.</summary>
    [TestMethod]
    public void EveryActivationHasGoldenValues() =>
        CollectionAssert.IsSubsetOf(Activations.All.Select(a => a.Name).ToArray(), File.Cases.Select(c => c.Activation.Name).Distinct().ToArray());

    /// <summary>The backward rule is the derivative of the forward rule.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void GradientIsTheDerivative(Activation activation)
    {
        ReferenceBackend<double> backend = new();
        double[] point = [-20, -3, -1, -0.1, -1e-3, 1e-3, 0.1, 1, 3, 20, .. TestTensors.Gaussians(20, 3)];
        double[] weights = TestTensors.Gaussians(point.Length, 4);

        Tensor<double> x = backend.Tensor(point);
        Tensor<double> y = backend.Allocate(point.Length);
        Tensor<double> gradient = backend.Tensor(weights);
        activation.Forward(backend, x, y);
        activation.Backward(backend, activation.NeedsInput ? x : y, y, gradient, gradient);

        GradientCheck.Verify(activation.Name, point, backend.Values(gradient), at => GradientCheck.Inner(weights, Forward(activation, at)));
    }

    /// <summary>The fused form computes the same bits as a product followed by the activation, in float too.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void AffineIsProductThenActivation(Activation activation)
    {
        ReferenceBackend<float> backend = new();
        Tensor<float> input = backend.Tensor(TestTensors.Gaussians(4 * 5, 1));
        Tensor<float> weights = backend.Tensor(TestTensors.Gaussians(5 * 3, 2));
        Tensor<float> bias = backend.Tensor(TestTensors.Gaussians(3, 3));
        Tensor<float> fused = backend.Allocate(4 * 3);
        Tensor<float> apart = backend.Allocate(4 * 3);

        activation.Affine(backend, input, weights, bias, fused, 4, 5, 3);
        for (int row = 0; row < 4; row++)
        {
            backend.Copy(bias, apart.Slice(row * 3, 3));
        }

        backend.MatMul(input, false, weights, false, apart, 4, 3, 5, accumulate: true);
        activation.Forward(backend, apart, apart);

        CollectionAssert.AreEqual(backend.Values(apart), backend.Values(fused));
    }

    /// <summary>A NaN is never hidden: a diverged run must be seen.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void NaNStaysNaN(Activation activation) => Assert.IsTrue(double.IsNaN(Forward(activation, double.NaN)[0]));

    /// <summary>Float agrees with double.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void FloatAgreesWithDouble(Activation activation)
    {
        ReferenceBackend<float> backend = new();
        double[] point = [.. TestTensors.Gaussians(50, 8, 5).Select(v => (double)(float)v)];
        Tensor<float> x = backend.Tensor(point);
        activation.Forward(backend, x, x);
        TestTensors.AreClose(Forward(activation, point), backend.Values(x), 1e-6);
    }

    /// <summary>Known values.</summary>
    [TestMethod]
    public void KnownValues()
    {
        double inf = double.PositiveInfinity;
        TestTensors.AreClose([-2, 0, 3], Forward(new Identity(), -2, 0, 3), 0);
        TestTensors.AreClose([0, 0, 3, 0, inf], Forward(new ReLU(), -2, 0, 3, -inf, inf), 0);
        TestTensors.AreClose([-0.02, 0, 3], Forward(new LeakyReLU(), -2, 0, 3), 1e-16);
        TestTensors.AreClose([-0.5, 0, 3], Forward(new LeakyReLU(0.25), -2, 0, 3), 0);
        TestTensors.AreClose([0.25, 0.5, 0.75, 0, 1, 0, 1], Forward(new Sigmoid(), -Math.Log(3), 0, Math.Log(3), -1000, 1000, -inf, inf), 1e-15);
        TestTensors.AreClose([-0.6, 0, 0.6, -1, 1, 1e-12], Forward(new Tanh(), -Math.Log(2), 0, Math.Log(2), -1000, 1000, 1e-12), 1e-15);
    }

    /// <summary>What is nearly 0 keeps its digits, in float too: no 1 is added to it on the way.</summary>
    [TestMethod]
    public void SmallValuesKeepTheirDigits()
    {
        ReferenceBackend<float> backend = new();
        Tensor<float> x = backend.Tensor(-30, -1e-6);
        Tensor<float> y = backend.Allocate(2);
        new Softplus().Forward(backend, x, y);
        Assert.AreEqual(Math.Exp(-30), backend.Values(y)[0], 1e-6 * Math.Exp(-30));
        new ELU().Forward(backend, x, y);
        Assert.AreEqual(-1e-6 + 5e-13, backend.Values(y)[1], 1e-13);
    }

    /// <summary>What is large stays finite, in float too: no product on the way overflows.</summary>
    [TestMethod]
    public void LargeValuesStayFinite()
    {
        ReferenceBackend<float> backend = new();
        Tensor<float> x = backend.Tensor(3e38, -3e38);
        Tensor<float> y = backend.Allocate(2);
        foreach (Activation activation in new Activation[] { new Softplus(7), new GELU(), new GELU(Approximate: true), new SiLU(), new ELU() })
        {
            activation.Forward(backend, x, y);
            Assert.AreEqual((float)3e38, backend.Values(y)[0], activation.ToString());
            Tensor<float> gradient = backend.Tensor(1, 1);
            activation.Backward(backend, activation.NeedsInput ? x : y, y, gradient, gradient);
            TestTensors.AreClose([1, 0], backend.Values(gradient), 0, activation.ToString());
        }
    }

    /// <summary>At the kink the derivative is the left one, as in PyTorch.</summary>
    [TestMethod]
    public void DerivativeAtZero()
    {
        ReferenceBackend<double> backend = new();
        Tensor<double> y = backend.Tensor(0);
        Tensor<double> gradient = backend.Tensor(1);
        new ReLU().Backward(backend, y, y, gradient, gradient);
        Assert.AreEqual(0, backend.Values(gradient)[0]);

        gradient = backend.Tensor(1);
        new LeakyReLU(0.2).Backward(backend, y, y, gradient, gradient);
        Assert.AreEqual(0.2, backend.Values(gradient)[0]);
    }

    /// <summary>A slope below 0 would make the sign of y useless.</summary>
    [TestMethod]
    [DataRow(-0.1)]
    [DataRow(double.NaN)]
    [DataRow(double.PositiveInfinity)]
    public void SlopeIsChecked(double slope)
    {
        ArgumentOutOfRangeException e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LeakyReLU(slope).Validate());
        StringAssert.Contains(e.Message, "Slope of leaky-relu is");
    }

    /// <summary>Settings out of their range are refused by name.</summary>
    [TestMethod]
    public void SettingsAreChecked()
    {
        Assert.AreEqual("Alpha", Assert.ThrowsExactly<ArgumentOutOfRangeException>(new ELU(-1).Validate).ParamName);
        Assert.AreEqual("Beta", Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Softplus(0).Validate).ParamName);
    }

    private sealed record Golden(double[] Points, Case[] Cases);

    private sealed record Case(Activation Activation, double[] Values, double[] Derivatives);

    private static double[] Forward(Activation activation, params double[] point)
    {
        ReferenceBackend<double> backend = new();
        Tensor<double> x = backend.Tensor(point);
        Tensor<double> y = backend.Allocate(point.Length);
        activation.Forward(backend, x, y);
        return backend.Values(y);
    }
}
