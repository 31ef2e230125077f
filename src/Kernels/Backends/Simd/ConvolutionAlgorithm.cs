namespace MLNet.GradientTrainers.Kernels;

/// <summary>How a convolution and its two gradients are computed.</summary>
internal enum ConvolutionAlgorithm
{
    /// <summary>Every product of the definition, in the order that <see cref="IBackend{T}"/> states.</summary>
    Direct,

    /// <summary>Winograd's F(4×4, 3×3): 36 multiplications for 16 results of 9 products.</summary>
    Winograd4x3,

    /// <summary>Winograd's F(2×2, 5×5): 36 multiplications for 4 results of 25 products.</summary>
    Winograd2x5,
}

/// <summary>
/// Which algorithm computes a convolution: a function of its shape alone, so that results depend neither on the machine nor on the threads, and those of an image not on the batch. docs/performance.md has the measurements behind the numbers.
/// </summary>
internal static class ConvolutionAlgorithms
{
    /// <summary>Below that many channels or filters the transforms cost what they save.</summary>
    private const int FewestChannels = 32;

    /// <summary>With fewer tiles, a single image's transform of the weights costs what it saves.</summary>
    private const int FewestTiles = 4;

    /// <summary>A weight's gradient of fewer products is so exact when it is summed directly that Winograd's roundings exceed its own four times.</summary>
    private const int FewestGradientProducts = 1024;

    /// <summary>
    /// Winograd's method for 3×3 and 5×5 kernels of stride 1 without dilation and groups, from 32 channels and 32 filters on, where the output has at least four tiles and these take at most half of the definition's multiplications.
    /// </summary>
    public static ConvolutionAlgorithm Of(in ConvolutionShape shape)
    {
        if (shape.Stride != 1 || shape.Dilation != 1 || shape.Groups != 1 || Math.Min(shape.Channels, shape.Filters) < FewestChannels)
        {
            return ConvolutionAlgorithm.Direct;
        }

        return shape.Kernel == 3 && Pays(shape, 4) ? ConvolutionAlgorithm.Winograd4x3
            : shape.Kernel == 5 && Pays(shape, 2) ? ConvolutionAlgorithm.Winograd2x5
            : ConvolutionAlgorithm.Direct;
    }

    /// <summary>The same for the gradient of the weights over a batch: where each has few products, directly.</summary>
    public static ConvolutionAlgorithm OfWeights(in ConvolutionShape shape, int rows) =>
        (long)rows * shape.OutputHeight * shape.OutputWidth < FewestGradientProducts ? ConvolutionAlgorithm.Direct : Of(shape);

    private static bool Pays(in ConvolutionShape shape, int outputs)
    {
        long tiles = (long)(((shape.OutputHeight - 1) / outputs) + 1) * (((shape.OutputWidth - 1) / outputs) + 1);
        long products = (long)shape.OutputHeight * shape.OutputWidth * shape.Kernel.Height * shape.Kernel.Width;
        return tiles >= FewestTiles && 2 * WinogradPoints.Square * tiles <= products;
    }
}
