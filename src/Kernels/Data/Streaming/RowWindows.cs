namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The order in which an epoch visits rows. Rows in memory are shuffled as a whole (Fisher–Yates). Of a table that lies outside memory the chunks come in a random order, and rows are shuffled
/// within windows of so many chunks as fit into memory: a row meets those of its window, which is another set of chunks in each epoch.
/// </summary>
internal static class RowWindows
{
    /// <summary>Draws an epoch's order, and tells the table.</summary>
    /// <param name="random">What is drawn from.</param>
    /// <param name="order">Rows of <paramref name="features"/>, each once; gets the new order.</param>
    /// <param name="features">The rows; null for some that are in memory.</param>
    public static void Shuffle(RandomSource random, int[] order, IRowSource<float>? features)
    {
        if (PagedRows.Of(features) is not { } paged)
        {
            random.Shuffle(order);
            return;
        }

        if (paged.Table.Window >= paged.Table.Count)
        {
            // All of it fits: then it is as if it were in memory.
            random.Shuffle(order);
        }
        else
        {
            Shuffle(random, order, paged, features!.Count);
        }

        Announce(order, paged);
    }

    /// <summary>Tells a table outside memory the order in which its rows will be read.</summary>
    public static void Announce(ReadOnlySpan<int> order, IRowSource<float>? features)
    {
        if (PagedRows.Of(features) is { } paged)
        {
            Announce(order, paged);
        }
    }

    private static void Shuffle(RandomSource random, int[] order, PagedRows paged, int count)
    {
        // From one order whatever the last epoch's was, chunk by chunk. All rows in the order of their chunks, the usual case, are known without a copy of them.
        List<(int Start, int Count)>? runs = order.Length == count ? Runs(count, paged.ChunkOf) : null;
        int[]? rows = runs is null ? ByChunk(order, paged.ChunkOf) : null;
        runs ??= Runs(rows!.Length, place => paged.ChunkOf(rows[place]))!;
        int[] sequence = [.. Enumerable.Range(0, runs.Count)];
        random.Shuffle(sequence);
        int window = paged.Table.Window;
        int filled = 0;
        for (int first = 0; first < sequence.Length; first += window)
        {
            int begin = filled;
            foreach (int run in sequence.AsSpan(first, Math.Min(window, sequence.Length - first)))
            {
                (int start, int length) = runs[run];
                for (int place = start; place < start + length; place++)
                {
                    order[filled++] = rows is null ? place : rows[place];
                }
            }

            random.Shuffle(order.AsSpan(begin, filled - begin));
        }
    }

    /// <summary>The places of one chunk after the other; null where their chunks do not ascend.</summary>
    private static List<(int Start, int Count)>? Runs(int count, Converter<int, int> chunkOf)
    {
        List<(int Start, int Count)> runs = [];
        int chunk = count > 0 ? chunkOf(0) : 0;
        for (int start = 0, i = 1; i <= count; i++)
        {
            int next = i < count ? chunkOf(i) : int.MaxValue;
            if (next < chunk)
            {
                return null;
            }

            if (next != chunk)
            {
                runs.Add((start, i - start));
                (start, chunk) = (i, next);
            }
        }

        return runs;
    }

    /// <summary>Rows in the order of their chunks, and of their numbers within each.</summary>
    private static int[] ByChunk(int[] order, Converter<int, int> chunkOf)
    {
        int[] rows = [.. order];
        Array.Sort(rows);
        int[] chunks = Array.ConvertAll(rows, chunkOf);
        if (Enumerable.Range(1, Math.Max(0, chunks.Length - 1)).Any(i => chunks[i] < chunks[i - 1]))
        {
            Array.Sort(chunks, rows);
        }

        return rows;
    }

    private static void Announce(ReadOnlySpan<int> order, PagedRows paged)
    {
        bool[] seen = new bool[paged.Table.Count];
        List<int> sequence = [];
        foreach (int row in order)
        {
            int chunk = paged.ChunkOf(row);
            if (!seen[chunk])
            {
                seen[chunk] = true;
                sequence.Add(chunk);
            }
        }

        paged.Table.Announce([.. sequence]);
    }
}

/// <summary>The table outside memory behind views of it, such as subsets.</summary>
/// <param name="Table">The table.</param>
/// <param name="ChunkOf">The chunk of a row of the view.</param>
internal sealed record PagedRows(PagedTable Table, Converter<int, int> ChunkOf)
{
    /// <summary>Finds it; null where rows are in memory.</summary>
    public static PagedRows? Of(IRowSource<float>? source)
    {
        switch (source)
        {
            case Subset subset:
                return subset.Source is var inner && Of(inner) is { } behind ? behind with { ChunkOf = row => behind.ChunkOf(subset.Index(row)) } : null;
            case ChannelsLastRows images:
                return Of(images.Stored.Rows);
            case AugmentedRows images:
                return Of(images.Source);
            case IPagedRowSource { Paging: { } table } rows:
                return new PagedRows(table, rows.ChunkOf);
            default:
                return null;
        }
    }
}

/// <summary>A table that may lie outside memory.</summary>
internal interface IPagedRowSource
{
    /// <summary>Its chunks outside memory; null where it is in memory.</summary>
    PagedTable? Paging { get; }

    /// <summary>The chunk of a row.</summary>
    int ChunkOf(int row);
}
