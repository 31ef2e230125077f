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
            Shuffle(random, order, paged);
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

    private static void Shuffle(RandomSource random, int[] order, PagedRows paged)
    {
        // From one order whatever the last epoch's was, chunk by chunk.
        int[] rows = [.. order];
        Array.Sort(rows);
        int[] chunks = Array.ConvertAll(rows, paged.ChunkOf);
        if (!IsAscending(chunks))
        {
            Array.Sort(chunks, rows);
        }

        List<(int Start, int Count)> runs = [];
        for (int start = 0, i = 1; i <= rows.Length; i++)
        {
            if (i == rows.Length || chunks[i] != chunks[start])
            {
                runs.Add((start, i - start));
                start = i;
            }
        }

        int[] sequence = [.. Enumerable.Range(0, runs.Count)];
        random.Shuffle(sequence);
        int window = paged.Table.Window;
        int filled = 0;
        for (int first = 0; first < sequence.Length; first += window)
        {
            int begin = filled;
            foreach (int run in sequence.AsSpan(first, Math.Min(window, sequence.Length - first)))
            {
                (int start, int count) = runs[run];
                rows.AsSpan(start, count).CopyTo(order.AsSpan(filled));
                filled += count;
            }

            random.Shuffle(order.AsSpan(begin, filled - begin));
        }
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

    private static bool IsAscending(int[] values)
    {
        for (int i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1])
            {
                return false;
            }
        }

        return true;
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
