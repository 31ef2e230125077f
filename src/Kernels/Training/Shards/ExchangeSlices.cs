namespace MLNet.GradientTrainers.Kernels;

/// <summary>A part of the vector of a shard that is exchanged as soon as it is known.</summary>
/// <param name="Start">Its first element.</param>
/// <param name="Length">How many.</param>
/// <param name="Layer">The backward pass of this layer, and of those behind it, is all that it waits for; -1 for the end of the pass.</param>
internal readonly record struct ExchangeSlice(int Start, int Length, int Layer);

/// <summary>
/// How the vector of a shard, gradients and behind them statistics, is cut into slices: in the order in which the backward pass makes them known, from the last layer to the first; small layers together, large ones into several,
/// so that some are summed while others are on their way.
/// </summary>
internal static class ExchangeSlices
{
    /// <summary>Elements below which a message costs more by its number than by its length.</summary>
    private const int Smallest = 1 << 16;

    /// <summary>Elements that each process should get of a slice to sum.</summary>
    private const int SmallestPiece = 1 << 12;

    /// <summary>Elements of the largest slice, so that bytes can be counted.</summary>
    private const int Largest = 1 << 26;

    /// <summary>Slices of a large vector.</summary>
    private const int Wanted = 32;

    /// <summary>Cuts a vector.</summary>
    /// <param name="network">The layers that are trained.</param>
    /// <param name="length">Length of the vector: gradients, and statistics behind them.</param>
    /// <param name="processes">How many sum it together.</param>
    public static ExchangeSlice[] Of(LayerTraining network, int length, int processes)
    {
        int gradients = network.GradientLength;
        int target = (int)Math.Min(Math.Max(Math.Max(Smallest, length / Wanted), (long)SmallestPiece * processes), Largest);
        List<ExchangeSlice> slices = [];
        int end = gradients;
        foreach ((int layer, int start) in Layers(network))
        {
            if (end - start >= target || start == 0)
            {
                Cut(slices, start, end, layer, target);
                end = start;
            }
        }

        Cut(slices, 0, end, -1, target);
        Cut(slices, gradients, length, -1, target);
        return [.. slices];
    }

    /// <summary>The layers with gradients from the last to the first, and the places of their first ones; none where these do not lie in the order of the layers.</summary>
    private static List<(int Layer, int Start)> Layers(LayerTraining network)
    {
        List<(int Layer, int Start)> layers = [.. network.Gradients().OrderByDescending(layer => layer.Layer)];
        for (int i = 1; i < layers.Count; i++)
        {
            if (layers[i].Start >= layers[i - 1].Start)
            {
                return [];
            }
        }

        return layers;
    }

    private static void Cut(List<ExchangeSlice> slices, int start, int end, int layer, int target)
    {
        int count = ((end - start) + target - 1) / target;
        for (int i = 0; i < count; i++)
        {
            int first = start + (ParameterSlot.Alignment * ShardTree.FirstOf(i, count, 0, (end - start) / ParameterSlot.Alignment));
            int next = i + 1 == count ? end : start + (ParameterSlot.Alignment * ShardTree.FirstOf(i + 1, count, 0, (end - start) / ParameterSlot.Alignment));
            slices.Add(new ExchangeSlice(first, next - first, layer));
        }
    }
}
