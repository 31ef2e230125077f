namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Layers: shapes, gradients, dropout, a network worked by hand.</summary>
[TestClass]
public sealed class LayerTests
{
    private static readonly TensorShape[] s_shapes = [new(1), new(4), new(7), new(2, 3), new(2, 4, 4), new(4, 5, 3)];

    private static IEnumerable<object[]> Cases => Families.LayerCases;

    /// <summary>Gradients of the input and of every parameter, for several shapes and batch sizes.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void GradientIsTheDerivative(Layer layer)
    {
        int checkedShapes = 0;
        foreach (TensorShape shape in s_shapes.Where(shape => layer.Takes(shape)))
        {
            foreach (int rows in new[] { layer.SmallestBatch(shape), 3 })
            {
                new LayerHarness(layer, shape, rows).CheckGradients($"{layer} on {rows} × {shape}");
                checkedShapes++;
            }
        }

        Assert.IsGreaterThan(0, checkedShapes);
    }

    /// <summary>A batch of none does nothing, and does not fail.</summary>
    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void EmptyBatch(Layer layer)
    {
        LayerHarness harness = new(layer, s_shapes.First(shape => layer.Takes(shape)), 0);
        harness.Forward();
        harness.Backward();
        Assert.IsTrue(harness.Pass.ParameterGradients.All(g => g.IsNone || harness.Values(g).All(v => v == 0)));
    }

    /// <summary>
    /// A 3-2-1 network, sigmoid then linear, one sample, squared error; all numbers by hand.
    /// </summary>
    [TestMethod]
    public void NetworkByHand()
    {
        LayerHarness hidden = new(new Dense(2, new Sigmoid()), new TensorShape(3), 1);
        LayerHarness output = new(new Dense(1), new TensorShape(2), 1);
        hidden.SetParameter(0, 1, 2, 1, 1, 2, 0); // W1 [3, 2]: one row an input
        hidden.SetParameter(1, 0, Math.Log(3)); // b1
        output.SetParameter(0, 2, -4); // W2 [2, 1]
        output.SetParameter(1, 1); // b2

        // z1 = 1·1 − 2·1 + ½·2 + 0 = 0;  z2 = 1·2 − 2·1 + ½·0 + ln 3 = ln 3.  σ(0) = ½;  σ(ln 3) = 3 / (3 + 1) = ¾.
        double[] h = hidden.Forward(1, -2, 0.5);
        TestTensors.AreClose([0.5, 0.75], h, 1e-15);

        // y = 2·½ − 4·¾ + 1 = −1.
        double[] y = output.Forward(h);
        TestTensors.AreClose([-1], y, 1e-15);

        // Target 0: loss (−1 − 0)² = 1, its derivative 2·(−1 − 0) = −2.
        ReferenceBackend<double> backend = new();
        Tensor<double> loss = backend.Allocate(1);
        Tensor<double> gradient = backend.Allocate(1);
        new MeanSquaredError().Evaluate(backend, new LossPass<double>(backend.Tensor(y), backend.Tensor(0), default, loss, gradient, 1, 1, 1));
        TestTensors.AreClose([1], backend.Values(loss), 1e-15);
        TestTensors.AreClose([-2], backend.Values(gradient), 1e-15);

        // dW2 = h · (−2) = (−1, −1½);  db2 = −2;  dh = W2 · (−2) = (−4, 8).
        output.Backward(backend.Values(gradient));
        TestTensors.AreClose([-1, -1.5], output.Values(output.Pass.ParameterGradients[0]), 1e-15);
        TestTensors.AreClose([-2], output.Values(output.Pass.ParameterGradients[1]), 1e-15);
        double[] dh = output.Values(output.Pass.InputGradient);
        TestTensors.AreClose([-4, 8], dh, 1e-15);

        // dz = dh · h · (1 − h) = (−4·¼, 8·3/16) = (−1, 1½).  dW1 = x · dz;  db1 = dz.
        hidden.Backward(dh);
        TestTensors.AreClose([-1, 1.5, 2, -3, -0.5, 0.75], hidden.Values(hidden.Pass.ParameterGradients[0]), 1e-15);
        TestTensors.AreClose([-1, 1.5], hidden.Values(hidden.Pass.ParameterGradients[1]), 1e-15);

        // dx = W1 · dz = (−1 + 2·1½, −1 + 1½, −2 + 0).
        TestTensors.AreClose([2, 0.5, -2], hidden.Values(hidden.Pass.InputGradient), 1e-15);
    }

    /// <summary>Shapes, parameters, costs of a dense layer.</summary>
    [TestMethod]
    public void DenseShapes()
    {
        Dense layer = new(5, new ReLU(), weightInitializer: new HeNormal());
        TensorShape input = new(3);
        Assert.AreEqual(new TensorShape(5), layer.OutputShape(input));
        Assert.AreEqual(15, layer.MultiplyAdds(input));
        Assert.AreEqual(0, layer.WorkspaceSize(input));
        Assert.AreEqual(5, new Dense(5, new SquareActivation()).WorkspaceSize(input));

        IReadOnlyList<ParameterSpec> parameters = layer.Parameters(input);
        Assert.HasCount(2, parameters);
        Assert.AreEqual("weight", parameters[0].Name);
        CollectionAssert.AreEqual(new[] { 3, 5 }, parameters[0].Dimensions.ToArray());
        Assert.AreEqual(new HeNormal(), parameters[0].Initializer);
        Assert.AreEqual("bias", parameters[1].Name);
        CollectionAssert.AreEqual(new[] { 5 }, parameters[1].Dimensions.ToArray());
        Assert.AreEqual((3, 5), (parameters[1].FanIn, parameters[1].FanOut));
        Assert.HasCount(1, new Dense(5, useBias: false).Parameters(input));
    }

    /// <summary>An image is refused with the mend.</summary>
    [TestMethod]
    public void FlatLayersRefuseImages()
    {
        foreach (Layer layer in new Layer[] { new Dense(2), new SoftmaxLayer(), new PiecewiseLinearEncoding(2) })
        {
            ArgumentException e = Assert.ThrowsExactly<ArgumentException>(() => layer.OutputShape(new TensorShape(3, 32, 32)));
            StringAssert.Contains(e.Message, "[3, 32, 32]. Put a Flatten layer before it: that gives the shape [3072]");
        }
    }

    /// <summary>Settings out of their ranges are refused.</summary>
    [TestMethod]
    public void SettingsAreChecked()
    {
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Dense(0).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Dense(1, new LeakyReLU(-1)).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Dense(1, weightInitializer: new Normal(0, -1)).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Dense(1, biasInitializer: new Constant(double.NaN)).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new ActivationLayer(new LeakyReLU(-1)).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Dropout(1).Validate);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(new Dropout(-0.1).Validate);
    }

    /// <summary>Dropout keeps the expected value, drops the given share, and its backward pass drops the same elements.</summary>
    [TestMethod]
    [DataRow(0.0)]
    [DataRow(0.1)]
    [DataRow(0.5)]
    [DataRow(0.9)]
    public void DropoutInTraining(double rate)
    {
        const int Count = 20_000;
        LayerHarness harness = new(new Dropout(rate), new TensorShape(Count / 4), 4);
        double[] ones = [.. Enumerable.Repeat(1.0, Count)];
        double[] output = harness.Forward(ones);

        Assert.IsTrue(output.All(v => v == 0 || Math.Abs(v - (1 / (1 - rate))) < 1e-12));
        double error = Math.Sqrt(rate * (1 - rate) / Count);
        Assert.AreEqual(rate, output.Count(v => v == 0) / (double)Count, (5 * error) + 1e-15);
        Assert.AreEqual(1, output.Average(), (5 * error / (1 - rate)) + 1e-9);

        harness.Backward(ones);
        CollectionAssert.AreEqual(output, harness.Values(harness.Pass.InputGradient));
    }

    /// <summary>Another key drops others; the same key the same; rows differ from each other.</summary>
    [TestMethod]
    public void DropoutFollowsItsKey()
    {
        LayerHarness harness = new(new Dropout(0.5), new TensorShape(500), 2);
        double[] ones = [.. Enumerable.Repeat(1.0, 1000)];
        double[] first = harness.Forward(ones);
        CollectionAssert.AreEqual(first, harness.Forward(ones));
        CollectionAssert.AreNotEqual(first[..500], first[500..]);

        foreach (ulong key in new[] { 78UL, 77UL + (1UL << 32) })
        {
            harness.Pass.RandomKey = key;
            double[] other = harness.Forward(ones);

            // Independent masks of rate ½ agree in half of the elements: 500 ± 5 · √250.
            int equal = first.Zip(other).Count(p => p.First == p.Second);
            Assert.IsInRange(420, 580, equal);
        }
    }

    /// <summary>At prediction time dropout is the identity, forward and backward.</summary>
    [TestMethod]
    public void DropoutInPrediction()
    {
        LayerHarness harness = new(new Dropout(0.5), new TensorShape(10), 2);
        harness.Pass.Training = false;
        double[] x = TestTensors.Gaussians(20, 1);
        CollectionAssert.AreEqual(x, harness.Forward(x));
        harness.Backward(x);
        CollectionAssert.AreEqual(x, harness.Values(harness.Pass.InputGradient));
    }
}
