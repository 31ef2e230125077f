namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Numbers that are taken off and multiplied by, which no training changes.</summary>
[TestClass]
public sealed class NormalizationTests
{
    [TestMethod]
    public void ScalesEachFeature()
    {
        LayerHarness layer = new(new Normalization(), new TensorShape(3), 2);
        layer.SetParameter(0, 1, -2, 5);
        layer.SetParameter(1, 2, 0.5, 0);
        CollectionAssert.AreEqual(new double[] { 18, 11, 0, 0, 0, 0 }, layer.Forward(10, 20, 30, 1, -2, 7));
        layer.Backward(1, 2, 3, 4, 5, 6);
        CollectionAssert.AreEqual(new double[] { 2, 1, 0, 8, 2.5, 0 }, layer.Values(layer.Pass.InputGradient));
    }

    /// <summary>Images come to a network in the order [channels, height, width], as its inputs do.</summary>
    [TestMethod]
    public void ScalesEachChannelOfAnImage()
    {
        NetworkDefinition definition = new(new TensorShape(2, 2, 3), [new Normalization(), new Flatten()]);
        NetworkWeights weights = NetworkWeights.Initialize(definition, 1);
        float[] image = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
        CollectionAssert.AreEqual(image, Outputs(), "the start does nothing");
        (weights[0, Normalization.Mean][1], weights[0, Normalization.Scale][1]) = (6, 10);
        CollectionAssert.AreEqual(new float[] { 0, 1, 2, 3, 4, 5, 0, 10, 20, 30, 40, 50 }, Outputs());

        float[] Outputs()
        {
            using IBackend<float> backend = Backend.Create();
            using Network<float> network = new(definition, backend, 1, training: false);
            network.Load(weights);
            float[] outputs = new float[12];
            backend.Write(image, network.Input);
            backend.Read(network.Forward(network.Input, 1), outputs);
            return outputs;
        }
    }

    [TestMethod]
    public void ItsParametersAreNotTrained()
    {
        IReadOnlyList<ParameterSpec> parameters = new Normalization().Parameters(new TensorShape(5, 2, 2));
        CollectionAssert.AreEqual(new[] { "mean", "scale" }, parameters.Select(p => p.Name).ToArray());
        Assert.IsTrue(parameters.All(p => !p.Trainable && p.Size == 5));

        TrainingData data = new(new DenseRows([1, 2, 3, 4], 1), new DenseRows([2, 4, 6, 8], 1));
        using IBackend<float> backend = Backend.Create();
        using Network<float> network = TrainingFixture.Trainable(backend, new(new TensorShape(1), [new Normalization(), new Dense(1)]), 4);
        NetworkWeights start = network.Save();
        (start[0, "mean"][0], start[0, "scale"][0]) = (3, 1e30f);
        network.Load(start);
        new TrainingLoop<float>(network, new TrainingOptions { Loss = new MeanAbsoluteError(), Optimizer = new AdamW { WeightDecay = 0.1, LearningRate = 1e-40 }, NumberOfEpochs = 3, BatchSize = 2, L2Regularization = 0.1 }).Run(data);
        Assert.AreEqual((3f, 1e30f), (network.Save()[0, "mean"][0], network.Save()[0, "scale"][0]), "neither decay nor a penalty moves them, and a scale whose square is no Single is no divergence");
    }

    [TestMethod]
    public void OtherShapesAreRefused() =>
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => new NetworkDefinition(new TensorShape(2, 3), [new Normalization()])).Message, "takes flat samples or images [channels, height, width]");
}
