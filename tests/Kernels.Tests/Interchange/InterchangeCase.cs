namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>A network that PyTorch has made, from tests/golden/interchange.py.</summary>
internal sealed record InterchangeCase(string Name, int[] Input, Layer[] Layers, string[] Tensors, double[] X, double[] Y)
{
    public NetworkDefinition Define() => new(new TensorShape(Input), Layers);

    public static InterchangeCase Of(string name) => GoldenFile.Read<Golden>("interchange/interchange.json").Cases.Single(entry => entry.Name == name);

    /// <summary>Rows and outputs of the file that Keras' layout is tried with.</summary>
    public static (double[] X, double[] Y) Keras()
    {
        Rows rows = GoldenFile.Read<Golden>("interchange/interchange.json").Keras;
        return (rows.X, rows.Y);
    }

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "golden", "interchange", file);

    /// <summary>Compares outputs on rows with PyTorch's.</summary>
    public static void AssertOutputs(NetworkWeights weights, double[] x, double[] y, ImageLayout layout = ImageLayout.ChannelsFirst)
    {
        using Predictor predictor = new(weights, new PredictorOptions { InputLayout = layout });
        float[] scores = new float[y.Length];
        predictor.Predict(Array.ConvertAll(x, value => (float)value), x.Length / predictor.InputSize, scores);
        double largest = y.Max(Math.Abs);
        for (int i = 0; i < y.Length; i++)
        {
            Assert.AreEqual(y[i], scores[i], 1e-5 * largest, $"output {i}");
        }
    }

    private sealed record Rows(string Name, double[] X, double[] Y);

    private sealed record Golden(string Torch, InterchangeCase[] Cases, Rows Keras);
}
