using System.Numerics;
using System.Runtime.InteropServices;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// Rows that are there more than once, as where a table was joined with another one, or rare rows were repeated. One that is trained on tells the answer of its twins, so that all of them
/// belong to the same part of a split.
/// </summary>
internal static class Twins
{
    /// <summary>Fewer different rows, such as those of a table of truth values, are all that there are: none is to be missing in a part.</summary>
    private const int FewestDifferent = 32;

    private const int BlockRows = 64;
    private const ulong Factor = 0x9E3779B97F4A7C15;

    /// <summary>Of each row the first one that is equal to it in features and targets; itself where none is before it.</summary>
    /// <param name="features">The rows' features.</param>
    /// <param name="targets">Their targets.</param>
    /// <param name="largest">More equal rows than this are no copies but a usual value: each is its own.</param>
    /// <returns>Null where rows need not stay together: none are equal, few are different, or rows of equal features have other targets, as measurements do that are repeated.</returns>
    public static int[]? Of(IRowSource<float> features, IRowSource<float> targets, double largest)
    {
        // Sorted, so that equal ones lie together: of many rows, a table of the hashes would take far more memory.
        List<ulong> hashList = [];
        List<int> rowList = [];
        Predicate<ulong> isCandidate = PagedRows.Of(features) is null ? _ => true : MetAgain(features);
        ForEachHash(features, (row, hash) =>
        {
            if (isCandidate(hash))
            {
                hashList.Add(hash);
                rowList.Add(row);
            }
        });
        Span<ulong> hashes = CollectionsMarshal.AsSpan(hashList);
        Span<int> rows = CollectionsMarshal.AsSpan(rowList);
        hashes.Sort(rows);
        List<(int Start, int Count)> groups = [];
        int different = features.Count - rows.Length;
        for (int start = 0, i = 1; rows.Length > 0 && i <= rows.Length; i++)
        {
            if (i == rows.Length || hashes[i] != hashes[start])
            {
                different++;
                if (i - start > 1)
                {
                    groups.Add((start, i - start));
                }

                start = i;
            }
        }

        if (groups.Count == 0 || different < FewestDifferent)
        {
            return null;
        }

        ulong[] answers = Hashes(targets);
        int[] twins = new int[features.Count];
        for (int i = 0; i < twins.Length; i++)
        {
            twins[i] = i;
        }

        foreach ((int start, int count) in groups)
        {
            ReadOnlySpan<int> group = rows.Slice(start, count);
            int first = int.MaxValue;
            foreach (int row in group)
            {
                if (answers[row] != answers[group[0]])
                {
                    return null;
                }

                first = Math.Min(first, row);
            }

            foreach (int row in group)
            {
                twins[row] = count > largest ? row : first;
            }
        }

        return twins;
    }

    /// <summary>
    /// Whether a hash may be that of several rows, told without a hash of each in memory: two bits for each place of a table, which has four for each row or more, tell that it was met once, and again. Most of the rows that are
    /// equal to none are left out so, for one pass more over rows outside memory.
    /// </summary>
    private static Predicate<ulong> MetAgain(IRowSource<float> features)
    {
        int bits = BitOperations.Log2(BitOperations.RoundUpToPowerOf2((uint)Math.Max(features.Count, BlockRows))) + 2;
        ulong[] met = new ulong[1 << (bits - 6)];
        ulong[] again = new ulong[met.Length];
        ForEachHash(features, (_, hash) =>
        {
            (int word, ulong bit) = Place(hash);
            again[word] |= met[word] & bit;
            met[word] |= bit;
        });
        return hash =>
        {
            (int word, ulong bit) = Place(hash);
            return (again[word] & bit) != 0;
        };

        (int Word, ulong Bit) Place(ulong hash)
        {
            // Its highest bits, after a product that all bits have a part in.
            ulong place = (hash * Factor) >> (64 - bits);
            return ((int)(place >> 6), 1ul << (int)(place & 63));
        }
    }

    /// <summary>A number for each row, the same for equal rows in every process; others share it as good as never.</summary>
    private static ulong[] Hashes(IRowSource<float> rows)
    {
        ulong[] hashes = new ulong[rows.Count];
        ForEachHash(rows, (row, hash) => hashes[row] = hash);
        return hashes;
    }

    /// <summary>The same, row by row.</summary>
    private static void ForEachHash(IRowSource<float> rows, Action<int, ulong> take)
    {
        if (rows is ClassRows classes)
        {
            for (int i = 0; i < rows.Count; i++)
            {
                take(i, (ulong)classes.Labels[i]);
            }

            return;
        }

        if ((rows is Subset subset ? subset.AsSparse() : rows as ISparseRowSource) is { } sparse)
        {
            for (int i = 0; i < rows.Count; i++)
            {
                sparse.Row(i, out ReadOnlySpan<int> columns, out ReadOnlySpan<float> values);
                take(i, Hash(MemoryMarshal.Cast<float, uint>(values), Hash(MemoryMarshal.Cast<int, uint>(columns), 0)));
            }

            return;
        }

        int width = rows.Width;
        float[] block = new float[Math.Min(BlockRows, rows.Count) * width];
        int[] indices = new int[BlockRows];
        for (int start = 0; start < rows.Count; start += BlockRows)
        {
            int count = Math.Min(BlockRows, rows.Count - start);
            for (int i = 0; i < count; i++)
            {
                indices[i] = start + i;
            }

            rows.Read(indices.AsSpan(0, count), block);
            for (int i = 0; i < count; i++)
            {
                take(start + i, Hash(MemoryMarshal.Cast<float, uint>(block.AsSpan(i * width, width)), 0));
            }
        }
    }

    private static ulong Hash(ReadOnlySpan<uint> bits, ulong hash)
    {
        foreach (uint value in bits)
        {
            hash = BitOperations.RotateLeft((hash ^ value) * Factor, 29);
        }

        return hash;
    }
}
