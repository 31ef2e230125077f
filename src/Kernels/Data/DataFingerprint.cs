using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>What tells the rows of a training from others.</summary>
/// <param name="Rows">Their number.</param>
/// <param name="Features">SHA-256 of the features' bits, its first half, hexadecimal. Rows that are stored sparse differ from the same ones that are stored dense: training on them rounds differently.</param>
/// <param name="Targets">The same of the targets.</param>
/// <param name="Weights">The same of the rows' weights; empty where every row weighs 1.</param>
public sealed record DataFingerprint(int Rows, string Features, string Targets, string Weights)
{
    private const int BlockElements = 1 << 16;

    /// <summary>Reads all rows once.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="cancellationToken">Looked at every few thousand numbers.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static DataFingerprint Of(TrainingData data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        return new DataFingerprint(data.Count, Of(data.Features, cancellationToken), Of(data.Targets, cancellationToken), data.WeightRows is null ? "" : Of(data.WeightRows, cancellationToken));
    }

    private static string Of(IRowSource<float> source, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, [source.Width, source is ISparseRowSource ? 1 : 0]);
        if (source is ISparseRowSource sparse)
        {
            for (int row = 0; row < sparse.Count; row++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                sparse.Row(row, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
                Append(hash, [columns.Length]);
                Append(hash, columns);
                Append(hash, values);
            }
        }
        else
        {
            AppendDense(hash, source, cancellationToken);
        }

        byte[] all = hash.GetHashAndReset();
        return Convert.ToHexStringLower(all, 0, all.Length / 2);
    }

    private static void AppendDense(IncrementalHash hash, IRowSource<float> source, CancellationToken cancellationToken)
    {
        int[] rows = new int[Math.Clamp(BlockElements / source.Width, 1, source.Count)];
        float[] values = new float[rows.Length * source.Width];
        for (int start = 0; start < source.Count; start += rows.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Math.Min(rows.Length, source.Count - start);
            for (int i = 0; i < count; i++)
            {
                rows[i] = start + i;
            }

            source.Read(rows.AsSpan(0, count), values);
            Append<float>(hash, values.AsSpan(0, count * source.Width));
        }
    }

    private static void Append<T>(IncrementalHash hash, ReadOnlySpan<T> numbers)
        where T : unmanaged => hash.AppendData(MemoryMarshal.AsBytes(numbers));

    private static void Append(IncrementalHash hash, ReadOnlySpan<int> numbers) => Append<int>(hash, numbers);
}
