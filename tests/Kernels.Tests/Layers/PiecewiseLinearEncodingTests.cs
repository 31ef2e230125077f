namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Features as bins that fill one after the other.</summary>
[TestClass]
public sealed class PiecewiseLinearEncodingTests
{
    /// <summary>The first feature has the bins [0, 1], [1, 3] and [3, 7], the second one [10, 20] alone.</summary>
    private static LayerHarness TwoFeatures(int rows)
    {
        LayerHarness layer = new(new PiecewiseLinearEncoding(3), new TensorShape(2), rows);
        layer.SetParameter(0, 0, 10, 1, 0, 3, 0);
        layer.SetParameter(1, 1, 0.1, 0.5, 0, 0.25, 0);
        return layer;
    }

    [TestMethod]
    public void BinsFillOneAfterTheOther()
    {
        LayerHarness layer = TwoFeatures(5);
        TestTensors.AreClose(
            [
                -2, 10, -2, 0, 0, 0, 0, 0, // below all bins: the first one goes on downwards
                0.5, 15, 0.5, 0.5, 0, 0, 0, 0,
                1, 20, 1, 1, 0, 0, 0, 0, // on a border
                2.5, 30, 1, 2, 0.75, 0, 0, 0, // the only bin of the second feature goes on in both directions
                11, 0, 1, -1, 1, 0, 2, 0, // above all bins: the last one goes on upwards
            ],
            layer.Forward(-2, 10, 0.5, 15, 1, 20, 2.5, 30, 11, 0),
            1e-15);
    }

    [TestMethod]
    public void GradientGoesThroughTheBinThatIsBeingFilled()
    {
        LayerHarness layer = TwoFeatures(4);
        layer.Forward(-2, 0, 0.5, 15, 2.5, 30, 11, 12);
        layer.Backward(7, 8, 1, 10, 2, 20, 3, 30, 7, 8, 1, 10, 2, 20, 3, 30, 7, 8, 1, 10, 2, 20, 3, 30, 7, 8, 1, 10, 2, 20, 3, 30);
        TestTensors.AreClose([7 + 1, 8 + 1, 7 + 1, 8 + 1, 7 + (2 * 0.5), 8 + 1, 7 + (3 * 0.25), 8 + 1], layer.Values(layer.Pass.InputGradient), 1e-15);
    }

    /// <summary>Nothing of the feature is lost.</summary>
    [TestMethod]
    public void WidthsTimesComponentsAreTheFeature()
    {
        LayerHarness layer = TwoFeatures(1);
        foreach (double x in new[] { -30, -1, 0, 0.25, 1, 1.5, 3, 5, 7, 100 })
        {
            double[] y = layer.Forward(x, 0);
            Assert.AreEqual(x, y[2] + (2 * y[4]) + (4 * y[6]), 1e-13);
        }
    }

    [TestMethod]
    public void ItsParametersAreNotTrained()
    {
        IReadOnlyList<ParameterSpec> parameters = new PiecewiseLinearEncoding(4).Parameters(new TensorShape(5));
        CollectionAssert.AreEqual(new[] { "start", "scale" }, parameters.Select(p => p.Name).ToArray());
        Assert.IsTrue(parameters.All(p => !p.Trainable && !p.IsPenalized && p.Size == 20));
    }

    /// <summary>A saw tooth is no function that a linear model can learn, but a linear function of bins.</summary>
    [TestMethod]
    public void ALinearModelOfBinsLearnsASawTooth()
    {
        float[] x = [.. Enumerable.Range(0, 161).Select(i => i / 20f)];
        TrainingData data = new(new DenseRows(x, 1), new DenseRows([.. x.Select(v => MathF.Abs((v % 2) - 1))], 1));
        Assert.IsGreaterThan(0.05, Loss(new Dense(1)));
        Assert.IsLessThan(0.005, Loss(new PiecewiseLinearEncoding(8), new Dense(1)));

        double Loss(params Layer[] layers)
        {
            using IBackend<float> backend = Backend.Create(BackendKind.Simd, 1);
            NetworkDefinition definition = new(new TensorShape(1), layers);
            using Network<float> network = new(definition, backend, 161, training: true);
            NetworkWeights weights = NetworkWeights.Initialize(definition, 1);
            if (layers.Length == 2)
            {
                for (int bin = 0; bin < 8; bin++)
                {
                    weights[0, PiecewiseLinearEncoding.Start][bin] = bin;
                }
            }

            network.Load(weights);
            TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Adam { LearningRate = 0.05 }, NumberOfEpochs = 1000, BatchSize = 161 };
            return new TrainingLoop<float>(network, options).Run(data).History.Epochs[^1].TrainingLoss;
        }
    }

    [TestMethod]
    public void SettingsAndShapesAreChecked()
    {
        Assert.AreEqual(new TensorShape(15), new PiecewiseLinearEncoding(4).OutputShape(new TensorShape(3)));
        Assert.Throws<ArgumentOutOfRangeException>(new PiecewiseLinearEncoding(0).Validate);
        Assert.Throws<ArgumentOutOfRangeException>(new PiecewiseLinearEncoding(1025).Validate);
        new PiecewiseLinearEncoding(1024).Validate();
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => new NetworkDefinition(new TensorShape(3_000_000), [new PiecewiseLinearEncoding(1024)])).Message, "Use fewer bins");
        StringAssert.Contains(
            Assert.Throws<ArgumentException>(() => new NetworkDefinition(new TensorShape(2, 3), [new PiecewiseLinearEncoding(4)])).Message, "Put a Flatten layer before it");
    }
}
