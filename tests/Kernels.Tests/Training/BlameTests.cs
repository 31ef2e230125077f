using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>The error of a run that diverged names what is too large, and nothing else.</summary>
[TestClass]
public class BlameTests
{
    private const string Features = "The features of the training data are as large as 2E+30";
    private const string Targets = "The targets (labels) of the training data are as large as 2E+30";
    private const string Start = "The weights that training starts from are as large as 1E+30";
    private const string Rate = "The learning rate is the likely cause";

    [TestMethod]
    public void OfANetwork()
    {
        Blames(Features, () => Network([1, 2e30f], [1, 2]));
        Blames(Targets, () => Network([1, 2], [1, 2e30f]));
        Blames(Start, () => Network([1, 2], [1, 2], start: 1e30));
        Blames("The weights of rows of the training data are as large as 1E+38", () => Network([1, 2], [10, 20], loss: new MeanSquaredError { Reduction = Reduction.Sum }, weights: [1e38f, 1e38f]));
        Blames("A row of the training data weighs as much as 2E+04 average ones", () => Network([.. Enumerable.Repeat(1f, 20_000)], [.. Enumerable.Repeat(2f, 20_000)], weights: [1, .. new float[19_999]], epochs: 20));
        Blames(Rate, () => Network([1, 2], [1, 2], rate: 1e9, epochs: 30));
        Blames("L1Regularization is as large as 1E+30", () => Network([1, 2], [1, 2], change: o => o.L1Regularization = 1e30));
        Blames("L2Regularization is as large as 1E+30", () => Network([1, 2], [1, 2], change: o => o.L2Regularization = 1e30));
        Blames("WeightDecay is as large as 1E+30", () => Network([1, 2], [1, 2], change: o => o.Optimizer = new Sgd { LearningRate = 0.01, WeightDecay = 1e30 }));
        Blames(Start, () => Network([1, 2], [1, 2], start: 1e30, change: o => o.L2Regularization = 1e30));
        Blames("The features of the validation data are as large as 2E+30", () => Network([1, 2], [1, 2], validation: Points([2e30f], [1])));
        Blames("The targets (labels) of the validation data are as large as 2E+30", () => Network([1, 2], [1, 2], validation: Points([1], [2e30f])));
    }

    [TestMethod]
    public void OfALinearModel()
    {
        Blames("The features of the training data are as large as 2E+200", () => Linear([1, 2e200], [1, 2], start: 1));
        Blames("The targets (labels) of the training data are as large as 2E+200", () => Linear([1, 2], [1, 2e200]));
        Blames("The weights that training starts from are as large as 1E+200", () => Linear([1, 2], [1, 2], start: 1e200));
        Blames("Larger ones become usable when the features are normalised", () => Linear([1, 200], [1, 2]));
        Blames(" L2Regularization is as large as 1E+300", () => Linear([1, 2], [1, 2], change: o => o.L2Regularization = 1e300));
        string rate = Blames("The learning rate is too large for this data, which allows", () => Linear([1, -1], [1, 2], rate: 10));
        Assert.DoesNotContain("normalised", rate, "these are");
    }

    /// <summary>Standardised features have values of 3 and more; what tells is their root mean square.</summary>
    [TestMethod]
    public void NormalisedFeaturesAreNotBlamed()
    {
        double[] x = [5, .. Enumerable.Range(0, 99).Select(i => i % 2 == 0 ? 0.8 : -0.9)];
        double[] y = [.. x.Select(value => 2 * value)];
        float[] floats = [.. x.Select(value => (float)value)];
        Assert.DoesNotContain("ormalise", Blames("The learning rate is too large for this data, which allows", () => Linear(x, y, rate: 50)));
        Assert.DoesNotContain("ormalise", Blames(Rate, () => Network(floats, floats, rate: 1e9, epochs: 30)));
        Assert.Contains("normalise the features", Blames(Rate, () => Network([1, 20], [1, 2], rate: 1e9, epochs: 30)));
    }

    /// <summary>A mean knows only shares: their size is a power of two that changes no bit.</summary>
    [TestMethod]
    public void WeightsOfAnySizeGiveTheSameBits()
    {
        float[] weights = [0.3f, 1.7f, 0, 2.5f];
        float[] Train(int exponent)
        {
            using ReferenceBackend<float> backend = new();
            using Network<float> network = new(new(new TensorShape(1), [new Dense(3, new Tanh()), new Dense(1)]), backend, 2, training: true);
            network.Load(NetworkWeights.Initialize(network.Definition, 1));
            TrainingData data = Points([1, 2, 3, 4], [1, 0, 1, 2], [.. weights.Select(w => (float)Math.ScaleB(w, exponent))]);
            TrainingOptions options = new() { Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.1 }, BatchSize = 2, NumberOfEpochs = 5 };
            EpochRecord last = new TrainingLoop<float>(network, options).Run(data, data).History.Epochs[^1];
            EvaluationResult measured = new Evaluator<float>(network, options.Loss, new RootMeanSquaredError()).Evaluate(data);
            return [.. network.Save().Values, (float)last.TrainingLoss, (float)last.ValidationLoss, (float)last.TrainingMetric, (float)measured.Loss, (float)measured.Metric];
        }

        float[] expected = Train(0);
        Assert.IsTrue(expected.All(float.IsFinite));
        foreach (int exponent in new[] { -100, -20, 20, 126 })
        {
            CollectionAssert.AreEqual(expected, Train(exponent), $"2^{exponent}");
        }
    }

    private static string Blames(string cause, Action run)
    {
        string message = Assert.ThrowsExactly<DivergenceException>(run, cause).Message;
        Assert.Contains(cause, message);
        string[] parts = [Features, Targets, Start, Rate, "of rows of", "average ones"];
        foreach (string other in parts.Where(part => !cause.Contains(part, StringComparison.Ordinal)))
        {
            Assert.DoesNotContain(other, message);
        }

        return message;
    }

    private static void Network(
        float[] x, float[] y, double start = 0, float[]? weights = null, Loss? loss = null, double rate = 0.01, int epochs = 3, TrainingData? validation = null, Action<TrainingOptions>? change = null)
    {
        using ReferenceBackend<float> backend = new();
        using Network<float> network = Trainable(backend, Line(start), 2);
        TrainingOptions options = new() { Loss = loss ?? new MeanSquaredError(), Optimizer = new Sgd { LearningRate = rate }, BatchSize = 2, NumberOfEpochs = epochs };
        change?.Invoke(options);
        new TrainingLoop<float>(network, options).Run(Points(x, y, weights), validation);
    }

    private static void Linear(double[] x, double[] y, double start = 0, double rate = 0.01, Action<LinearOptions>? change = null)
    {
        LinearOptions options = new() { LearningRate = rate };
        change?.Invoke(options);
        new LinearRegression(options).Run(new LinearData(x, 1, y), new LinearModel([start], 0));
    }
}
