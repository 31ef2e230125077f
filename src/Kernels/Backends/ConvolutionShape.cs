using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>
/// The sizes of a two-dimensional convolution. Images lie as [height, width, channels], weights as [kernel height, kernel width, channels / groups, filters].
/// Filter f belongs to group f / (filters / groups) and sees only that group's channels.
/// </summary>
/// <param name="Channels">Channels of the input.</param>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="Filters">Channels of the output.</param>
/// <param name="Kernel">Taps of a filter.</param>
/// <param name="Stride">Input rows and columns from one output to the next.</param>
/// <param name="Padding">Rows and columns of zeros on each side of the input.</param>
/// <param name="Dilation">Input rows and columns from one tap to the next.</param>
/// <param name="Groups">Divides <paramref name="Channels"/> and <paramref name="Filters"/>.</param>
public readonly record struct ConvolutionShape(
    int Channels, int Height, int Width, int Filters, Size2D Kernel, Size2D Stride, Size2D Padding, Size2D Dilation, int Groups)
{
    /// <summary>Rows of the output.</summary>
    public int OutputHeight => Outputs(Height, Kernel.Height, Stride.Height, Padding.Height, Dilation.Height);

    /// <summary>Columns of the output.</summary>
    public int OutputWidth => Outputs(Width, Kernel.Width, Stride.Width, Padding.Width, Dilation.Width);

    /// <summary>Channels that a filter sees.</summary>
    public int GroupChannels => Channels / Groups;

    /// <summary>Filters of a group.</summary>
    public int GroupFilters => Filters / Groups;

    /// <summary>Elements of an input sample.</summary>
    public int InputSize => Channels * Height * Width;

    /// <summary>Elements of an output sample.</summary>
    public int OutputSize => Filters * OutputHeight * OutputWidth;

    /// <summary>Elements of the weights.</summary>
    public int WeightSize => Kernel.Height * Kernel.Width * GroupChannels * Filters;

    /// <summary>For example <c>convolution of [3, 32, 32] by 32 filters 5×5, stride 1×1, padding 2×2, dilation 1×1, groups 1</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"convolution of [{Channels}, {Height}, {Width}] by {Filters} filters {Kernel}, stride {Stride}, padding {Padding}, dilation {Dilation}, groups {Groups}");

    /// <summary>⌊(length + 2 · padding − dilation · (kernel − 1) − 1) / stride⌋ + 1; below 1 when the kernel does not fit.</summary>
    internal static int Outputs(int length, int kernel, int stride, int padding, int dilation)
    {
        long room = length + (2L * padding) - ((long)dilation * (kernel - 1)) - 1;
        return room < 0 ? 0 : (int)Math.Min(int.MaxValue, (room / stride) + 1);
    }
}
