using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Tests.Networks;

/// <summary>A penalty means the same to all trainers.</summary>
[TestClass]
public sealed class PenaltyTests
{
    /// <summary>A network without hidden layers is a linear model: full batches of both find the same weights, and the same bias, which no penalty pulls to 0.</summary>
    [TestMethod]
    [DataRow(0.5, 0)]
    [DataRow(0, 0.3)]
    public void NetworksAndLinearModels_SpareTheBiasAlike(double l2, double l1)
    {
        var context = new MLContext(seed: 1);
        var rows = Plane.Rows(100);
        foreach (var row in rows)
        {
            row.Label += 10;
        }

        var data = context.Data.LoadFromEnumerable(rows);
        var network = context.Regression.Trainers.Mlp(Plain.MlpRegression with
        {
            HiddenLayers = [],
            NormalizeLabel = false,
            Optimizer = new Sgd { LearningRate = 0.1 },
            BatchSize = 100,
            NumberOfEpochs = 1000,
            L2Regularization = l2,
            L1Regularization = l1,
        }).Fit(data).Model.Weights;
        var linear = context.Regression.Trainers.GradientDescent(new GradientDescentTrainer.Options
        {
            FeatureScaling = FeatureScaling.None, Optimizer = new Sgd { LearningRate = 0.1 }, NumberOfEpochs = 1000, L2Regularization = l2, L1Regularization = l1,
        }).Fit(data).Model;

        // The penalty of L1 leaves a weight to swing round 0, by the rate.
        Assert.AreEqual(linear.Bias, network[0, "bias"][0], 1e-2);
        Assert.IsGreaterThan(10, linear.Bias);
        for (int j = 0; j < Plane.Width; j++)
        {
            Assert.AreEqual(linear.Weights[j], network[0, "weight"][j], 0.05);
            Assert.IsLessThan(0.9 * Math.Abs(Plane.Weights[j]), Math.Abs(linear.Weights[j]), "the weights shrink");
        }
    }
}
