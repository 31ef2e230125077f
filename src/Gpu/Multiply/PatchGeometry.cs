using System.Runtime.CompilerServices;

namespace MLNet.GradientTrainers.Kernels.Gpu;

/// <summary>The sizes of a convolution, as its kernels take them.</summary>
internal readonly struct PatchGeometry(in ConvolutionShape shape, int rows)
{
    public readonly int Rows = rows;
    public readonly int Height = shape.Height;
    public readonly int Width = shape.Width;
    public readonly int Channels = shape.Channels;
    public readonly int GroupChannels = shape.GroupChannels;
    public readonly int OutputHeight = shape.OutputHeight;
    public readonly int OutputWidth = shape.OutputWidth;
    public readonly int Filters = shape.Filters;
    public readonly int GroupFilters = shape.GroupFilters;
    public readonly int Taps = shape.Kernel.Height * shape.Kernel.Width;
    public readonly int StrideY = shape.Stride.Height;
    public readonly int StrideX = shape.Stride.Width;
    public readonly int PaddingY = shape.Padding.Height;
    public readonly int PaddingX = shape.Padding.Width;
    public readonly int DilationY = shape.Dilation.Height;
    public readonly int DilationX = shape.Dilation.Width;

    private readonly Divisor _groupChannels = new(shape.GroupChannels);
    private readonly Divisor _groupFilters = new(shape.GroupFilters);
    private readonly Divisor _kernelWidth = new(shape.Kernel.Width);
    private readonly Divisor _width = new(shape.Width);
    private readonly Divisor _height = new(shape.Height);
    private readonly Divisor _outputWidth = new(shape.OutputWidth);
    private readonly Divisor _outputHeight = new(shape.OutputHeight);
    private readonly Divisor _strideY = new(shape.Stride.Height);
    private readonly Divisor _strideX = new(shape.Stride.Width);

    /// <summary>Pixels of all outputs.</summary>
    public int Outputs => Rows * OutputHeight * OutputWidth;

    /// <summary>Pixels of all inputs.</summary>
    public int Inputs => Rows * Height * Width;

    /// <summary>Weights that an output of a filter is the sum of.</summary>
    public int PatchSize => Taps * GroupChannels;

    /// <summary>The number of a tap and the channel of its group of a place in a patch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair TapAndChannel(int index)
    {
        int tap = _groupChannels.Quotient(index);
        return new(tap, _groupChannels.Remainder(index, tap));
    }

    /// <summary>The number of a tap and the filter of its group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair TapAndFilter(int index)
    {
        int tap = _groupFilters.Quotient(index);
        return new(tap, _groupFilters.Remainder(index, tap));
    }

    /// <summary>How far below and right of the patch's corner a tap lies.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pair Tap(int tap)
    {
        int y = _kernelWidth.Quotient(tap);
        return new(y * DilationY, _kernelWidth.Remainder(tap, y) * DilationX);
    }

    /// <summary>Sample, row and column of an output pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pixel Output(int index) => Split(index, _outputHeight, _outputWidth);

    /// <summary>Sample, row and column of an input pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Pixel Input(int index) => Split(index, _height, _width);

    /// <summary>Where an input pixel of a sample lies, or −1 where there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int InputOffset(int sample, int y, int x) =>
        y >= 0 && y < Height && x >= 0 && x < Width ? ((((sample * Height) + y) * Width) + x) * Channels : -1;

    /// <summary>Where the output pixel lies whose patch begins so far below and right of the padding's corner, or −1 where none does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int OutputOffset(int sample, int y, int x)
    {
        if (y < 0 || x < 0)
        {
            return -1;
        }

        int row = _strideY.Quotient(y);
        int column = _strideX.Quotient(x);
        return row < OutputHeight && column < OutputWidth && _strideY.Remainder(y, row) == 0 && _strideX.Remainder(x, column) == 0
            ? ((((sample * OutputHeight) + row) * OutputWidth) + column) * Filters
            : -1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Pixel Split(int index, Divisor height, Divisor width)
    {
        int line = width.Quotient(index);
        int sample = height.Quotient(line);
        return new(sample, height.Remainder(line, sample), width.Remainder(index, line));
    }

    /// <summary>Two numbers.</summary>
    internal readonly struct Pair(int first, int second)
    {
        public readonly int First = first;
        public readonly int Second = second;
    }

    /// <summary>A pixel of a sample.</summary>
    internal readonly struct Pixel(int sample, int y, int x)
    {
        public readonly int Sample = sample;
        public readonly int Y = y;
        public readonly int X = x;
    }
}
