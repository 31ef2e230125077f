using System.Globalization;

namespace MLNet.GradientTrainers.Kernels.Tests;

/// <summary>One line for each back-end case and for trainings of all kinds, with a hash of the bits of its results, to be compared between processes.</summary>
internal static partial class Fingerprints
{
    /// <summary>What a child process is started with to print its vector width and <see cref="All"/>.</summary>
    public const string Command = "--backend-fingerprints";

    public static IEnumerable<string> All() =>
        Operations().Append(Bytes()).Concat(Networks()).Concat(LinearModels()).Select(line => $"{line.Hash.ToString("x16", CultureInfo.InvariantCulture)} {line.Name}");

    private static IEnumerable<(ulong Hash, string Name)> Operations()
    {
        using SimdBackend backend = new(2);
        foreach (BackendCase item in BackendCases.All())
        {
            yield return (Hash(item.Run(backend)), item.Name);
        }
    }

    private static (ulong Hash, string Name) Bytes()
    {
        ByteRows rows = new([.. Enumerable.Range(0, 1024).Select(i => (byte)i)], width: 256, 1 / 255f);
        return (Hash(TrainingFixture.ReadRows(rows, 3, 1)), "rows of bytes");
    }

    /// <summary>FNV-1a over the bits; all NaNs are one.</summary>
    private static ulong Hash(ReadOnlySpan<float> numbers)
    {
        ulong hash = 14695981039346656037;
        foreach (float number in numbers)
        {
            hash = (hash ^ BitConverter.SingleToUInt32Bits(float.IsNaN(number) ? float.NaN : number)) * 1099511628211;
        }

        return hash;
    }
}
