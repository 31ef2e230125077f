using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

[TestClass]
public class NetworkTests
{
    /// <summary>Central differences over every weight of a network with smooth activations, dropout and a weighted loss.</summary>
    [TestMethod]
    public void Gradients_AgreeWithDifferences()
    {
        NetworkDefinition definition = new(
            new TensorShape(4), [new Dropout(0.2), new Dense(6, new Tanh()), new Dropout(0.3), new Dense(5, new Sigmoid()), new Dense(3)]);
        using ReferenceBackend<double> backend = new();
        const int Rows = 7;
        using Network<double> network = Trainable(backend, definition, Rows + 2);
        RandomSource random = new(3);
        double[] input = [.. Enumerable.Range(0, Rows * 4).Select(_ => random.NextGaussian())];
        Tensor<double> x = network.Input.Slice(0, input.Length);
        backend.Write(input, x);
        Tensor<double> target = backend.Allocate(Rows * 3);
        backend.Gather(RowSources.As<double>(new ClassRows([0, 1, 2, 0, 1, 2, 0], 3)), [0, 1, 2, 3, 4, 5, 6], target);
        Tensor<double> weights = backend.Allocate(Rows);
        backend.Write([1, 2, 0.5, 1, 0, 3, 1], weights);
        Tensor<double> losses = backend.Allocate(Rows);
        SoftmaxCrossEntropy loss = new();
        double Evaluate(Tensor<double> gradient)
        {
            Tensor<double> y = network.Forward(x, Rows, training: true, key: 99);
            loss.Evaluate(backend, new LossPass<double>(y, target, weights, losses, gradient, 0.5, Rows, 3));
            return 0.5 * backend.Sum(losses);
        }

        Tensor<double> outputGradient = network.OutputGradient.Slice(0, Rows * 3);
        Evaluate(outputGradient);
        network.Backward(outputGradient, Rows);
        double[] gradients = new double[network.Gradients.Length];
        backend.Read(network.Gradients, gradients);
        double[] values = Weights(network);
        const double Step = 1e-5;
        foreach (ParameterSlot slot in definition.Parameters)
        {
            for (int i = slot.Offset; i < slot.Offset + slot.Length; i++)
            {
                double value = values[i];
                values[i] = value + Step;
                backend.Write(values, network.Parameters);
                double above = Evaluate(default);
                values[i] = value - Step;
                backend.Write(values, network.Parameters);
                double below = Evaluate(default);
                values[i] = value;
                Assert.AreEqual((above - below) / (2 * Step), gradients[i], 1e-8, $"{slot.Spec.Name} of layer {slot.Layer}, index {i - slot.Offset}");
            }
        }

        Assert.IsGreaterThan(0.01, gradients.Max(Math.Abs), "the check compared more than zeros");
    }

    /// <summary>x = (1, 2), W₁ = ((1, −1), (0, 2)), b₁ = (0, −4), ReLU, W₂ = (3, 5)ᵀ, b₂ = 7: hidden (1, −1 + 4 − 4 → 0), output 3 + 7.</summary>
    [TestMethod]
    public void Forward_OfAHandWorkedNetwork()
    {
        NetworkDefinition definition = new(new TensorShape(2), [new Dense(2, new ReLU()), new Dense(1)]);
        NetworkWeights weights = new(definition);
        new float[] { 1, -1, 0, 2 }.CopyTo(weights[0, "weight"]);
        new float[] { 0, -4 }.CopyTo(weights[0, "bias"]);
        new float[] { 3, 5 }.CopyTo(weights[1, "weight"]);
        weights[1, "bias"][0] = 7;
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = new(definition, backend, 4, training: false);
        network.Load(weights);
        backend.Write([1, 2], network.Input.Slice(0, 2));
        float[] y = new float[1];
        backend.Read(network.Forward(network.Input, 1), y);
        Assert.AreEqual(10f, y[0]);
        TrainingFixture.AssertSameBits(weights.Values, network.Save().Values);
    }

    [TestMethod]
    [DataRow(BackendKind.Reference)]
    [DataRow(BackendKind.Simd)]
    public void Forward_IsTheSame_WithAndWithoutTrainingMemory_AndForAnyBatch(BackendKind kind)
    {
        NetworkDefinition definition = new(
            new TensorShape(19), [new Dense(33, new ReLU()), new Dropout(0.5), new ActivationLayer(new Tanh()), new Dense(17, new Sigmoid()), new Dense(4)]);
        using IBackend<float> backend = Backend.Create(kind, 2);
        using Network<float> trainable = Trainable(backend, definition, 23);
        using Network<float> lean = new(definition, backend, 5, training: false);
        lean.Load(trainable.Save());
        float[] x = Clusters(23, 19, 4).Features;
        backend.Write(x, trainable.Input);
        float[] expected = new float[23 * 4];
        backend.Read(trainable.Forward(trainable.Input, 23), expected);
        for (int start = 0; start < 23; start += 5)
        {
            int rows = Math.Min(5, 23 - start);
            float[] actual = new float[rows * 4];
            backend.Write(x.AsSpan(start * 19, rows * 19), lean.Input.Slice(0, rows * 19));
            backend.Read(lean.Forward(lean.Input, rows), actual);
            AssertSameBits(expected.AsSpan(start * 4, rows * 4), actual);
        }
    }

    [TestMethod]
    public void Dropout_DropsOnlyInTraining_AndFollowsKeyAndLayer()
    {
        NetworkDefinition definition = new(new TensorShape(64), [new Dropout(0.5), new Dense(64, useBias: false)]);
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, definition, 1);
        NetworkWeights identity = new(definition);
        for (int i = 0; i < 64; i++)
        {
            identity[1, "weight"][i * 65] = 1;
        }

        network.Load(identity);
        backend.Fill(network.Input, 1);
        float[] Forward(bool training, ulong key)
        {
            float[] y = new float[64];
            backend.Read(network.Forward(network.Input, 1, training, key), y);
            return y;
        }

        Assert.IsTrue(Forward(false, 1).All(v => v == 1));
        float[] dropped = Forward(true, 1);
        Assert.IsTrue(dropped.All(v => v is 0 or 2));
        Assert.IsTrue(dropped.Contains(0) && dropped.Contains(2));
        CollectionAssert.AreEqual(dropped, Forward(true, 1));
        CollectionAssert.AreNotEqual(dropped, Forward(true, 2));

        NetworkDefinition twice = new(new TensorShape(256), [new Dropout(0.5), new Dropout(0.5)]);
        using Network<float> two = new(twice, backend, 1, training: true);
        backend.Fill(two.Input, 1);
        float[] product = new float[256];
        backend.Read(two.Forward(two.Input, 1, training: true, key: 1), product);
        Assert.AreEqual(64, product.Count(v => v == 4), 24, "two layers with one mask would keep half, not a quarter");
    }

    /// <summary>More memory than there is would end the process, not the call.</summary>
    [TestMethod]
    public void ANetworkThatDoesNotFitIntoMemory_IsToldBeforeAnythingIsAllocated()
    {
        NetworkDefinition deep = new(new TensorShape(16, 4096, 2048), [new Convolution2D(16, 1, activation: new ReLU()), .. Enumerable.Range(1, 1999).Select(_ => new ActivationLayer(new ReLU()))]);
        using IBackend<float> backend = new SimdBackend(1);
        string message = Assert.ThrowsExactly<ArgumentException>(() => new Network<float>(deep, backend, 4, training: true)).Message;
        StringAssert.Contains(message, "A batch of 4 rows takes at least 4006.0 GiB");
        StringAssert.Contains(message, "Use a smaller batch");
    }

    [TestMethod]
    public void Misuse_IsRefused()
    {
        using IBackend<float> backend = new ReferenceBackend<float>();
        using Network<float> network = Trainable(backend, Line(), 4);
        using Network<float> lean = new(Line(), backend, 4, training: false);
        Assert.ThrowsExactly<InvalidOperationException>(() => network.Backward(network.OutputGradient, 4));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => network.Forward(network.Input, 5));
        Assert.ThrowsExactly<ArgumentException>(() => network.Forward(network.Input.Slice(0, 2), 3));
        Assert.ThrowsExactly<InvalidOperationException>(() => lean.Forward(lean.Input, 4, training: true));
        network.Forward(network.Input, 3);
        lean.Forward(lean.Input, 3);
        Assert.ThrowsExactly<ArgumentException>(() => network.Backward(network.OutputGradient, 4));
        Assert.ThrowsExactly<InvalidOperationException>(() => lean.Backward(network.OutputGradient, 3));
        Assert.ThrowsExactly<ArgumentException>(() => network.Load(new NetworkWeights(Line(1))));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new Network<float>(Line(), backend, 0, training: false));
        Assert.ThrowsExactly<ArgumentException>(() => new Network<float>(new(new TensorShape(1 << 20), [new Dropout()]), backend, 1 << 20, training: false));
        Assert.AreEqual(0, network.Forward(network.Input, 0).Length);
    }
}
