using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>One line for each back-end case with a hash of the bits of its results, to be compared between processes.</summary>
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
