using System.Numerics;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The one order in which what shards give is added up, whoever computes them: a binary tree, ((0 + 1) + (2 + 3)) + ((4 + 5) + (6 + 7)), in which a missing shard adds nothing. Whoever has a whole subtree hands on
/// its sum alone.
/// </summary>
internal static class ShardTree
{
    /// <summary>Elements of a block that is summed at a time, on the stack for each level of the tree.</summary>
    private const int Block = 512;

    /// <summary>The largest subtrees that the shards [<paramref name="first"/>, <paramref name="end"/>) of so many are made of, ascending.</summary>
    public static ShardPart[] Parts(int first, int end, int shards)
    {
        // Behind the last shard of all the tree goes on with ones that never exist.
        end = end == shards ? (int)BitOperations.RoundUpToPowerOf2((uint)shards) : end;
        List<ShardPart> parts = [];
        for (int next = first; next < Math.Min(end, shards);)
        {
            int size = next == 0 ? (int)BitOperations.RoundUpToPowerOf2((uint)end) : next & -next;
            while (next + size > end)
            {
                size /= 2;
            }

            parts.Add(new ShardPart(next, size));
            next += size;
        }

        return [.. parts];
    }

    /// <summary>The first shard of one of several who share them: they get as many, up to one, in their order.</summary>
    /// <param name="index">Which one, from 0; their number gives the end.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="first">The first shard that they share.</param>
    /// <param name="end">The end of those.</param>
    public static int FirstOf(int index, int count, int first, int end) => first + (int)((long)index * (end - first) / count);

    /// <summary>sum = the sum of a subtree, from the sums of parts of it.</summary>
    /// <param name="whole">The subtree.</param>
    /// <param name="parts">Parts that do not overlap, ascending; those outside the subtree are passed over.</param>
    /// <param name="values">Their sums.</param>
    /// <param name="existing">How many shards the batch has: parts behind them have no sum.</param>
    /// <param name="start">The first element.</param>
    /// <param name="sum">Receives so many elements from there on. Left as it is where the whole subtree is missing.</param>
    public static void Sum<T>(ShardPart whole, ReadOnlySpan<ShardPart> parts, ReadOnlySpan<T[]> values, int existing, int start, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int first = Before(parts, whole.First);
        int end = Before(parts, Math.Min(whole.First + whole.Size, existing));
        if (first < end)
        {
            for (int done = 0; done < sum.Length; done += Block)
            {
                int length = Math.Min(Block, sum.Length - done);
                Sum(whole, parts[first..end], values[first..end], start + done, sum.Slice(done, length));
            }
        }
    }

    private static void Sum<T>(ShardPart node, ReadOnlySpan<ShardPart> parts, ReadOnlySpan<T[]> values, int start, Span<T> sum)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (parts.Length == 1)
        {
            values[0].AsSpan(start, sum.Length).CopyTo(sum);
            return;
        }

        int half = node.Size / 2;
        ShardPart left = new(node.First, half);
        ShardPart right = new(node.First + half, half);
        int middle = Before(parts, right.First);
        if (middle == 0 || middle == parts.Length)
        {
            Sum(middle == 0 ? right : left, parts, values, start, sum);
            return;
        }

        Sum(left, parts[..middle], values[..middle], start, sum);
        if (middle == parts.Length - 1)
        {
            Add(values[middle].AsSpan(start, sum.Length), sum);
            return;
        }

        Span<T> other = stackalloc T[sum.Length];
        Sum(right, parts[middle..], values[middle..], start, other);
        Add(other, sum);
    }

    private static void Add<T>(ReadOnlySpan<T> x, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int i = 0;
        for (; i <= y.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            (new Vector<T>(y[i..]) + new Vector<T>(x[i..])).CopyTo(y[i..]);
        }

        for (; i < y.Length; i++)
        {
            y[i] += x[i];
        }
    }

    /// <summary>How many parts begin before a shard.</summary>
    private static int Before(ReadOnlySpan<ShardPart> parts, int shard)
    {
        int count = 0;
        while (count < parts.Length && parts[count].First < shard)
        {
            count++;
        }

        return count;
    }
}
