using static MLNet.GradientTrainers.Kernels.Tests.TrainingFixture;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>A kind of run, to be had with any seed.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Definition">The network.</param>
/// <param name="Data">What it learns.</param>
/// <param name="Options">The run, without its seed.</param>
/// <param name="Seeds">Seeds of the initial weights and the order, to be run.</param>
internal sealed record DivergenceCase(string Name, NetworkDefinition Definition, TrainingData Data, TrainingOptions Options, int[] Seeds)
{
    public override string ToString() => Name;
}

/// <summary>Runs whose loss peaks and which end well, and runs that diverge: what <see cref="DivergenceGuard"/> has to tell apart.</summary>
internal static class DivergenceCases
{
    private static readonly TrainingData s_xor = new(new DenseRows([0, 0, 0, 1, 1, 0, 1, 1], 2), new DenseRows([-1, 1, 1, -1], 1));
    private static readonly TrainingData s_xorClasses = new(new DenseRows([0, 0, 0, 1, 1, 0, 1, 1], 2), new ClassRows([0, 1, 1, 0], 2));
    private static readonly TrainingData s_sine = Sine(200);
    private static readonly TrainingData s_shortSine = Sine(64);
    private static readonly TrainingData s_plane = Plane();
    private static readonly TrainingData s_clusters = ClusterData(240, 4, 5);

    /// <summary>Each converges on all its seeds. Many leave the starting level on their way, some a thousand times above it.</summary>
    public static IEnumerable<DivergenceCase> Healthy =>
    [
        Run("XOR, tanh, SGD 0.1", s_xor, Dense(2, 1, new Tanh(), 4, 4), new Sgd { LearningRate = 0.1 }, 4, 1000, Seeds(20)),
        Run("XOR, tanh, SGD 0.2", s_xor, Dense(2, 1, new Tanh(), 4, 4), new Sgd { LearningRate = 0.2 }, 4, 1000, Seeds(8)),
        Run("XOR, ReLU, Adam 0.05", s_xor, Dense(2, 1, new ReLU(), 8, 8), new Adam { LearningRate = 0.05 }, 4, 1000, [3, 4, 5, 6, 7, 8]),
        Run("XOR, wide ReLU, SGD 0.05", s_xor, Dense(2, 1, new ReLU(), 64), new Sgd { LearningRate = 0.05 }, 4, 300, Seeds(6)),
        Run("XOR by classes, tanh, SGD 3", s_xorClasses, Dense(2, 2, new Tanh(), 8), new Sgd { LearningRate = 3 }, 4, 400, Seeds(6)),
        Run("sine, tanh, full batches of SGD 0.1", s_sine, Dense(1, 1, new Tanh(), 16, 16), new Sgd { LearningRate = 0.1 }, 200, 500, Seeds(4)),
        Run("sine, ReLU, full batches of SGD 0.05", s_sine, Dense(1, 1, new ReLU(), 64, 64), new Sgd { LearningRate = 0.05 }, 200, 300, Seeds(3)),
        Run("sine, wide ReLU, full batches of SGD 0.012", s_shortSine, Dense(1, 1, new ReLU(), 256), new Sgd { LearningRate = 0.012 }, 64, 200, Seeds(6)),
        Run("sine, ReLU, RMSprop 0.1", s_sine, Dense(1, 1, new ReLU(), 32, 32), new RMSprop { LearningRate = 0.1 }, 20, 100, [0, 1, 3, 4]),
        Run("sine, ReLU, Adagrad 1", s_sine, Dense(1, 1, new ReLU(), 32, 32), new Adagrad { LearningRate = 1 }, 20, 100, [0, 1, 2]),
        Run("sine, ReLU, Adam 0.1, deep", s_sine, Dense(1, 1, new ReLU(), 64, 64, 64, 64), new Adam { LearningRate = 0.1 }, 20, 60, [0, 1]),
        Run("sine, ReLU, one cycle of momentum", s_sine, Dense(1, 1, new ReLU(), 32, 32), new Sgd { LearningRate = 0.1, Momentum = 0.9 }, 20, 60, [0, 1, 2], o => o with { Schedule = new OneCycle() }),
        Run("plane, no hidden layer, momentum 0.95", s_plane, Dense(8, 1, new ReLU()), new Sgd { LearningRate = 0.3, Momentum = 0.95 }, 200, 300, [0, 1]),
        Run("clusters, ReLU, SGD 0.5", s_clusters, Dense(4, 3, new ReLU(), 32, 32, 32), new Sgd { LearningRate = 0.5 }, 32, 40, [0, 1, 2]),
    ];

    /// <summary>Each overflows, or grows without end, on all its seeds.</summary>
    public static IEnumerable<DivergenceCase> Diverging =>
    [
        Run("XOR, tanh, SGD 1", s_xor, Dense(2, 1, new Tanh(), 4, 4), new Sgd { LearningRate = 1 }, 4, 1000, Seeds(8)),
        Run("XOR, tanh, SGD 0.5 with momentum 0.9", s_xor, Dense(2, 1, new Tanh(), 4, 4), new Sgd { LearningRate = 0.5, Momentum = 0.9 }, 4, 1000, [0, 1, 2]),
        Run("sine, ReLU, full batches of SGD 0.2", s_sine, Dense(1, 1, new ReLU(), 64, 64), new Sgd { LearningRate = 0.2 }, 200, 300, Seeds(4)),
        Run("sine, ReLU, SGD 0.2", s_sine, Dense(1, 1, new ReLU(), 64), new Sgd { LearningRate = 0.2 }, 20, 100, Seeds(4)),
        Run("sine, wide ReLU, full batches of SGD 0.05", s_shortSine, Dense(1, 1, new ReLU(), 256), new Sgd { LearningRate = 0.05 }, 64, 200, Seeds(4)),
        Run("sine, ReLU, RAdam 3", s_sine, Dense(1, 1, new ReLU(), 32, 32), new RAdam { LearningRate = 3 }, 20, 100, [0, 1, 2]),
        Run("plane, no hidden layer, single rows, SGD 0.2", s_plane, Dense(8, 1, new ReLU()), new Sgd { LearningRate = 0.2 }, 1, 30, Seeds(4)),
        Run("plane, no hidden layer, full batches of SGD 0.8", s_plane, Dense(8, 1, new ReLU()), new Sgd { LearningRate = 0.8 }, 200, 200, Seeds(4)),
        Run("plane, no hidden layer, full batches of SGD 1", s_plane, Dense(8, 1, new ReLU()), new Sgd { LearningRate = 1 }, 200, 200, Seeds(4)),
        Run("plane, no hidden layer, RMSprop 1000", s_plane, Dense(8, 1, new ReLU()), new RMSprop { LearningRate = 1000 }, 20, 100, [0, 1, 2]),
        Run("plane, no hidden layer, Adam 1000", s_plane, Dense(8, 1, new ReLU()), new Adam { LearningRate = 1000 }, 20, 100, [0, 1, 2]),
        Run("clusters, ReLU, SGD 2", s_clusters, Dense(4, 3, new ReLU(), 32, 32, 32), new Sgd { LearningRate = 2 }, 32, 60, Seeds(4)),
        Run("images, convolutions, SGD 1", Images(), Convolutional(), new Sgd { LearningRate = 1 }, 16, 60, Seeds(3)),
    ];

    private static int[] Seeds(int count) => [.. Enumerable.Range(0, count)];

    private static DivergenceCase Run(
        string name, TrainingData data, NetworkDefinition definition, Optimizer optimizer, int batchSize, int epochs, int[] seeds, Func<TrainingOptions, TrainingOptions>? change = null)
    {
        TrainingOptions options = new()
        {
            Loss = data.Targets is ClassRows ? new SoftmaxCrossEntropy() : new MeanSquaredError(),
            Optimizer = optimizer,
            NumberOfEpochs = epochs,
            BatchSize = batchSize,
        };
        return new DivergenceCase(name, definition, data, change?.Invoke(options) ?? options, seeds);
    }

    private static NetworkDefinition Dense(int inputs, int outputs, Activation activation, params int[] hidden)
    {
        Initializer initializer = activation is Tanh ? new GlorotUniform() : new HeUniform();
        return new NetworkDefinition(
            new TensorShape(inputs), [.. hidden.Select(units => new Dense(units, activation) { WeightInitializer = initializer }), new Dense(outputs) { WeightInitializer = initializer }]);
    }

    private static NetworkDefinition Convolutional() => new(
        new TensorShape(1, 8, 8), [new Convolution2D(8, 3, padding: 1, activation: new LeakyReLU()), new MaxPooling2D(2), new Convolution2D(8, 3, activation: new LeakyReLU()), new Flatten(), new Dense(3)]);

    /// <summary>Noisy images of three kinds, to be told apart by numbers: the squared error is not bounded in slope.</summary>
    private static TrainingData Images()
    {
        (float[] features, int[] labels) = Clusters(60, 64, 6);
        return new TrainingData(new DenseRows(features, 64), new DenseRows([.. labels.SelectMany(label => Enumerable.Range(0, 3).Select(c => c == label ? 1f : -1))], 3));
    }

    private static TrainingData Sine(int rows)
    {
        RandomSource random = new(3);
        float[] x = [.. Enumerable.Range(0, rows).Select(_ => (float)((random.NextDouble() * 3.4) - 1.7))];
        return Points(x, [.. x.Select(v => (float)(1.4 * Math.Sin(3 * v)))]);
    }

    private static TrainingData Plane()
    {
        RandomSource random = new(4);
        float[] x = [.. Enumerable.Range(0, 200 * 8).Select(_ => (float)random.NextGaussian())];
        float[] y = [.. x.Chunk(8).Select(row => (float)(row.Select((v, j) => v * (j % 2 == 0 ? 0.5 : -0.3)).Sum() + (0.3 * random.NextGaussian())))];
        return new TrainingData(new DenseRows(x, 8), new DenseRows(y, 1));
    }
}
