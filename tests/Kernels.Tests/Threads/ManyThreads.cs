namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>Asks for more threads than a process can have. For a process of its own: the runtime ends it where it can't start them.</summary>
internal static class ManyThreads
{
    /// <summary>What a child process is started with to print <see cref="All"/>.</summary>
    public const string Command = "--many-threads";

    private const int Threads = 20_000;

    /// <summary>What came out, a line each.</summary>
    public static IEnumerable<string> All()
    {
        using (IBackend<float> backend = Backend.Create(threads: Threads))
        {
            yield return backend.Name;
        }

        NetworkDefinition definition = new(new TensorShape(1), [new Dense(1, weightInitializer: new Constant(2))]);
        using Predictor predictor = new(NetworkWeights.Initialize(definition, 1), new PredictorOptions { NumberOfThreads = Threads });
        float[] score = new float[1];
        predictor.Predict([3], 1, score);
        yield return FormattableString.Invariant($"2 · 3 is {score[0]}");

        LinearData data = new RandomLine(rows: 40_000, width: 1, noise: 0, seed: 1).Single();
        LinearResult result = new LinearRegression(new LinearOptions { NumberOfEpochs = 2, NumberOfThreads = Threads, Optimizer = new Sgd { LearningRate = 0.1 } }).Run(data);
        yield return FormattableString.Invariant($"a line in {result.History.Epochs.Count} epochs");
    }
}
