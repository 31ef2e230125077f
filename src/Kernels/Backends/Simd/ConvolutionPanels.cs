namespace MLNet.GradientTrainers.Kernels;

/// <summary>Copies the weights of a convolution into the panels that <see cref="Correlation"/> reads.</summary>
internal unsafe interface IPanels
{
    /// <summary>Writes one panel.</summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="column">First channel of the result within the group.</param>
    /// <param name="columns">Channels that exist.</param>
    /// <param name="width">Distance of the panel's rows.</param>
    /// <param name="target">Receives all taps and channels, one a row.</param>
    void Pack<TLane>(int group, int column, int columns, int width, float* target)
        where TLane : struct, ISimdLane<TLane>;
}

/// <summary>Of the forward pass: the weights lie in the right order already.</summary>
internal readonly unsafe struct ForwardPanels(ConvolutionShape shape, float* weights) : IPanels
{
    public void Pack<TLane>(int group, int column, int columns, int width, float* target)
        where TLane : struct, ISimdLane<TLane> =>
        Packing.Copy<TLane>(weights + (group * shape.GroupFilters) + column, shape.Filters, target, width, shape.WeightSize / shape.Filters);
}

/// <summary>The taps that the input pixels start, start + stride, … see, in one direction; ascending in the output, so descending in the kernel.</summary>
internal readonly struct Phase
{
    /// <summary>Finds the taps.</summary>
    public Phase(int start, int length, int kernel, int stride, int padding, int dilation)
    {
        int taps = 0;
        int first = 0;
        int second = 0;
        for (int k = kernel - 1; k >= 0; k--)
        {
            if ((start + padding - ((long)k * dilation)) % stride == 0)
            {
                first = taps == 0 ? k : first;
                second = taps == 1 ? k : second;
                taps++;
            }
        }

        FirstTap = first;
        TapStep = taps > 1 ? first - second : stride;
        int results = ((length - 1 - start) / stride) + 1;
        Axis = taps == 0 ? new Axis(results, 1, 0, 0, 1) : new Axis(results, 1, taps, (start + padding - (first * dilation)) / stride, TapStep * dilation / stride);
    }

    /// <summary>What they read of the output's gradient.</summary>
    public Axis Axis { get; }

    /// <summary>The largest tap.</summary>
    public int FirstTap { get; }

    /// <summary>Distance to the next smaller one.</summary>
    public int TapStep { get; }
}

/// <summary>Of a phase of the input gradient: the taps of the phase, and filters and channels changed over.</summary>
internal readonly unsafe struct BackwardPanels(ConvolutionShape shape, float* weights, Phase vertical, Phase horizontal) : IPanels
{
    public void Pack<TLane>(int group, int column, int columns, int width, float* target)
        where TLane : struct, ISimdLane<TLane>
    {
        int filters = shape.GroupFilters;
        for (int v = 0; v < vertical.Axis.Taps; v++)
        {
            for (int h = 0; h < horizontal.Axis.Taps; h++)
            {
                int tap = ((vertical.FirstTap - (v * vertical.TapStep)) * shape.Kernel.Width) + horizontal.FirstTap - (h * horizontal.TapStep);
                float* source = weights + ((((nint)tap * shape.GroupChannels) + column) * shape.Filters) + (group * filters);
                Packing.Transpose(source, shape.Filters, target, width, filters, columns);
                target += (nint)width * filters;
            }
        }
    }
}
