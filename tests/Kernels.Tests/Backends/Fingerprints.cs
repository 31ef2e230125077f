using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>One line for each back-end case, and for each kind of linear regression, with a hash of the bits of its results, to be compared between processes.</summary>
internal static class Fingerprints
{
    /// <summary>What a child process is started with to print its vector width and <see cref="All"/>.</summary>
    public const string Command = "--backend-fingerprints";

    public static IEnumerable<string> All()
    {
        using SimdBackend backend = new(2);
        foreach (BackendCase item in BackendCases.All())
        {
            yield return $"{Hash(item.Run(backend)).ToString("x16", CultureInfo.InvariantCulture)} {item.Name}";
        }

        foreach (int width in new[] { 3, 9, 20, 40 })
        {
            LinearData data = new RandomLine(rows: 50, width, noise: 0.1, seed: width).Single();
            foreach (int batch in new[] { 1, 7, 50 })
            {
                LinearOptions options = new() { NumberOfEpochs = 3, BatchSize = batch, Seed = 1, L1Regularization = 1e-4, L2Regularization = 1e-3, Optimizer = new Sgd { LearningRate = 0.01 } };
                LinearModel model = new LinearRegression(options).Run(data).Model;
                yield return $"{Hash(model).ToString("x16", CultureInfo.InvariantCulture)} linear regression, {width} features, batches of {batch}";
            }
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

    /// <summary>FNV-1a over the bits; all NaNs are one.</summary>
    private static ulong Hash(float[] numbers)
    {
        ulong hash = 14695981039346656037;
        foreach (float number in numbers)
        {
            hash = (hash ^ BitConverter.SingleToUInt32Bits(float.IsNaN(number) ? float.NaN : number)) * 1099511628211;
        }

        return hash;
    }
}
