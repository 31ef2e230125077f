using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>The convolutional networks that are measured, by the names that pytorch/cnn.py knows too; images are random, because times do not depend on the picture.</summary>
internal static class CnnNetworks
{
    public const string Mnist = "mnist";
    public const string S7 = "s7";

    public static NetworkDefinition Create(string network) => network switch
    {
        Mnist => new NetworkDefinition(
            new TensorShape(1, 28, 28),
            [
                new Convolution2D(32, 5, padding: 2, activation: new ReLU()), new MaxPooling2D(2), new Convolution2D(64, 5, padding: 2, activation: new ReLU()), new MaxPooling2D(2),
                new Flatten(), new Dense(128, new ReLU()), new Dense(10),
            ]),
        S7 => new NetworkDefinition(
            new TensorShape(3, 32, 32),
            [
                new Convolution2D(32, 5, padding: 2), new MaxPooling2D(2), new Convolution2D(32, 5, padding: 2), new MaxPooling2D(2), new Convolution2D(64, 5, padding: 2), new MaxPooling2D(2),
                new Flatten(), new Dense(64), new Dense(10),
            ]),
        _ => throw new ArgumentException($"There is no network '{network}'."),
    };

    public static TrainingOptions Options(string network, int batch) => new()
    {
        Loss = network == S7 ? new MeanSquaredError() : new SoftmaxCrossEntropy(),
        Optimizer = network == S7 ? new RMSprop { LearningRate = 1e-4 } : new Sgd { LearningRate = 0.01, Momentum = 0.9 },
        BatchSize = batch,
        NumberOfEpochs = 1,
    };

    public static TrainingData Images(NetworkDefinition network, int count)
    {
        var random = new Random(1);
        var builder = new DenseRowsBuilder(network.InputShape.Size);
        float[] row = new float[network.InputShape.Size];
        int[] labels = new int[count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < row.Length; j++)
            {
                row[j] = random.NextSingle();
            }

            builder.Add(row);
            labels[i] = random.Next(10);
        }

        return new TrainingData(builder.Build(), new ClassRows(labels, 10));
    }
}
