namespace MLNet.GradientTrainers.Kernels.Gpu.Tests;

/// <summary>The two networks of the samples from beginning to end: one image learned by heart, and digits.</summary>
public abstract class WholeTrainings : TrainingTests
{
    /// <summary>An image of ones must give 1, 2, …, 10 after 100 steps.</summary>
    [TestMethod]
    public void AConvolutionalNetworkLearnsOneImageByHeart()
    {
        PyTorchUniform initial = new();
        Layer Convolution(int filters) => new Convolution2D(filters, 5, padding: 2, weightInitializer: initial, biasInitializer: initial);
        Layer Dense(int units) => new Dense(units, weightInitializer: initial, biasInitializer: initial);
        NetworkDefinition definition = new(
            new TensorShape(3, 32, 32),
            [Convolution(32), new MaxPooling2D(2), Convolution(32), new MaxPooling2D(2), Convolution(64), new MaxPooling2D(2), new Flatten(), Dense(64), Dense(10)]);
        float[] image = new float[definition.InputShape.Size];
        Array.Fill(image, 1);
        float[] target = [.. Enumerable.Range(1, 10).Select(i => (float)i)];
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new RMSprop { LearningRate = 1e-4 }, NumberOfEpochs = 100, BatchSize = 1 };
        using IBackend<float> backend = Create();
        double[] losses = Train(backend, definition, new TrainingData(new DenseRows(image, image.Length), new DenseRows(target, 10)), options).Losses;
        Assert.AreEqual(38.6, losses[0], 2);
        Assert.IsLessThan(1, losses[99]);
    }

    /// <summary>6,000 drawn digits, 784-256-64-10, about as many steps as three epochs of MNIST: as accurate as on the processor.</summary>
    [TestMethod]
    public void APerceptronLearnsDigits()
    {
        PyTorchUniform initial = new();
        Layer Dense(int units, Activation? activation = null) => new Dense(units, activation, weightInitializer: initial, biasInitializer: initial);
        NetworkDefinition definition = new(new TensorShape(784), [Dense(256, new ReLU()), Dense(64, new ReLU()), Dense(10)]);
        byte[] pixels = File.ReadAllBytes(Path.Combine(Repository.Root, "data", "digits-train-images-idx3-ubyte"))[16..];
        byte[] labels = File.ReadAllBytes(Path.Combine(Repository.Root, "data", "digits-train-labels-idx1-ubyte"))[8..];
        TrainingData data = new(new DenseRows([.. pixels.Select(pixel => ((pixel / 255f) - 0.1307f) / 0.3081f)], 784), new ClassRows([.. labels.Select(label => (int)label)], 10));
        TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01, Momentum = 0.9 }, NumberOfEpochs = 4, BatchSize = 64, Seed = 1 };
        using IBackend<float> backend = Create();
        using SimdBackend processor = new();
        double[] expected = Train(processor, definition, data, options).Losses;
        double[] actual = Train(backend, definition, data, options).Losses;
        Assert.AreEqual(expected[0], actual[0], 1e-5);
        Assert.AreEqual(expected[^4], actual[^4], 1e-2 * expected[^4]);
        Assert.IsGreaterThan(0.8, expected[^1]);
        Assert.AreEqual(expected[^1], actual[^1], 0.01);
    }
}
