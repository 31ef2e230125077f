using Microsoft.ML;
using Microsoft.ML.Data;
using MLNet.GradientTrainers.Kernels;

namespace MLNet.GradientTrainers.Benchmarks;

/// <summary>An image as a request brings it.</summary>
internal sealed class ServedImage
{
    [VectorType(DigitLike.Pixels)]
    public float[] Features { get; set; } = [];

    [KeyType(10)]
    public uint Label { get; set; }
}

/// <summary>What a request is answered with.</summary>
internal sealed class ServedClass
{
    public uint PredictedLabel { get; set; }

    public float[] Score { get; set; } = [];
}

/// <summary>Requests and the model that answers them; nothing depends on how well.</summary>
internal static class ServingRows
{
    public static MLContext Context { get; } = new(1);

    public static ServedImage[] Requests { get; } = Make(512);

    /// <summary>784 → hidden layers → 10, fitted by one epoch.</summary>
    public static ITransformer Fit(int[] hidden) =>
        new MlpTrainer(Context, new MlpTrainer.Options { HiddenLayers = hidden, NumberOfEpochs = 1, Members = 1, Optimizer = new Sgd() }).Fit(Context.Data.LoadFromEnumerable(Requests));

    private static ServedImage[] Make(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            // A fifth of a digit's pixels is ink.
            var pixels = new float[DigitLike.Pixels];
            for (int j = 0; j < DigitLike.Pixels / 5; j++)
            {
                pixels[random.Next(pixels.Length)] = random.Next(1, 256);
            }

            return new ServedImage { Features = pixels, Label = (uint)(i % 10) };
        })];
    }
}
