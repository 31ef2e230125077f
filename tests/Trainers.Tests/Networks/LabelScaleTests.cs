using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Networks;

/// <summary>Labels of other units, in the last layer's weights.</summary>
[TestClass]
public sealed class LabelScaleTests
{
    private static readonly TrainingData Data = new(new DenseRows([1, 2], 1), new DenseRows([-2, 1e30f, 6, 3e30f], 2));

    [TestMethod]
    public void UnfoldingTakesBackWhatFoldingDid()
    {
        var scale = LabelScale.Of(Data, new MeanSquaredError());
        var weights = Weights(0.5f, 0.25f);
        scale.Fold(weights);
        Assert.AreEqual(0.5f * 4, weights[0, "weight"][0]);
        Assert.AreEqual((0.25f * 4) + 2, weights[0, "bias"][0]);
        Assert.AreEqual(0.5, scale.Unfold(weights)[0, "weight"][1], 1e-6);
        Assert.AreEqual(0.25, scale.Unfold(weights)[0, "bias"][0], 1e-6);
    }

    [TestMethod]
    public void WeightsThatSingleCannotHoldAreAnError()
    {
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => LabelScale.Of(Data, new MeanSquaredError()).Fold(Weights(1e9f, 0)));
        Assert.Contains("output 1", exception.Message);
        Assert.Contains("1E+30", exception.Message);
        Assert.ThrowsExactly<InvalidOperationException>(() => LabelScale.Of(Data, new MeanSquaredError()).Fold(Weights(0, 1e9f)));
    }

    /// <summary>One label of 10⁹ among hundreds below 8: squared errors count it, robust ones hardly do.</summary>
    [TestMethod]
    public void AFewOutliersDoNotSetTheUnitOfRobustLosses()
    {
        float[] labels = [.. Enumerable.Range(0, 400).Select(i => i == 7 ? 1e9f : i % 8)];
        var data = new TrainingData(new DenseRows(labels, 1), new DenseRows(labels, 1));
        float Scaled(Loss loss)
        {
            var value = new float[1];
            LabelScale.Of(data, loss).Standardize(data).Targets.Read([1], value);
            return value[0];
        }

        Assert.AreEqual(-0.05, Scaled(new MeanSquaredError()), 1e-2);
        Assert.AreEqual((1 - 4) * 1.349 / 4, Scaled(new Huber()), 1e-6);
        Assert.AreEqual((1 - 4) * 1.349 / 4, Scaled(new MeanAbsoluteError()), 1e-6);
    }

    private static NetworkWeights Weights(float weight, float bias)
    {
        var weights = new NetworkWeights(new NetworkDefinition(new TensorShape(1), [new Dense(2)]));
        weights[0, "weight"].Fill(weight);
        weights[0, "bias"].Fill(bias);
        return weights;
    }
}
