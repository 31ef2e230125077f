using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Rows count by their weights: in the gradient whatever the size of a batch, in the loss and in the metric alike.</summary>
[TestClass]
public class TrainingWeightsTests
{
    private static readonly float[] s_x = [1, 2, 3, -1, -2, 0.5f, 1.5f, 2.5f, -3, 4, -0.5f];
    private static readonly float[] s_y = [2, 3, 7, -1, -5, 1.5f, 2, 6, -5, 9, 0];
    private static readonly float[] s_weights = [9, 1, 0, 0.5f, 3, 0, 0, 0, 2, 0.25f, 5];

    /// <summary>From w = 1, at a rate so small that w stays put: an update is Σ weight · gradient / (its rows · mean weight), also the last, smaller one.</summary>
    [TestMethod]
    [DataRow(1, 1)]
    [DataRow(1, 4)]
    [DataRow(3, 1)]
    [DataRow(2, 2)]
    [DataRow(11, 1)]
    public void AnUpdateIsAMeanOverRows_WeighedByAnAverageRow(int batchSize, int accumulation)
    {
        const double Rate = 1e-9;
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), batchSize);
        TrainingOptions options = Options(batchSize, accumulation) with { Optimizer = new Sgd { LearningRate = Rate } };
        new TrainingLoop<double>(network, options).Run(Points(s_x, s_y, s_weights));

        double mean = s_weights.Average(w => (double)w);
        double expected = 0;
        foreach (int[] update in Enumerable.Range(0, s_x.Length).Chunk(batchSize * accumulation))
        {
            expected += update.Sum(i => s_weights[i] * 2 * (s_x[i] - s_y[i]) * s_x[i]) / (update.Length * mean);
        }

        Assert.AreEqual(expected, (1 - Weights(network)[0]) / Rate, 1e-5 * Math.Abs(expected));
    }

    /// <summary>Batches of one size: the mean of what they report is the epoch's loss. Each alone would say so of its own rows only.</summary>
    [TestMethod]
    [DataRow(1)]
    [DataRow(11)]
    public void BatchLosses_AverageToTheEpochs(int batchSize)
    {
        List<BatchProgress> batches = [];
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), batchSize);
        TrainingData data = Points(s_x, s_y, s_weights);
        TrainingOptions options = Options(batchSize) with { Optimizer = new Sgd { LearningRate = 1e-12 }, OnBatch = batches.Add };
        EpochRecord epoch = new TrainingLoop<double>(network, options).Run(data, data).History.Epochs[0];
        Assert.AreEqual(epoch.TrainingLoss, Mean(TrainingPhase.Training), 1e-9);
        Assert.AreEqual(epoch.ValidationLoss, Mean(TrainingPhase.Validation), 1e-9);
        Assert.AreEqual(epoch.TrainingLoss, epoch.ValidationLoss, 1e-9);

        double Mean(TrainingPhase phase) => batches.Where(b => b.Phase == phase).Average(b => b.Loss);
    }

    [TestMethod]
    public void Finder_CountsWeights()
    {
        LearningRateFinder finder = new() { Lowest = 1e-12, Highest = 1e-10, Updates = 11 };
        using ReferenceBackend<double> backend = new();
        using Network<double> network = Trainable(backend, Line(1), 1);
        LearningRateCurve curve = finder.Run(network, Options(1), Points(s_x, s_y, s_weights));
        double mean = s_weights.Average(w => (double)w);
        for (int i = 0; i < s_x.Length; i++)
        {
            Assert.AreEqual(s_weights[i] / mean * Math.Pow(s_x[i] - s_y[i], 2), curve.Points[i].Loss, 1e-6);
        }
    }

    /// <summary>A weight that all rows have changes nothing, to the last bit where it is a power of two.</summary>
    [TestMethod]
    public void EqualWeights_AreNoWeights()
    {
        (double[] Weights, EpochRecord Last) none = Train(null);
        (double[] Weights, EpochRecord Last) two = Train(2);
        CollectionAssert.AreEqual(none.Weights, two.Weights);
        Assert.AreEqual(none.Last with { Seconds = 0 }, two.Last with { Seconds = 0 });
        TestTensors.AreClose(none.Weights, Train(0.3f).Weights, 1e-6);

        static (double[] Weights, EpochRecord Last) Train(float? weight)
        {
            const int Rows = 29;
            (float[] features, int[] labels) = Clusters(Rows, 5, 4);
            using ReferenceBackend<double> backend = new();
            using Network<double> network = Trainable(backend, new NetworkDefinition(new TensorShape(5), [new Dense(7, new Tanh()), new Dense(3)]), 4);
            TrainingOptions options = new()
            {
                Loss = new SoftmaxCrossEntropy(), Optimizer = new Adam { LearningRate = 0.01 }, NumberOfEpochs = 4, BatchSize = 4, AccumulationSteps = 3, ValidationFraction = 0.2,
            };
            float[]? weights = weight is { } w ? [.. Enumerable.Repeat(w, Rows)] : null;
            TrainingResult result = new TrainingLoop<double>(network, options).Run(new TrainingData(new DenseRows(features, 5), new ClassRows(labels, 3), weights));
            return (Weights(network), result.History.Epochs[^1]);
        }
    }

    /// <summary>A weight of 2 is a row that is there twice, a weight of 0 one that is not there, for every metric, while training and on validation rows.</summary>
    [TestMethod]
    [DataRow("accuracy of classes")]
    [DataRow("accuracy of yes and no")]
    [DataRow("error")]
    [DataRow("error of logarithms")]
    public void Metrics_CountRowsAsTheLossDoes(string kind)
    {
        float[] x = [1, 2, -1, -2, 0.5f, 3];
        float[] y = [1, 0, 1, 0, 0, 1];
        int[] twice = [0, 0, 2, 3, 3, 5];
        float[] weights = [2, 0, 1, 2, 0, 1];
        (Loss loss, int outputs) = kind switch
        {
            "accuracy of classes" => ((Loss)new SoftmaxCrossEntropy(), 2),
            "accuracy of yes and no" => (new BinaryCrossEntropy(), 1),
            "error" => (new MeanSquaredError(), 1),
            _ => (new Poisson(), 1),
        };
        EpochRecord expected = Measure([.. twice.Select(i => x[i])], [.. twice.Select(i => y[i])], null);
        EpochRecord actual = Measure(x, y, weights);
        Assert.AreEqual(expected.TrainingMetric, actual.TrainingMetric, 1e-9);
        Assert.AreEqual(expected.TrainingMetric, actual.ValidationMetric, 1e-9);
        Assert.AreEqual(expected.TrainingLoss, actual.TrainingLoss, 1e-9);
        Assert.AreEqual(expected.TrainingLoss, actual.ValidationLoss, 1e-9);
        Assert.AreNotEqual(Measure(x, y, null).TrainingMetric, actual.TrainingMetric, 1e-3, "the weights matter");

        EpochRecord Measure(float[] x, float[] y, float[]? weights)
        {
            IRowSource<float> targets = outputs == 2 ? new ClassRows([.. y.Select(v => (int)v)], 2) : new DenseRows(y, 1);
            TrainingData data = new(new DenseRows(x, 1), targets, weights);
            using ReferenceBackend<double> backend = new();
            using Network<double> network = Trainable(backend, new NetworkDefinition(new TensorShape(1), [new Dense(outputs)]), 4);
            TrainingOptions options = new() { Loss = loss, Optimizer = new Sgd { LearningRate = 1e-12 }, NumberOfEpochs = 1, BatchSize = 4 };
            return new TrainingLoop<double>(network, options).Run(data, data).History.Epochs[0];
        }
    }

    private static TrainingOptions Options(int batchSize, int accumulation = 1) => new()
    {
        Loss = new MeanSquaredError(), Optimizer = new Sgd { LearningRate = 0.01 }, NumberOfEpochs = 1, BatchSize = batchSize, AccumulationSteps = accumulation, Shuffle = false,
    };
}
