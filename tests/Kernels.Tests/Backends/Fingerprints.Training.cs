namespace MLNet.GradientTrainers.Kernels.Tests;

/// <content>Whole trainings: every activation, loss, optimizer and layer, networks that use everything at once, and linear models.</content>
internal static partial class Fingerprints
{
    private const int Rows = 53;
    private const int Width = 19;

    private static IEnumerable<(ulong Hash, string Name)> Networks()
    {
        yield return (Hash(TrainingDeterminismTests.Train(BackendKind.Simd, 2, 7).Weights), "MLP with everything");
        yield return (Hash(TrainingCnnTests.Train(2).Weights.Values), "CNN with everything");
        foreach (object[] activation in Families.ActivationCases)
        {
            yield return Train([new Dense(21, (Activation)activation[0])], new MeanSquaredError(), new Sgd { LearningRate = 0.01, Momentum = 0.9 });
        }

        foreach (object[] loss in Families.LossCases)
        {
            yield return Train([new Dense(21, new Tanh())], (Loss)loss[0], new Sgd { LearningRate = 1e-4 });
        }

        foreach (object[] optimizer in Families.OptimizerCases)
        {
            yield return Train([new Dense(21, new SiLU())], new SoftmaxCrossEntropy(), (Optimizer)optimizer[0]);
        }
    }

    /// <summary>Hidden layers and three outputs; targets that are classes, probabilities and counts at once.</summary>
    private static (ulong Hash, string Name) Train(Layer[] hidden, Loss loss, Optimizer optimizer)
    {
        (float[] features, int[] labels) = TrainingFixture.Clusters(Rows, Width, 4);
        float[] weights = [.. Enumerable.Range(0, Rows).Select(i => (i % 4) * 0.31f)];
        using IBackend<float> backend = Backend.Create(BackendKind.Simd, 2);
        using Network<float> network = TrainingFixture.Trainable(backend, new NetworkDefinition(new TensorShape(Width), [.. hidden, new Dense(3)]), 16);
        TrainingOptions options = new() { Loss = loss, Optimizer = optimizer, Schedule = new CosineAnnealing(), NumberOfEpochs = 2, BatchSize = 16, Seed = 3, ClipNorm = 5 };
        new TrainingLoop<float>(network, options).Run(new TrainingData(new DenseRows(features, Width), new ClassRows(labels, 3), weights));
        return (Hash(TrainingFixture.Weights(network)), $"{hidden[0]}, {loss}, {optimizer}");
    }

    private static IEnumerable<(ulong Hash, string Name)> LinearModels()
    {
        foreach (int width in new[] { 3, 9, 20, 40 })
        {
            RandomLine line = new(rows: 50, width, noise: 0.1, seed: width, weighted: width == 20);
            foreach ((LinearData data, string rows) in new[] { (line.Single(), "single"), (line.Double(), "double"), (line.Sparse(), "sparse") })
            {
                foreach (int batch in new[] { 1, 7, 50 })
                {
                    LinearOptions options = new() { NumberOfEpochs = 3, BatchSize = batch, Seed = 1, L1Regularization = 1e-4, L2Regularization = 1e-3, Optimizer = new Sgd { LearningRate = 0.01 } };
                    yield return (Hash(new LinearRegression(options).Run(data).Model), $"linear regression, {width} {rows} features, batches of {batch}");
                }
            }
        }

        LinearData of = new RandomLine(rows: 50, width: 11, noise: 0.1, seed: 1).Single();
        foreach (Loss loss in Families.LossCases.Select(c => (Loss)c[0]).Where(loss => loss is not SoftmaxCrossEntropy && loss.Link == OutputLink.Identity))
        {
            yield return Linear(loss, new Sgd { LearningRate = 1e-3 });
        }

        foreach (object[] optimizer in Families.OptimizerCases)
        {
            yield return Linear(new MeanSquaredError(), (Optimizer)optimizer[0]);
        }

        (ulong Hash, string Name) Linear(Loss loss, Optimizer optimizer)
        {
            LinearOptions options = new() { Loss = loss, Optimizer = optimizer, NumberOfEpochs = 3, BatchSize = 16, ClipNorm = 3, AverageFromEpoch = 2, ValidationFraction = 0.2 };
            return (Hash(new LinearRegression(options).Run(of).Model), $"linear regression, {loss}, {optimizer}");
        }
    }

    private static ulong Hash(LinearModel model)
    {
        ulong hash = 14695981039346656037;
        foreach (double number in (double[])[.. model.Weights, model.Bias])
        {
            hash = (hash ^ BitConverter.DoubleToUInt64Bits(number)) * 1099511628211;
        }

        return hash;
    }
}
