using System.Numerics;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Optimizers against steps that PyTorch made (tests/golden/optimizers.py), and their settings.</summary>
[TestClass]
public sealed class OptimizerTests
{
    private static readonly Golden File = GoldenFile.Read<Golden>("optimizers.json");

    private static IEnumerable<object[]> Cases => Enumerable.Range(0, File.Cases.Length).Select(i => new object[] { i });

    /// <summary>Every step of every case, in double.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void GoldenStepsInDouble(int index) => Compare<double>(File.Cases[index], 1e-12);

    /// <summary>The same in float. The outlier of 10,000 leaves weights near 100, hence relative to the largest.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void GoldenStepsInFloat(int index) => Compare<float>(File.Cases[index], 1e-5);

    /// <summary>A new optimizer needs golden steps.</summary>
    [TestMethod]
    public void EveryOptimizerHasGoldenSteps()
    {
        string[] golden = [.. File.Cases.Select(c => c.Optimizer.Name).Distinct()];
        CollectionAssert.IsSubsetOf(Optimizers.All.Select(o => o.Name).ToArray(), golden);
    }

    /// <summary>Scale, clip, L2 and L1 in their order: clip(2 · g) + 0.1 · w + 0.01 · sign w, rate 1.</summary>
    [TestMethod]
    public void GradientTransformByHand()
    {
        ReferenceBackend<double> backend = new();
        Tensor<double> weights = backend.Tensor(1, -2, 0, 4);
        Tensor<double> gradient = backend.Tensor(0.1, 5, -5, 0);
        GradientTransform transform = new(Scale: 2, ClipValue: 3, L2: 0.1, L1: 0.01);
        new Sgd().Step(backend, new UpdatePass<double>(weights, gradient, default, default, default, transform, 1, 1));

        // g' = 0.2 + 0.1 + 0.01, 3 − 0.2 − 0.01, −3, 0.4 + 0.01.
        TestTensors.AreClose([1 - 0.31, -2 - 2.79, 3, 4 - 0.41], backend.Values(weights), 1e-15);
        TestTensors.AreClose([0.1, 5, -5, 0], backend.Values(gradient), 0);
    }

    /// <summary>A NaN gradient is not clipped away.</summary>
    [TestMethod]
    public void ClippingKeepsNaN()
    {
        ReferenceBackend<double> backend = new();
        Tensor<double> weights = backend.Tensor(1, 1);
        GradientTransform transform = GradientTransform.None with { ClipValue = 1 };
        new Sgd().Step(backend, new UpdatePass<double>(weights, backend.Tensor(double.NaN, double.NegativeInfinity), default, default, default, transform, 1, 1));
        TestTensors.AreClose([double.NaN, 2], backend.Values(weights), 0);
    }

    /// <summary>Decay by hand, coupled and decoupled, beside the run's own L2: rate 0.5, w = 2, g = 3.</summary>
    [TestMethod]
    public void WeightDecayByHand()
    {
        GradientTransform transform = GradientTransform.None with { L2 = 0.25 };

        // 2 − 0.5 · (3 + (0.25 + 0.1) · 2).
        Assert.AreEqual(2 - (0.5 * 3.7), Stepped(new Sgd { LearningRate = 0.5, WeightDecay = 0.1 }), 1e-15);

        // (1 − 0.5 · 0.1) · 2 − 0.5 · sign(3 + 0.25 · 2).
        Assert.AreEqual(1.9 - 0.5, Stepped(new Lion { LearningRate = 0.5, WeightDecay = 0.1 }), 1e-15);

        double Stepped(Optimizer optimizer)
        {
            ReferenceBackend<double> backend = new();
            Tensor<double> weights = backend.Tensor(2);
            optimizer.Step(backend, new UpdatePass<double>(weights, backend.Tensor(3), backend.Allocate(1), default, default, transform, 0.5, 1));
            return backend.Values(weights)[0];
        }
    }

    /// <summary>A NaN in the gradient reaches the weight, whatever the rule does to its size.</summary>
    [TestMethod]
    public void NaNReachesTheWeight()
    {
        foreach (Optimizer optimizer in Optimizers.All)
        {
            ReferenceBackend<double> backend = new();
            Tensor<double> weights = backend.Tensor(2, 0);
            Tensor<double>[] states = [.. Enumerable.Range(0, 3).Select(i => i < optimizer.StateCount ? backend.Allocate(2) : default)];
            Tensor<double> gradient = backend.Tensor(double.NaN, 0);
            optimizer.Step(backend, new UpdatePass<double>(weights, gradient, states[0], states[1], states[2], GradientTransform.None, 0.1, 1));
            TestTensors.AreClose([double.NaN, 0], backend.Values(weights), 0, $"{optimizer.Name}, whose weight of 0 without gradient must stay 0,");
        }
    }

    /// <summary>After very many steps Nadam is what it tends to: μ = β₁ and no bias to correct.</summary>
    [TestMethod]
    public void NadamStaysCheapAndExactForLateSteps()
    {
        ReferenceBackend<double> backend = new();
        Tensor<double> weights = backend.Tensor(1);
        Nadam nadam = new() { LearningRate = 0.1, Beta1 = 0.5, Beta2 = 0.75 };
        nadam.Step(backend, new UpdatePass<double>(
            weights, backend.Tensor(2), backend.Tensor(4), backend.Tensor(8), default, GradientTransform.None, 0.1, 1_000_000_000));

        // m = 0.5 · 4 + 0.5 · 2 = 3, v = 0.75 · 8 + 0.25 · 4 = 7; direction 0.5 · 3 + 0.5 · 2.
        Assert.AreEqual(1 - (0.1 * 2.5 / (Math.Sqrt(7) + 1e-8)), backend.Values(weights)[0], 1e-15);
    }

    /// <summary>States are kept only where they are needed.</summary>
    [TestMethod]
    public void StateCounts()
    {
        Assert.AreEqual(1, new RMSprop().StateCount);
        Assert.AreEqual(2, new RMSprop { Centered = true }.StateCount);
        Assert.AreEqual(2, new RMSprop { Momentum = 0.9 }.StateCount);
        Assert.AreEqual(3, new RMSprop { Momentum = 0.9, Centered = true }.StateCount);
        Assert.AreEqual(0, new Sgd().StateCount);
        Assert.AreEqual(1, new Sgd { Momentum = 0.9 }.StateCount);
        Assert.AreEqual(1, new Sgd { Momentum = 0.9, Nesterov = true }.StateCount);
        Assert.AreEqual(2, new Adam().StateCount);
    }

    /// <summary>System S1: one weight, (1,2) (2,4) (3,6), rate 0.01, 100 epochs of the mean gradient from 1.</summary>
    [TestMethod]
    public void OneWeightByGradientDescent()
    {
        ReferenceBackend<double> backend = new();
        Tensor<double> w = backend.Tensor(1);
        Tensor<double> gradient = backend.Allocate(1);
        for (int epoch = 1; epoch <= 100; epoch++)
        {
            double at = backend.Values(w)[0];
            backend.Fill(gradient, ((2 * 1 * (at - 2)) + (2 * 2 * ((2 * at) - 4)) + (2 * 3 * ((3 * at) - 6))) / 3);
            new Sgd().Step(backend, new UpdatePass<double>(w, gradient, default, default, default, GradientTransform.None, 0.01, epoch));
        }

        Assert.AreEqual(1.9999444396553017, backend.Values(w)[0], 1e-14);
    }

    /// <summary>Every setting out of its range is refused by name.</summary>
    [TestMethod]
    public void SettingsAreChecked()
    {
        Refused("LearningRate", new Sgd { LearningRate = 0 });
        Refused("LearningRate", new Adam { LearningRate = double.NaN });
        Refused("LearningRate", new Adam { LearningRate = double.PositiveInfinity });
        Refused("WeightDecay", new Sgd { WeightDecay = -1 });
        Refused("Momentum", new Sgd { Momentum = 1 });
        Refused("Momentum", new Sgd { Momentum = -0.1 });
        Refused("Momentum", new Sgd { Nesterov = true });
        Refused("Beta1", new Adam { Beta1 = 1 });
        Refused("Beta2", new Adam { Beta2 = 1 });
        Refused("Epsilon", new Adam { Epsilon = 0 });
        Refused("LearningRateDecay", new Adagrad { LearningRateDecay = -1 });
        Refused("InitialAccumulator", new Adagrad { InitialAccumulator = double.NaN });
        Refused("Epsilon", new Adagrad { Epsilon = 0 });
        Refused("Rho", new Adadelta { Rho = 1 });
        Refused("Epsilon", new Adadelta { Epsilon = -1 });
        Refused("Alpha", new RMSprop { Alpha = 1 });
        Refused("Epsilon", new RMSprop { Epsilon = 0 });
        Refused("Momentum", new RMSprop { Momentum = 1 });
        Refused("Beta1", new AMSGrad { Beta1 = -0.1 });
        Refused("Beta2", new AMSGrad { Beta2 = 1 });
        Refused("Epsilon", new AMSGrad { Epsilon = 0 });
        Refused("Beta1", new AdamW { Beta1 = 1 });
        Refused("Beta2", new AdamW { Beta2 = double.NaN });
        Refused("Epsilon", new AdamW { Epsilon = 0 });
        Refused("WeightDecay", new AdamW { WeightDecay = -0.1 });
        Refused("Beta1", new Nadam { Beta1 = 1 });
        Refused("Beta2", new Nadam { Beta2 = 1 });
        Refused("Epsilon", new Nadam { Epsilon = 0 });
        Refused("MomentumDecay", new Nadam { MomentumDecay = -1 });
        Refused("Beta1", new RAdam { Beta1 = 1 });
        Refused("Beta2", new RAdam { Beta2 = 1 });
        Refused("Epsilon", new RAdam { Epsilon = 0 });
        Refused("Beta1", new Lion { Beta1 = 1 });
        Refused("Beta2", new Lion { Beta2 = 1 });
    }

    private static void Refused(string setting, Optimizer optimizer)
    {
        ArgumentOutOfRangeException e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(optimizer.Validate);
        Assert.AreEqual(setting, e.ParamName);
    }

    private static void Compare<T>(Case golden, double tolerance)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ReferenceBackend<T> backend = new();
        Optimizer optimizer = golden.Optimizer;
        int length = File.Start.Length;
        Tensor<T> weights = backend.Tensor(File.Start);
        Tensor<T>[] states = new Tensor<T>[3];
        for (int i = 0; i < optimizer.StateCount; i++)
        {
            states[i] = backend.Allocate(length);
        }

        GradientTransform transform = new(1, golden.ClipValue ?? double.PositiveInfinity, 0, 0);
        for (int step = 0; step < File.Gradients.Length; step++)
        {
            optimizer.Step(backend, new UpdatePass<T>(
                weights, backend.Tensor(File.Gradients[step]), states[0], states[1], states[2], transform, optimizer.LearningRate, step + 1));
            TestTensors.AreClose(golden.Weights[step], backend.Values(weights), tolerance, $"{optimizer}, step {step + 1}:");
        }
    }

    private sealed record Golden(double[] Start, double[][] Gradients, Case[] Cases);

    private sealed record Case(Optimizer Optimizer, double? ClipValue, double[][] Weights);
}
