namespace MLNet.GradientTrainers.Kernels;

/// <summary>Goes through an array in the order of its dimensions put differently, part by part.</summary>
internal sealed class DimensionOrder
{
    /// <summary>Weights of a convolution, [height, width, channels, filters] in the engine, as PyTorch and ONNX have them: [filters, channels, height, width].</summary>
    public static readonly int[] FiltersFirst = [3, 2, 0, 1];

    /// <summary>Numbers of an image, [height, width, channels] in the engine, as PyTorch and ONNX have them: [channels, height, width].</summary>
    public static readonly int[] ChannelsFirst = [2, 0, 1];

    private readonly int[] _sizes;
    private readonly int[] _strides;
    private readonly int[] _at;
    private int _offset;

    /// <summary>Begins at the first element.</summary>
    /// <param name="dimensions">Dimensions of the array as it lies, row-major.</param>
    /// <param name="order">Which of them is outermost, and so on, on the way; null for the way it lies.</param>
    public DimensionOrder(IReadOnlyList<int> dimensions, int[]? order)
    {
        order ??= [.. Enumerable.Range(0, dimensions.Count)];
        int[] strides = new int[dimensions.Count];
        int stride = 1;
        for (int i = strides.Length - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= dimensions[i];
        }

        _sizes = [.. order.Select(i => dimensions[i])];
        _strides = [.. order.Select(i => strides[i])];
        _at = new int[order.Length];
    }

    /// <summary>Puts the next elements of the way where they lie.</summary>
    public void Scatter(ReadOnlySpan<float> next, Span<float> array)
    {
        foreach (float value in next)
        {
            array[_offset] = value;
            Step();
        }
    }

    /// <summary>Takes the next elements of the way from where they lie.</summary>
    public void Gather(ReadOnlySpan<float> array, Span<float> next)
    {
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = array[_offset];
            Step();
        }
    }

    private void Step()
    {
        for (int i = _at.Length - 1; i >= 0; i--)
        {
            _offset += _strides[i];
            if (++_at[i] < _sizes[i])
            {
                return;
            }

            _offset -= _strides[i] * _sizes[i];
            _at[i] = 0;
        }
    }
}
