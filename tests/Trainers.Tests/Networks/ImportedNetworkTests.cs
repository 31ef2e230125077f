using Microsoft.ML;
using MLNet.GradientTrainers.Kernels;
using MLNet.GradientTrainers.Tests.Cnn;
using static MLNet.GradientTrainers.Cnn;

namespace MLNet.GradientTrainers.Tests.Networks;

/// <summary>Networks of ONNX files go on learning in ML.NET.</summary>
[TestClass]
public sealed class ImportedNetworkTests
{
    [TestMethod]
    public void AnImportedNetwork_StartsWhereItWas_AndLearns()
    {
        var context = new MLContext(seed: 1);
        var data = Strokes.Load(context);
        var options = new CnnTrainer.Options
        {
            Layers = [Conv2D(6, 3, padding: 1), BatchNorm(), ReLU(), MaxPool(2), Flatten(), Dense(8), ReLU()], NumberOfEpochs = 6, BatchSize = 16, Seed = 7, LearningRate = 0.01, FeatureScaling = FeatureScaling.None,
        };
        var first = new CnnTrainer(context, options).Fit(data);
        using var file = new MemoryStream();
        first.Model.Weights.WriteOnnx(file, first.Model.Link);
        file.Position = 0;
        var network = OnnxModel.ToNetwork(file);
        Assert.AreEqual(OutputLink.Softmax, network.Link);

        var went = new CnnTrainer(context, options with { Layers = network.Definition.Layers, StartFrom = network }).Fit(data);
        Assert.IsLessThan(first.Model.History.Epochs[0].TrainingLoss / 2, went.Model.History.Epochs[0].TrainingLoss);
        Assert.IsLessThan(first.Model.History.Epochs[^1].TrainingLoss, went.Model.History.Epochs[^1].TrainingLoss);
    }

    [TestMethod]
    public void SequentialPresets_ComeBackFromOnnx()
    {
        foreach (var layers in new[] { LeNet5, Small })
        {
            var weights = NetworkWeights.Initialize(new NetworkDefinition(new TensorShape(1, 28, 28), [.. layers, Dense(10)]), 1);
            using var file = new MemoryStream();
            weights.WriteOnnx(file);
            file.Position = 0;
            var network = OnnxModel.ToNetwork(file);
            float[] row = [.. Enumerable.Range(0, 28 * 28).Select(i => MathF.Sin(i))];
            float[] expected = Scores(weights, row);
            float[] read = Scores(network.Weights, row);
            for (int i = 0; i < read.Length; i++)
            {
                Assert.AreEqual(expected[i], read[i], 1e-5 * expected.Max(Math.Abs));
            }
        }

        static float[] Scores(NetworkWeights weights, float[] row)
        {
            using var predictor = new Predictor(weights);
            float[] scores = new float[predictor.OutputSize];
            predictor.Predict(row, 1, scores);
            return scores;
        }
    }
}
