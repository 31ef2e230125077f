namespace MLNet.GradientTrainers.Kernels;

/// <summary>The order of a run's rows in a checkpoint.</summary>
internal static class RowOrder
{
    /// <summary>Writes or replaces an order; what is read must name the same rows, each once.</summary>
    /// <param name="state">The checkpoint.</param>
    /// <param name="order">The rows, each once.</param>
    /// <exception cref="FormatException">The checkpoint's order is one of other rows.</exception>
    public static void Exchange(CheckpointState state, int[] order)
    {
        state.Part("order");
        if (!state.IsReading)
        {
            state.Values<int>(order);
            return;
        }

        int[] sorted = [.. order];
        state.Values<int>(order);
        int[] other = [.. order];
        Array.Sort(sorted);
        Array.Sort(other);
        if (!sorted.AsSpan().SequenceEqual(other))
        {
            throw new FormatException("its order of rows is not one of these rows");
        }
    }
}
