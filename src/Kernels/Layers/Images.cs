namespace MLNet.GradientTrainers.Kernels;

/// <summary>What the layers that take images share. A shape says [channels, height, width]; in the engine an image lies as [height, width, channels].</summary>
internal static class Images
{
    public static void Require(TensorShape input, string layer)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Rank != 3)
        {
            throw new ArgumentException(
                $"A {layer} layer takes images of the shape [channels, height, width], but its input has the shape {input}. Give the network an input shape such as [1, 28, 28], and flatten after the last such layer.",
                nameof(input));
        }
    }

    /// <summary>Both sizes at least <paramref name="lowest"/>.</summary>
    public static void AtLeast(Size2D size, int lowest, string setting, string owner)
    {
        Guard.AtLeast(size.Height, lowest, $"{setting}.{nameof(size.Height)}", owner);
        Guard.AtLeast(size.Width, lowest, $"{setting}.{nameof(size.Width)}", owner);
    }

    /// <summary>The output's shape; an error when a kernel does not fit into the padded input.</summary>
    public static TensorShape Output(TensorShape input, int channels, int height, int width, Size2D kernel, Size2D padding, Size2D dilation, string layer)
    {
        if (height < 1 || width < 1)
        {
            string dilated = dilation == 1 ? "" : $" with dilation {dilation}";
            throw new ArgumentException(
                $"The {layer} layer's kernel {kernel}{dilated} is larger than its input {input} with padding {padding}. Use a smaller kernel, more padding, or fewer layers before it that make the image smaller.",
                nameof(input));
        }

        return new TensorShape(channels, height, width);
    }
}
