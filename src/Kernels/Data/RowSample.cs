namespace MLNet.GradientTrainers.Kernels;

/// <summary>Draws some rows to look at.</summary>
internal static class RowSample
{
    /// <summary>
    /// All rows where there are no more than wanted; else one of each of so many equal parts, at random, so that neither an order of the rows nor a period of it has an influence. Always the
    /// same ones.
    /// </summary>
    public static int[] Draw(int count, int most)
    {
        int[] rows = new int[Math.Min(count, most)];
        RandomSource random = new(0);
        for (int i = 0; i < rows.Length; i++)
        {
            int start = (int)((long)i * count / rows.Length);
            int end = (int)((i + 1L) * count / rows.Length);
            rows[i] = start + random.NextInt32(end - start);
        }

        return rows;
    }
}
