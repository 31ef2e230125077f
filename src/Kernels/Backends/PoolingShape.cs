using System.Globalization;

namespace MLNet.GradientTrainers.Kernels;

/// <summary>The sizes of a two-dimensional pooling. Images lie as [height, width, channels]; every channel is pooled on its own.</summary>
/// <param name="Channels">Channels of input and output.</param>
/// <param name="Height">Rows of the input.</param>
/// <param name="Width">Columns of the input.</param>
/// <param name="Kernel">Size of a window.</param>
/// <param name="Stride">Input rows and columns from one window to the next.</param>
/// <param name="Padding">Rows and columns round the input that windows may reach into; below the kernel, so that no window is wholly outside.</param>
/// <param name="CountPadding">Whether an average divides by the whole window, or by the elements that lie in the input.</param>
public readonly record struct PoolingShape(int Channels, int Height, int Width, Size2D Kernel, Size2D Stride, Size2D Padding, bool CountPadding = false)
{
    /// <summary>Rows of the output.</summary>
    public int OutputHeight => ConvolutionShape.Outputs(Height, Kernel.Height, Stride.Height, Padding.Height, 1);

    /// <summary>Columns of the output.</summary>
    public int OutputWidth => ConvolutionShape.Outputs(Width, Kernel.Width, Stride.Width, Padding.Width, 1);

    /// <summary>Elements of an input sample.</summary>
    public int InputSize => Channels * Height * Width;

    /// <summary>Elements of an output sample.</summary>
    public int OutputSize => Channels * OutputHeight * OutputWidth;

    /// <summary>For example <c>pooling of [32, 28, 28] by windows 2×2, stride 2×2, padding 0×0</c>.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"pooling of [{Channels}, {Height}, {Width}] by windows {Kernel}, stride {Stride}, padding {Padding}{(CountPadding ? ", padding counted" : "")}");

    /// <summary>The part of a window that lies in the input.</summary>
    /// <param name="y">Row of the output.</param>
    /// <param name="x">Column of the output.</param>
    internal PoolingWindow Window(int y, int x)
    {
        int top = (y * Stride.Height) - Padding.Height;
        int left = (x * Stride.Width) - Padding.Width;
        PoolingWindow window = new(
            Math.Max(0, top), Math.Min(Height, top + Kernel.Height), Math.Max(0, left), Math.Min(Width, left + Kernel.Width), Kernel.Height * Kernel.Width);
        return CountPadding ? window : window with { Count = (window.Bottom - window.Top) * (window.Right - window.Left) };
    }
}

/// <summary>Rows [Top, Bottom) and columns [Left, Right) of the input, and what an average over them divides by.</summary>
internal readonly record struct PoolingWindow(int Top, int Bottom, int Left, int Right, int Count);
