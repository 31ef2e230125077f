using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>Rows of the digits' shape with random pixels: times do not depend on the picture.</summary>
internal static class DigitLike
{
    public const int Pixels = 784;

    public static NetworkDefinition Network() =>
        new(new TensorShape(Pixels), [new Dense(256, new ReLU()), new Dense(64, new ReLU()), new Dense(10)]);

    public static TrainingData Rows(int count)
    {
        var random = new Random(1);
        var builder = new DenseRowsBuilder(Pixels);
        float[] row = new float[Pixels];
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
